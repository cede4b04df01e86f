//! Gateways that declare one encoding and send another.

use super::{
    harness::{Ending, Gateway, always, call_config, serve},
    voice::voice,
};
use pretriage::{
    audio::g711,
    wire::proto::{AudioFormat, CallConfig, audio_format::Encoding, converse_response::Response},
};

/// Somebody speaks for so long and is silent for a second, at 8 kHz.
fn spoken(ms: usize) -> Vec<i16> {
    let voice = voice(ms);
    let breath = std::iter::repeat_n(0, 8 * 200);
    let spoken = voice.chunks(2).map(|pair| (pair[0] * 32_767.0) as i16);
    breath.chain(spoken).chain(std::iter::repeat_n(0, 8 * 1_000)).collect()
}

fn write(samples: &[i16], encoding: Encoding) -> Vec<u8> {
    match encoding {
        Encoding::Mulaw => samples.iter().copied().map(g711::to_mulaw).collect(),
        Encoding::Alaw => samples.iter().copied().map(g711::to_alaw).collect(),
        Encoding::Linear16 | Encoding::Unspecified => {
            samples.iter().flat_map(|sample| sample.to_le_bytes()).collect()
        }
    }
}

/// A caller says the same twice: for four seconds, then for one and a half.
async fn call(declared: Encoding, sent: Encoding) -> Ending {
    let service = serve(&always("我充值的钱一直没有到账")).await;
    let audio = AudioFormat { encoding: declared as i32, ..call_config().audio.unwrap() };
    let config = CallConfig { audio: Some(audio), ..call_config() };
    let gateway = Gateway::call(&mut service.client().await, config).await.unwrap();
    gateway.audio(&write(&[spoken(4_000), spoken(1_500)].concat(), sent)).await;
    gateway.end().await
}

/// Code, text and place of each warning.
fn warnings(ending: &Ending) -> Vec<(&str, &str, u64)> {
    let messages = ending.messages.iter();
    messages
        .filter_map(|message| match &message.response {
            Some(Response::Warning(it)) => Some((&*it.code, &*it.text, message.offset_ms)),
            _ => None,
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_encoding_is_named_and_mended_and_what_was_garbled_routes_nothing() {
    for (declared, sent, names) in [
        (Encoding::Mulaw, Encoding::Alaw, ["MULAW", "ALAW"]),
        (Encoding::Alaw, Encoding::Mulaw, ["ALAW", "MULAW"]),
        (Encoding::Linear16, Encoding::Alaw, ["LINEAR16", "ALAW"]),
        (Encoding::Mulaw, Encoding::Linear16, ["MULAW", "LINEAR16"]),
    ] {
        let ending = call(declared, sent).await;
        ending.check("route understood", None);
        let warnings = warnings(&ending);
        let mixups: Vec<_> = warnings.iter().filter(|(code, ..)| *code == "codec_mixup").collect();
        let [(_, text, offset_ms)] = mixups[..] else { panic!("{declared:?}: {warnings:?}") };
        assert!(text.contains(&format!("declared as {} but written as {}", names[0], names[1])));
        // In the first utterance; the call was decided with the second.
        assert!((500..4_500).contains(offset_ms), "{declared:?}: {offset_ms}");
        assert!(ending.offset_ms > *offset_ms + 1_500, "{declared:?}: {}", ending.offset_ms);
        let card = ending.decision.card.as_ref().unwrap();
        assert!(card.line_quality.contains(&"codec_mixup".to_owned()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_right_encoding_is_believed_at_once() {
    for encoding in [Encoding::Mulaw, Encoding::Alaw, Encoding::Linear16] {
        let ending = call(encoding, encoding).await;
        ending.check("route understood", None);
        assert_eq!(warnings(&ending), []);
        assert!(ending.offset_ms < 6_000, "{}", ending.offset_ms);
    }
}
