use super::*;
use proptest::prelude::*;
use std::sync::{Mutex, OnceLock};

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

fn put(folder: &tempfile::TempDir, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    path
}

fn load_path(path: &Path, sha256: Option<&str>) -> Result<Loaded, Error> {
    load(&Source::File { path: path.to_owned(), sha256: sha256.map(str::to_owned) })
}

#[test]
fn the_embedded_model_passes_its_own_checks() {
    let loaded = load(&Source::Embedded).unwrap();
    assert_eq!(loaded.bytes.len() as u64, loaded.manifest.bytes);
    assert_eq!(loaded.sha256, loaded.manifest.sha256);
    assert!(embedded().compressed.len() <= 24 << 20, "the binary has room for 24 MB");
}

#[test]
fn a_file_with_a_manifest_needs_no_more() {
    let folder = folder();
    let path = put(&folder, "tiny.bin", tiny::bytes());
    put(&folder, "tiny.toml", tiny::manifest(tiny::bytes()).as_bytes());
    let loaded = load_path(&path, None).unwrap();
    assert_eq!(loaded.manifest.name, "tiny");
    assert_eq!(loaded.header.n_state, 64);
}

#[test]
fn a_compressed_file_is_read_like_a_plain_one() {
    let folder = folder();
    let path = put(&folder, "tiny.bin.zst", &zstd::encode_all(tiny::bytes(), 1).unwrap());
    put(&folder, "tiny.toml", tiny::manifest(tiny::bytes()).as_bytes());
    assert_eq!(load_path(&path, None).unwrap().sha256, digest(tiny::bytes()));
}

#[test]
fn a_file_that_nobody_vouches_for_is_refused_and_told_its_checksum() {
    let folder = folder();
    let path = put(&folder, "tiny.bin", tiny::bytes());
    let error = load_path(&path, None).unwrap_err().to_string();
    for word in ["tiny.bin", "model.sha256", "--sha256", "tiny.toml", &digest(tiny::bytes())] {
        assert!(error.contains(word), "{word} is not in: {error}");
    }
}

#[test]
fn the_operators_checksum_vouches_for_a_file() {
    let folder = folder();
    let path = put(&folder, "tiny.bin", tiny::bytes());
    let sha256 = digest(tiny::bytes()).to_uppercase();
    let loaded = load_path(&path, Some(&sha256)).unwrap();
    assert_eq!(loaded.manifest.window.min_ms, 10_240, "nothing is known: the cautious window");
    let error = load_path(&path, Some("00")).unwrap_err();
    assert!(matches!(error, Error::Checksum { .. }), "{error}");
}

#[test]
fn a_manifest_for_another_file_is_noticed() {
    let folder = folder();
    let path = put(&folder, "tiny.bin", &tiny::bytes()[..1_000_000]);
    put(&folder, "tiny.toml", tiny::manifest(tiny::bytes()).as_bytes());
    let error = load_path(&path, None).unwrap_err();
    assert!(matches!(error, Error::Checksum { .. }), "{error}");
}

#[test]
fn what_is_no_model_is_told_so() {
    let folder = folder();
    let text = put(&folder, "notes.bin", b"these are notes");
    let cut = put(&folder, "cut.bin", &tiny::bytes()[..1_000_000]);
    for (path, words) in [
        (text, &["notes.bin", "does not begin like a ggml file"][..]),
        (cut, &["cut.bin", "cut short at byte"]),
        (folder.path().join("none.bin"), &["none.bin", "cannot read"]),
        (folder.path().to_owned(), &["cannot read"]),
    ] {
        let error = load_path(&path, None).unwrap_err().to_string();
        assert!(words.iter().all(|word| error.contains(word)), "{error}");
    }
}

#[test]
fn a_small_file_cannot_unpack_to_more_than_its_manifest_says() {
    let bomb = zstd::encode_all(io::repeat(0).take(64 << 20), 1).unwrap();
    let error = decompress(&bomb, 1_000, "bomb").unwrap_err();
    assert!(matches!(error, Error::TooLarge { max: 1_000, .. }), "{error}");
    assert!(matches!(decompress(b"no zstd", 10, "x"), Err(Error::Compressed { .. })));
}

#[test]
fn a_manifests_fault_names_its_key() {
    for (from, to, key) in [
        ("max_ms = 15000", "max_ms = 40000", "max_ms"),
        ("min_ms = 1000", "min_ms = 0", "min_ms"),
        ("margin_ms = 500", "margin = 500", "margin"),
        ("language = \"zh\"", "language = \"en\"", "language"),
        ("per_second = 12", "per_second = \"12\"", "per_second"),
        ("version = \"0\"", "", "version"),
    ] {
        let fault = Manifest::parse(&tiny::manifest(tiny::bytes()).replace(from, to)).unwrap_err();
        assert!(fault.contains(key), "{key} is not in: {fault}");
    }
}

#[test]
fn a_folder_lists_its_models_after_the_built_in_one() {
    let folder = folder();
    put(&folder, "b.bin", b"");
    put(&folder, "a.bin.zst", b"");
    put(&folder, "a.toml", tiny::manifest(tiny::bytes()).as_bytes());
    put(&folder, "readme.txt", b"");
    let entries = list(Some(folder.path())).unwrap();
    let names: Vec<_> = entries.iter().map(|entry| entry.name.as_str()).collect();
    assert_eq!(names[1..], ["tiny 0", "b.bin"]);
    assert_eq!(entries[0].source, Source::Embedded);
    assert_eq!([entries[1].has_manifest, entries[2].has_manifest], [true, false]);
}

/// The tiny file with one number changed, for one call of `f`. The file is large: it is changed
/// in place and put back.
fn with_number<R>(at: usize, number: u32, f: impl FnOnce(&[u8]) -> R) -> R {
    static FILE: OnceLock<Mutex<Vec<u8>>> = OnceLock::new();
    let mut file = FILE.get_or_init(|| Mutex::new(tiny::bytes().to_vec())).lock().unwrap();
    let kept: [u8; 4] = file[at..at + 4].try_into().unwrap();
    file[at..at + 4].copy_from_slice(&number.to_le_bytes());
    let result = f(&file);
    file[at..at + 4].copy_from_slice(&kept);
    result
}

/// Where the numbers of the header stand.
fn header_at(idx: usize) -> usize {
    4 * idx
}

#[test]
fn a_vocabulary_of_another_size_never_reaches_the_engine() {
    for n_vocab in [0, 1, 51_863, 51_864, 51_867, 100_000, u32::MAX] {
        let error = with_number(header_at(1), n_vocab, |file| ggml::check(file).unwrap_err());
        assert!(matches!(error, ggml::Fault::Implausible { .. } | ggml::Fault::EnglishOnly));
    }
    for n_words in [0, N_WORDS - 1, N_WORDS + 1, u32::MAX] {
        assert!(with_number(tiny::WORDS_AT, n_words, |file| ggml::check(file).is_err()));
    }
    for length in [513, 1 << 31, u32::MAX] {
        assert!(with_number(tiny::WORDS_AT + 4, length, |file| ggml::check(file).is_err()));
    }
}

const N_WORDS: u32 = 50_257;

#[test]
fn a_mel_filter_that_is_no_number_never_reaches_the_engine() {
    let at = tiny::MELS_AT + 8 + 4 * 1_000;
    let error = with_number(at, f32::NAN.to_bits(), |file| ggml::check(file).unwrap_err());
    assert_eq!(error, ggml::Fault::NoNumber { what: "the mel filters", offset: at });
}

/// T10: an exception of C++ that reaches Rust ends the process.
#[test]
fn a_vocabulary_without_a_space_never_reaches_the_engine() {
    let mut file = tiny::bytes().to_vec();
    file[tiny::TENSORS_AT - 1] = b'_';
    assert_eq!(ggml::check(&file), Err(ggml::Fault::NoSpace));
}

#[test]
fn a_tensor_of_many_dimensions_never_reaches_the_engine() {
    for n_dims in [0, 5, 64, u32::MAX] {
        let error = with_number(tiny::TENSORS_AT, n_dims, |file| ggml::check(file).unwrap_err());
        assert!(error.to_string().contains("dimensions instead of 1 to 4"), "{error}");
    }
}

#[test]
fn a_tensor_with_a_wrong_name_type_or_shape_never_reaches_the_engine() {
    for (idx, number) in [(1, 65), (1, u32::MAX), (2, 0), (2, 99), (3, 63), (3, u32::MAX)] {
        let at = tiny::TENSORS_AT + 4 * idx;
        let fault = with_number(at, number, |file| ggml::check(file).unwrap_err());
        assert!(matches!(fault, ggml::Fault::Tensor { .. }), "{fault}");
    }
}

#[test]
fn a_tensor_that_comes_twice_does_not_make_up_for_a_missing_one() {
    let bytes = tiny::bytes();
    // The first tensor by name is a matrix of 16-bit floats: five numbers, name, weights.
    let n_first = 5 * 4 + "decoder.blocks.0.attn.key.weight".len() + 64 * 64 * 2;
    let first = &bytes[tiny::TENSORS_AT..tiny::TENSORS_AT + n_first];
    let twice = [&bytes[..tiny::TENSORS_AT], first, &bytes[tiny::TENSORS_AT..]].concat();
    assert!(ggml::check(&twice).unwrap_err().to_string().contains("comes twice"));
    let without = [&bytes[..tiny::TENSORS_AT], &bytes[tiny::TENSORS_AT + n_first..]].concat();
    assert!(matches!(ggml::check(&without), Err(ggml::Fault::MissingTensor(_))));
}

#[test]
fn a_model_without_tensors_is_refused() {
    // whisper.cpp takes such a file for a test of its own and decodes nothing, silently.
    let error = ggml::check(&tiny::bytes()[..tiny::TENSORS_AT]).unwrap_err();
    assert!(matches!(error, ggml::Fault::MissingTensor(_)), "{error}");
}

proptest! {
    #[test]
    fn a_truncated_model_is_an_error_and_not_a_crash(share in 0.0_f64..1.0) {
        let bytes = tiny::bytes();
        let n_bytes = (bytes.len() as f64 * share) as usize;
        prop_assert!(ggml::check(&bytes[..n_bytes]).is_err());
        // Most of the file is one tensor: look at the structured part as well.
        let n_bytes = (tiny::TENSORS_AT as f64 * share) as usize;
        prop_assert!(ggml::check(&bytes[..n_bytes]).is_err());
    }

    #[test]
    fn a_changed_header_is_an_error_and_not_a_crash(idx in 0_usize..12, flip in 1_u32..) {
        let at = header_at(idx);
        let kept = u32::from_le_bytes(tiny::bytes()[at..at + 4].try_into().unwrap());
        // A quantisation version alone changes nothing.
        prop_assume!(idx != 11 || (kept ^ flip) % 1_000 != kept);
        prop_assert!(with_number(at, kept ^ flip, |file| ggml::check(file).is_err()));
    }

    #[test]
    fn a_changed_tensor_table_is_an_error_and_not_a_crash(idx in 0_usize..12, flip in 1_u32..) {
        let at = tiny::TENSORS_AT + 4 * idx;
        let kept = u32::from_le_bytes(tiny::bytes()[at..at + 4].try_into().unwrap());
        prop_assert!(with_number(at, kept ^ flip, |file| ggml::check(file).is_err()));
    }

    #[test]
    fn any_bytes_are_an_error_and_not_a_crash(mut bytes in proptest::collection::vec(0_u8.., 0..4_000)) {
        prop_assert!(ggml::check(&bytes).is_err());
        let n_header = bytes.len().min(tiny::WORDS_AT);
        bytes[..n_header].copy_from_slice(&tiny::bytes()[..n_header]);
        prop_assert!(ggml::check(&bytes).is_err());
    }
}
