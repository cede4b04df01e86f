use super::*;
use crate::speech::voice::voice;
use proptest::prelude::*;

fn silence(ms: usize) -> Vec<f32> {
    vec![0.0; ms * 16]
}

fn signs(samples: &[f32], chunk: usize, config: &Config) -> Vec<Sign> {
    let mut segmenter = Segmenter::new(config);
    let mut signs = Vec::new();
    for part in samples.chunks(chunk) {
        segmenter.push(part);
        while let Some(sign) = segmenter.next_sign() {
            signs.push(sign);
        }
    }
    segmenter.flush();
    while let Some(sign) = segmenter.next_sign() {
        signs.push(sign);
    }
    signs
}

fn finals(signs: &[Sign]) -> Vec<&Segment> {
    signs
        .iter()
        .filter_map(|sign| match sign {
            Sign::Final(segment) => Some(segment),
            Sign::Started(_) | Sign::Provisional(_) | Sign::Resumed => None,
        })
        .collect()
}

#[test]
fn silence_has_no_utterance() {
    assert_eq!(signs(&silence(5_000), 160, &Config::default()), []);
}

#[test]
fn an_utterance_comes_with_pre_roll_and_the_final_end_shows_the_provisional_samples() {
    let samples = [silence(1_000), voice(1_500), silence(1_500)].concat();
    let signs = signs(&samples, 320, &Config::default());
    let [Sign::Started(start), Sign::Provisional(early), Sign::Final(last)] = signs.as_slice()
    else {
        panic!("unexpected signs: {signs:?}")
    };
    assert!((9_000..16_500).contains(start), "starts at {start}");
    assert_eq!(early, last);
    assert_eq!(last.start, *start);
    assert!(last.end() >= 40_000, "ends at {}", last.end());
    assert!(last.voiced_ms > 800);
}

#[test]
fn an_utterance_that_the_stream_cuts_off_is_not_lost() {
    let samples = [silence(500), voice(900)].concat();
    let signs = signs(&samples, 7, &Config::default());
    let segments = finals(&signs);
    assert_eq!(segments.len(), 1);
    assert_eq!(segments[0].end(), samples.len() as u64);
}

#[test]
fn an_over_long_utterance_is_split_without_a_gap() {
    let config = Config { max_utterance_ms: 3_000, ..Config::default() };
    let samples = [silence(400), voice(8_000), silence(1_000)].concat();
    let signs = signs(&samples, 320, &config);
    let segments = finals(&signs);
    assert!(segments.len() >= 3, "{} segments", segments.len());
    for pair in segments.windows(2) {
        assert_eq!(pair[0].end(), pair[1].start);
    }
    assert!(segments.iter().all(|segment| segment.samples.len() <= 3_000 * 16 + FRAME_SAMPLES));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn no_sample_is_lost_or_used_twice_and_chunking_changes_nothing(
        parts in prop::collection::vec((any::<bool>(), 50_usize..1_800), 1..7),
        chunk in 1_usize..4_000,
        max_utterance_ms in 2_000_u32..4_000,
    ) {
        let samples: Vec<f32> = parts
            .iter()
            .flat_map(|(speaks, ms)| if *speaks { voice(*ms) } else { silence(*ms) })
            .collect();
        let config = Config { max_utterance_ms, ..Config::default() };
        let whole = signs(&samples, samples.len(), &config);
        prop_assert_eq!(&whole, &signs(&samples, chunk, &config));
        let mut position = 0;
        for segment in finals(&whole) {
            prop_assert!(segment.start >= position, "a sample is used twice");
            position = segment.end();
            let range = segment.start as usize..position as usize;
            prop_assert_eq!(&samples[range], &segment.samples[..], "a sample is lost or changed");
        }
    }
}
