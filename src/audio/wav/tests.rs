//! Claims about files: what is read, and what is refused with which words.

use super::*;
use proptest::prelude::*;
use std::{io::Write, path::PathBuf};
use tempfile::TempDir;

const PCM: u16 = 1;
const FLOAT: u16 = 3;
const ALAW: u16 = 6;
const MULAW: u16 = 7;

/// A WAV file in parts, each of which a test may falsify.
struct Parts {
    tag: u16,
    channels: u16,
    rate_hz: u32,
    bits: u16,
    /// What follows the 16 bytes that every format chunk has.
    format_rest: Vec<u8>,
    /// Chunks between the format and the samples.
    before_data: Vec<u8>,
    data: Vec<u8>,
    /// The length that the header claims; `None` for the true one.
    data_bytes: Option<u32>,
    after_data: Vec<u8>,
}

impl Parts {
    fn new(tag: u16, bits: u16, data: &[u8]) -> Self {
        Self {
            tag,
            channels: 1,
            rate_hz: 8_000,
            bits,
            format_rest: Vec::new(),
            before_data: Vec::new(),
            data: data.to_vec(),
            data_bytes: None,
            after_data: Vec::new(),
        }
    }

    fn bytes(&self) -> Vec<u8> {
        let frame_bytes = self.channels * (self.bits / 8);
        let mut bytes = b"RIFF\0\0\0\0WAVEfmt ".to_vec();
        bytes.extend((16 + self.format_rest.len() as u32).to_le_bytes());
        bytes.extend(self.tag.to_le_bytes());
        bytes.extend(self.channels.to_le_bytes());
        bytes.extend(self.rate_hz.to_le_bytes());
        bytes.extend((self.rate_hz * u32::from(frame_bytes)).to_le_bytes());
        bytes.extend(frame_bytes.to_le_bytes());
        bytes.extend(self.bits.to_le_bytes());
        bytes.extend(&self.format_rest);
        bytes.extend(&self.before_data);
        bytes.extend(b"data");
        bytes.extend(self.data_bytes.unwrap_or(self.data.len() as u32).to_le_bytes());
        bytes.extend(&self.data);
        bytes.extend(&self.after_data);
        let riff_bytes = bytes.len() as u32 - 8;
        bytes[4..8].copy_from_slice(&riff_bytes.to_le_bytes());
        bytes
    }
}

/// A file in a folder of its own; both go when the test ends.
struct OnDisk {
    path: PathBuf,
    _folder: TempDir,
}

fn on_disk(bytes: &[u8]) -> OnDisk {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("call.wav");
    File::create(&path).unwrap().write_all(bytes).unwrap();
    OnDisk { path, _folder: folder }
}

fn open(bytes: &[u8]) -> Result<Reader, Error> {
    Reader::open(&on_disk(bytes).path)
}

fn read_all(bytes: &[u8], max_frames: usize) -> Vec<f32> {
    let mut reader = open(bytes).unwrap();
    let (mut block, mut all) = (Vec::new(), Vec::new());
    loop {
        reader.read(max_frames, &mut block).unwrap();
        if block.is_empty() {
            assert_eq!(all.len() as u64, reader.n_frames() * u64::from(reader.channels()));
            return all;
        }
        assert!(block.len() <= max_frames * usize::from(reader.channels()));
        all.extend_from_slice(&block);
    }
}

/// The message that a user would see.
fn refusal(bytes: &[u8]) -> String {
    open(bytes).unwrap_err().to_string()
}

fn samples(values: &[i16]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_le_bytes()).collect()
}

#[test]
fn every_width_of_integers_is_read_at_the_same_scale() {
    let expected = [0.5, -0.5, 0.0];
    let cases: [(u16, &[u8]); 4] = [
        (8, &[192, 64, 128]),
        (16, &[0, 0x40, 0, 0xC0, 0, 0]),
        (24, &[0, 0, 0x40, 0, 0, 0xC0, 0, 0, 0]),
        (32, &[0, 0, 0, 0x40, 0, 0, 0, 0xC0, 0, 0, 0, 0]),
    ];
    for (bits, data) in cases {
        assert_eq!(read_all(&Parts::new(PCM, bits, data).bytes(), 2), expected, "{bits} bits");
    }
}

#[test]
fn float_samples_that_are_no_numbers_become_silence_and_loud_ones_are_limited() {
    let values = [0.25, f32::NAN, f32::INFINITY, -3.0];
    let data: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
    assert_eq!(read_all(&Parts::new(FLOAT, 32, &data).bytes(), 3), [0.25, 0.0, 0.0, -1.0]);
}

#[test]
fn an_extensible_header_is_read_by_the_tag_inside() {
    // cbSize, valid bits, channel mask, then the sub-format's GUID, which begins with the tag.
    let guid_tail = [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71];
    let data = samples(&[8_192, -8_192]);
    let inside = |tag: u8| [&[22, 0, 16, 0, 4, 0, 0, 0, tag, 0], guid_tail.as_slice()].concat();
    let pcm = Parts { format_rest: inside(1), ..Parts::new(0xFFFE, 16, &data) };
    assert_eq!(read_all(&pcm.bytes(), 10), [0.25, -0.25]);
    let alaw = Parts { format_rest: inside(6), ..Parts::new(0xFFFE, 8, &[0xAA, 0x2A]) };
    assert_eq!(read_all(&alaw.bytes(), 10), [0.984_375, -0.984_375]);
}

#[test]
fn g711_files_are_read_with_and_without_a_fact_chunk() {
    let fact = b"fact\x04\0\0\0\x02\0\0\0".to_vec();
    for before_data in [Vec::new(), fact] {
        let alaw = Parts {
            format_rest: vec![0, 0],
            before_data: before_data.clone(),
            ..Parts::new(ALAW, 8, &[0xAA, 0x2A])
        };
        assert_eq!(read_all(&alaw.bytes(), 1), [0.984_375, -0.984_375]);
        let mulaw = Parts { before_data, ..Parts::new(MULAW, 8, &[0xFF, 0x80]) };
        assert_eq!(read_all(&mulaw.bytes(), 1), [0.0, 32_124.0 / 32_768.0]);
    }
}

#[test]
fn chunks_around_the_samples_are_not_heard() {
    let notes = b"LIST\x05\0\0\0notes\0".to_vec();
    for (tag, bits, data) in [(PCM, 16, samples(&[16_384])), (ALAW, 8, vec![0xAA])] {
        let plain = Parts::new(tag, bits, &data);
        let noted = Parts {
            before_data: notes.clone(),
            after_data: notes.clone(),
            ..Parts::new(tag, bits, &data)
        };
        assert_eq!(read_all(&noted.bytes(), 100), read_all(&plain.bytes(), 100));
    }
}

#[test]
fn a_length_that_is_not_known_yet_means_the_rest_of_the_file() {
    for data_bytes in [u32::MAX, 0x7FFF_FFFF, 0x7FFF_F000] {
        for channels in [1, 2, 3] {
            let data = samples(&[16_384; 6]);
            let parts =
                Parts { channels, data_bytes: Some(data_bytes), ..Parts::new(PCM, 16, &data) };
            assert_eq!(read_all(&parts.bytes(), 4), [0.5; 6]);
        }
        let mulaw = Parts { data_bytes: Some(data_bytes), ..Parts::new(MULAW, 8, &[0xFF; 5]) };
        assert_eq!(read_all(&mulaw.bytes(), 4), [0.0; 5]);
    }
}

#[test]
fn part_of_a_frame_at_the_end_is_left_out() {
    let data = [samples(&[16_384, -16_384]), vec![1, 2, 3]].concat();
    let parts = Parts { channels: 2, ..Parts::new(PCM, 16, &data) };
    assert_eq!(read_all(&parts.bytes(), 9), [0.5, -0.5]);
}

#[test]
fn rates_and_channels_out_of_bounds_are_refused_by_name() {
    let data = samples(&[0; 64]);
    let with = |rate_hz, channels| {
        refusal(&Parts { rate_hz, channels, ..Parts::new(PCM, 16, &data) }.bytes())
    };
    assert_eq!(with(0, 1), "sample rate 0 Hz is outside 8000 to 192000 Hz");
    assert_eq!(with(384_000, 1), "sample rate 384000 Hz is outside 8000 to 192000 Hz");
    assert_eq!(with(8_000, 0), "0 channels are outside 1 to 32");
    assert_eq!(with(8_000, 33), "33 channels are outside 1 to 32");
}

#[test]
fn a_lying_length_is_refused_with_both_lengths() {
    let parts = Parts { data_bytes: Some(4_000_000_000), ..Parts::new(PCM, 16, &[0; 100]) };
    let message = "the WAV header declares 4000000000 bytes of samples, but 100 are there";
    assert_eq!(refusal(&parts.bytes()), message);
}

#[test]
fn a_header_that_is_cut_anywhere_is_refused() {
    let whole = Parts::new(PCM, 16, &[0; 4]).bytes();
    for n_bytes in 1..44 {
        assert_eq!(refusal(&whole[..n_bytes]), "the WAV header is cut off", "{n_bytes} bytes");
    }
    assert_eq!(refusal(b""), "not a WAV file: it is empty");
}

#[test]
fn files_without_samples_are_refused() {
    for (tag, bits) in [(PCM, 16), (ALAW, 8)] {
        assert_eq!(refusal(&Parts::new(tag, bits, &[]).bytes()), "the WAV file holds no samples");
    }
    let half_a_frame = Parts { channels: 2, ..Parts::new(PCM, 16, &[0; 3]) };
    assert_eq!(refusal(&half_a_frame.bytes()), "the WAV file holds no samples");
}

#[test]
fn files_of_another_kind_are_refused() {
    assert_eq!(refusal("第一行\n".as_bytes()), "not a WAV file: no RIFF header");
    let film = b"RIFF\x04\0\0\0AVI LIST";
    assert_eq!(refusal(film), "not a WAV file: a RIFF file of another kind");
    let missing = Reader::open(&on_disk(b"").path.with_file_name("none.wav")).unwrap_err();
    assert!(missing.to_string().starts_with("cannot read the file: "), "{missing}");
    assert!(Reader::open(tempfile::tempdir().unwrap().path()).is_err());
}

#[test]
fn kinds_of_samples_that_are_not_known_are_refused_by_tag_and_bits() {
    for (tag, bits) in [(2, 4), (0x55, 16), (PCM, 12), (PCM, 0), (PCM, 64), (FLOAT, 64), (ALAW, 16)]
    {
        let message = format!(
            "WAV format tag {tag} with {bits} bits is not supported (PCM, float and G.711 are)"
        );
        assert_eq!(refusal(&Parts::new(tag, bits, &[0; 64]).bytes()), message);
    }
}

#[test]
fn samples_in_wider_containers_are_refused_rather_than_heard_as_noise() {
    let mut bytes = Parts::new(PCM, 24, &[0; 64]).bytes();
    bytes[32] = 4;
    assert!(refusal(&bytes).starts_with("WAV format tag 1 with 24 bits"));
}

#[test]
fn a_file_that_shrinks_while_it_is_read_is_an_error_and_no_short_call() {
    for (tag, bits) in [(PCM, 16), (MULAW, 8)] {
        let file = on_disk(&Parts::new(tag, bits, &[0; 100_000]).bytes());
        let mut reader = Reader::open(&file.path).unwrap();
        File::options().write(true).open(&file.path).unwrap().set_len(50_000).unwrap();
        assert!(reader.read(usize::MAX, &mut Vec::new()).is_err(), "tag {tag}");
    }
}

proptest! {
    #[test]
    fn the_block_size_does_not_change_the_samples(
        data in prop::collection::vec(any::<u8>(), 12..400),
        kind in prop::sample::select(vec![(PCM, 8), (PCM, 16), (PCM, 24), (PCM, 32), (FLOAT, 32), (ALAW, 8), (MULAW, 8)]),
        channels in 1_u16..4,
        max_frames in 1_usize..50,
    ) {
        let bytes = Parts { channels, ..Parts::new(kind.0, kind.1, &data) }.bytes();
        prop_assert_eq!(read_all(&bytes, max_frames), read_all(&bytes, 1_000));
    }

    #[test]
    fn no_file_makes_the_reader_panic(
        mut bytes in Just(Parts::new(PCM, 16, &[7; 40]).bytes()),
        faults in prop::collection::vec((0_usize..60, any::<u8>()), 0..6),
        n_bytes in 0_usize..84,
    ) {
        for (at, value) in faults {
            bytes[at] = value;
        }
        bytes.truncate(n_bytes);
        if let Ok(mut reader) = open(&bytes) {
            let _ = reader.read(1_000, &mut Vec::new());
        }
    }
}
