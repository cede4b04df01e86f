use super::*;
use crate::{
    audio::{Encoding, Format},
    call::{Needs, Overrides, QueueState, Setup},
    transcript::Dropped,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use proptest::prelude::*;

pub(crate) fn header() -> Header {
    Header {
        pretriage: "0.1.0".to_owned(),
        model: "test".to_owned(),
        model_sha256: "0".repeat(64),
        profile_sha256: "1".repeat(64),
        call_id: "gw-7".to_owned(),
        recorded_at: "2026-11-22T12:00:00.000000001Z".parse().unwrap(),
        format: Format {
            encoding: Encoding::Mulaw,
            rate_hz: 8_000,
            channels: 1,
            caller_channel: 0,
        },
        setup: Setup {
            wants_interim: true,
            plays_prompts: true,
            opened_at: Some("2026-11-22T11:59:59.123456789Z".parse().unwrap()),
            timers: Overrides {
                no_input_ms: Some(4_000),
                max_call_ms: None,
                final_ms: Some(500),
                interim_ms: Some(0),
            },
            queue: QueueState { wait_seconds: Some(90) },
            needs: Needs { elderly: true, low_vision: false, hard_of_hearing: true },
        },
    }
}

fn first_line() -> String {
    String::from_utf8(Scribe::new(&header()).unwrap().take()).unwrap()
}

/// Everything that a file says, up to what is wrong with it.
fn read(bytes: &[u8]) -> Result<Vec<Line>, Error> {
    let (_, mut reader) = Reader::open(bytes)?;
    let mut lines = Vec::new();
    while let Some(line) = reader.next_line()? {
        lines.push(line);
    }
    Ok(lines)
}

const END: &str = "[9,{\"decision\":{\"outcome\":\"handoff\"}}]\n";

#[test]
fn a_header_says_the_same_when_it_is_read() {
    let text = first_line();
    let (read, _) = Reader::open(text.as_bytes()).unwrap();
    assert_eq!(format!("{read:?}"), format!("{:?}", header()));
    let bare = Header { setup: Setup::default(), ..header() };
    let mut scribe = Scribe::new(&bare).unwrap();
    let (read, _) = Reader::open(scribe.take().as_slice()).map(|(header, _)| (header, ())).unwrap();
    assert_eq!(format!("{read:?}"), format!("{bare:?}"));
}

#[test]
fn sound_is_gathered_and_keeps_its_place_among_the_rest() {
    let mut scribe = Scribe::new(&header()).unwrap();
    for _ in 0..3 {
        scribe.audio(&[1; 160]).unwrap();
        scribe.given(320);
    }
    scribe.silence(16_000).unwrap();
    scribe.silence(320).unwrap();
    scribe.input(Input::Key(Key::new('1').unwrap())).unwrap();
    scribe.audio(&[2; 5_000]).unwrap();
    scribe.input(Input::HangUp).unwrap();
    let text = [scribe.take(), END.as_bytes().to_vec()].concat();
    let text = String::from_utf8(text).unwrap().replace("[9,", "[960,");
    let lines = read(text.as_bytes()).unwrap();
    let line = |at, input| Line { at, entry: Entry::Input(input) };
    assert_eq!(lines[0], line(0, Input::Audio(vec![1; 480])));
    assert_eq!(lines[1], line(960, Input::Silence(16_000)));
    assert_eq!(lines[2], line(960, Input::Silence(320)));
    assert_eq!(lines[3], line(960, Input::Key(Key::new('1').unwrap())));
    assert_eq!(lines[4], line(960, Input::Audio(vec![2; AUDIO_BYTES])));
    assert_eq!(lines[5], line(960, Input::Audio(vec![2; 5_000 - AUDIO_BYTES])));
    assert_eq!(lines[6], line(960, Input::HangUp));
    assert_eq!(lines.len(), 8);
}

#[test]
fn what_no_reader_would_take_is_not_written() {
    let mut scribe = Scribe::new(&header()).unwrap();
    let id = "x".repeat(MAX_LINE_BYTES);
    assert_eq!(scribe.input(Input::PromptFinished(id)), Err(TooLong));
}

/// What is wrong with a file, for each way to break one.
#[test]
fn every_fault_names_its_line() {
    let first = first_line();
    let check = |bytes: &[u8], expected: &str| {
        let error = read(bytes).unwrap_err().to_string();
        assert!(error.starts_with(expected), "{error}, not {expected}");
    };
    check(b"", "line 1: this is no recording");
    check(b"\n", "line 1: this is no recording");
    check(b"RIFF\x24\0\0\0WAVE", "line 1: this is no recording");
    check(&vec![b'['; 1 << 20], "line 1: this is no recording");
    check(b"{\"pretriage_recording\":2,\"new\":[]}\n", "line 1: a recording of version 2");
    check(b"{\"pretriage_recording\":1}\n", "line 1: not a line of a recording: missing field");
    for (from, to, what) in [
        ("\"mulaw\"", "\"opus\"", "line 1: an unknown encoding"),
        ("\"rate_hz\":8000", "\"rate_hz\":7", "line 1: audio: sample rate 7 Hz"),
        ("\"channels\":1", "\"channels\":0", "line 1: audio: 0 channels"),
        ("\"final_ms\":500", "\"final_ms\":0", "line 1: timers.final_ms is out of bounds"),
        ("\"needs\"", "\"wants\"", "line 1: not a line of a recording: unknown field"),
    ] {
        assert!(first.contains(from), "{from}");
        check(first.replace(from, to).as_bytes(), what);
    }
    let long = format!("[0,{{\"prompt_finished\":\"{}\"}}]\n", "x".repeat(MAX_LINE_BYTES));
    let big = STANDARD.encode(vec![0; MAX_AUDIO_BYTES + 1]);
    let talk = "好".repeat(MAX_TEXT_BYTES);
    for (line, what) in [
        ("", "line 2: the recording ends without a decision"),
        ("[0,\"hang_up\"", "line 2: the recording is cut off here"),
        ("[0,\"hang_up\"]\n", "line 3: the recording ends without a decision"),
        ("[0,\"dance\"]\n", "line 2: not a line of a recording: unknown variant"),
        ("[-1,\"hang_up\"]\n", "line 2: not a line of a recording"),
        ("[1e99,\"hang_up\"]\n", "line 2: not a line of a recording"),
        ("[18446744073709551616,\"hang_up\"]\n", "line 2: not a line of a recording"),
        ("{\"at\":0}\n", "line 2: not a line of a recording"),
        ("\u{1b}[2J\n", "line 2: not a line of a recording"),
        ("[0,{\"key\":\"1\",\"silence\":1}]\n", "line 2: not a line of a recording"),
        ("[0,{\"key\":\"x\"}]\n", "line 2: an unknown key"),
        ("[0,{\"audio\":\"?\"}]\n", "line 2: the audio is not base64"),
        (&format!("[0,{{\"audio\":\"{big}\"}}]\n"), "line 2: audio is out of bounds"),
        ("[0,{\"silence\":16001}]\n", "line 2: silence is out of bounds"),
        ("[0,{\"give_up\":\"bored\"}]\n", "line 2: an unknown reason"),
        ("[0,{\"warning\":{\"code\":\"x\",\"text\":\"\"}}]\n", "line 2: an unknown warning"),
        (
            "[0,{\"answer\":{\"ticket\":1,\"text\":\"\",\"confidence\":2,\"dropped\":null}}]\n",
            "line 2: confidence is out of bounds",
        ),
        (
            "[0,{\"answer\":{\"ticket\":1,\"text\":\"\",\"confidence\":1,\"dropped\":\"x\"}}]\n",
            "line 2: an unknown dropped",
        ),
        (
            &format!(
                "[0,{{\"answer\":{{\"ticket\":1,\"text\":\"{talk}\",\"confidence\":1,\"dropped\":null}}}}]\n"
            ),
            "line 2: text is out of bounds",
        ),
        ("[0,{\"failure\":{\"ticket\":1,\"why\":\"x\"}}]\n", "line 2: an unknown failure"),
        ("[7,\"audio_end\"]\n[6,\"hang_up\"]\n", "line 3: position 6 lies before 7"),
        (&format!("{END}{END}"), "line 3: the recording goes on behind its decision"),
        (&long, "line 2: longer than"),
    ] {
        check(format!("{first}{line}").as_bytes(), what);
    }
}

#[test]
fn a_line_without_end_is_given_up_early() {
    struct Endless(u64);
    impl std::io::Read for Endless {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            buffer.fill(b' ');
            self.0 += buffer.len() as u64;
            Ok(buffer.len())
        }
    }
    let mut endless = Endless(0);
    let input = std::io::BufReader::new(std::io::Read::chain(
        std::io::Cursor::new(first_line().into_bytes()),
        &mut endless,
    ));
    let (_, mut reader) = Reader::open(input).unwrap();
    let error = reader.next_line().unwrap_err();
    assert_eq!(error.line, 2);
    assert!(matches!(error.fault, Fault::TooLong));
    drop(reader);
    assert!(endless.0 < 2 * MAX_LINE_BYTES as u64, "{} bytes were read", endless.0);
}

#[test]
fn differences_are_told_field_by_field() {
    let before = serde_json::json!({ "a": 1, "b": { "c": [1, 2], "d": null }, "e": [1] });
    let now = serde_json::json!({ "a": 1, "b": { "c": [1, 3], "d": "x" }, "e": [] });
    let found = differences(&before, &now);
    let fields: Vec<&str> = found.iter().map(|it| it.field.as_str()).collect();
    assert_eq!(fields, ["b.c.1", "b.d", "e"]);
    assert_eq!(differences(&now, &now), []);
    assert_eq!(differences(&before, &Value::Null)[0].field, "");
}

fn input() -> impl Strategy<Value = Input> {
    let dropped = prop::sample::select(vec![
        None,
        Some(Dropped::NoSpeech),
        Some(Dropped::Phantom),
        Some(Dropped::PromptEcho),
        Some(Dropped::Repetition),
    ]);
    // Every float from 0 to 1, by its bits.
    let confidence = (0..=1.0_f32.to_bits()).prop_map(f32::from_bits);
    let heard = (any::<String>(), confidence, dropped)
        .prop_map(|(text, confidence, dropped)| Ok(Transcript { text, confidence, dropped }));
    let failed =
        prop::sample::select(vec![Failure::Overloaded, Failure::Deadline, Failure::EngineFailed])
            .prop_map(Err);
    let key = prop::sample::select("0123456789*#ABCD".chars().collect::<Vec<_>>());
    prop_oneof![
        prop::collection::vec(any::<u8>(), 1..600).prop_map(Input::Audio),
        (1..=MAX_SILENCE).prop_map(Input::Silence),
        Just(Input::AudioEnd),
        key.prop_map(|key| Input::Key(Key::new(key).unwrap())),
        any::<String>().prop_map(Input::PromptFinished),
        Just(Input::HangUp),
        (prop::sample::select(Warning::CODES.to_vec()), any::<String>())
            .prop_map(|(code, text)| Input::Warning(Warning { code, text })),
        prop::sample::select(Reason::ALL.to_vec()).prop_map(Input::GiveUp),
        (any::<u32>(), prop_oneof![heard, failed])
            .prop_map(|(ticket, result)| Input::Answer(Ticket(ticket), result)),
    ]
}

fn file(inputs: &[(u64, Input)]) -> Vec<u8> {
    let mut bytes = first_line().into_bytes();
    let mut at = 0;
    for (step, input) in inputs {
        at += step;
        let line = Line { at, entry: Entry::Input(input.clone()) };
        bytes.extend(line.write().unwrap());
        bytes.push(b'\n');
    }
    bytes.extend(END.replace("[9,", &format!("[{at},")).bytes());
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_written_is_read_bit_for_bit(
        inputs in prop::collection::vec((0_u64..1 << 40, input()), 0..12),
    ) {
        let lines = read(&file(&inputs)).unwrap();
        let read: Vec<Input> = lines
            .into_iter()
            .filter_map(|line| match line.entry {
                Entry::Input(input) => Some(input),
                Entry::Decision(_) => None,
            })
            .collect();
        let written: Vec<Input> = inputs.into_iter().map(|(_, input)| input).collect();
        prop_assert_eq!(read, written);
    }

    #[test]
    fn no_damage_makes_a_reader_fall(
        inputs in prop::collection::vec((0_u64..1_000, input()), 0..6),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        end in any::<prop::sample::Index>(),
    ) {
        let mut bytes = file(&inputs);
        bytes.truncate(end.index(bytes.len()) + 1);
        for (at, byte) in damage {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        // Damage may also be none; a fault names a line that is there, or the one behind the last.
        if let Err(error) = read(&bytes) {
            let n_lines = bytes.split(|byte| *byte == b'\n').count() as u64;
            prop_assert!((1..=n_lines + 1).contains(&error.line), "{}", error);
        }
    }
}
