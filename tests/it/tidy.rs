//! The law of the house: which room may use which, and where each heavy dependency lives.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// The rooms from the bottom up. A room may use rooms of a lower rank, and itself.
const RANKS: &[&[&str]] = &[
    &["metrics", "shutdown"],
    &["audio"],
    &["speech"],
    &["model"],
    &["transcript"],
    &["intent"],
    &["decision", "prompt"],
    &["call"],
    &["tape"],
    &["wire", "offline"],
    &["bench"],
    &["telemetry"],
    &["config"],
    &["cli"],
];

/// Each is named in exactly one file, so that it can be replaced there.
const ONE_FILE: &[(&str, &str)] = &[
    ("rubato", "audio/resample.rs"),
    ("realfft", "audio/spectrum.rs"),
    ("earshot", "speech/vad.rs"),
    ("whisper_rs", "transcript/whisper.rs"),
    ("zstd", "model.rs"),
    ("sha2", "model.rs"),
    ("rustix", "prompt/command.rs"),
    ("strsim", "intent/near.rs"),
    ("safetensors", "intent/network/weights.rs"),
    ("ferrous_opencc", "transcript/simplify.rs"),
];

/// Each stays in these files and folders.
const FENCED: &[(&str, &[&str])] = &[
    ("hound", &["audio/wav.rs", "audio/wav/", "audio.rs"]),
    ("tonic", &["wire.rs", "wire/"]),
    ("tonic_health", &["wire/"]),
    ("prost", &["wire.rs", "wire/"]),
    ("axum", &["wire/"]),
    (
        "tokio",
        &[
            "wire.rs",
            "wire/",
            "transcript/worker",
            "prompt/",
            "shutdown.rs",
            "bench/",
            "cli/",
            "main.rs",
        ],
    ),
    ("plotters", &["cli/evaluate/picture.rs", "cli/bench/picture.rs"]),
    ("clap", &["cli.rs", "cli/"]),
    ("indicatif", &["cli/"]),
    ("anyhow", &["cli.rs", "cli/"]),
];

/// A longer file says on its first lines why it is one.
const MAX_LINES: usize = 400;

/// Names that say nothing about what is inside.
const EMPTY_NAMES: &[&str] =
    &["mod", "utils", "util", "common", "helpers", "helper", "manager", "types", "prelude", "misc"];

struct Source {
    /// Relative to `src/`, with forward slashes.
    path: String,
    text: String,
}

impl Source {
    fn room(&self) -> &str {
        self.path.split('/').next().unwrap().trim_end_matches(".rs")
    }

    /// Lines that are code: no comments.
    fn code(&self) -> impl Iterator<Item = &str> {
        self.text.lines().map(|line| line.split("//").next().unwrap())
    }

    /// Whether the code names a crate.
    fn names(&self, name: &str) -> bool {
        let path = format!("{name}::");
        self.code().any(|line| {
            line.match_indices(&path).any(|(at, _)| {
                let before = line[..at].chars().next_back();
                before.is_none_or(|c| !c.is_alphanumeric() && c != '_' && c != ':')
            }) || line.trim() == format!("use {name};")
        })
    }
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut folders = vec![root.clone()];
    let mut sources = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                let relative = path.strip_prefix(&root).unwrap().to_string_lossy();
                sources.push(Source {
                    path: relative.replace('\\', "/"),
                    text: fs::read_to_string(&path).unwrap(),
                });
            }
        }
    }
    assert!(sources.len() > 30, "the sources were found");
    sources
}

fn rank(room: &str) -> Option<usize> {
    RANKS.iter().position(|rooms| rooms.contains(&room))
}

#[test]
fn no_room_uses_a_room_above_it() {
    let mut upward = Vec::new();
    for source in sources() {
        let room = source.room();
        if matches!(room, "lib" | "main") {
            continue;
        }
        let own = rank(room).unwrap_or_else(|| panic!("{room} has no rank"));
        for used in used_rooms(&source.text) {
            let allowed = used == room || rank(&used).is_some_and(|rank| rank < own);
            if !allowed {
                upward.push(format!("{} uses {used}", source.path));
            }
        }
    }
    assert!(upward.is_empty(), "{upward:#?}");
}

/// The rooms named after `crate::`, also inside a grouped `use crate::{…}`.
fn used_rooms(text: &str) -> Vec<String> {
    let code: String =
        text.lines().map(|line| line.split("//").next().unwrap()).collect::<Vec<_>>().join("\n");
    let mut rooms = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        if let Some(group) = rest.strip_prefix('{') {
            let mut depth = 0;
            let mut name = String::new();
            for character in group.chars() {
                match character {
                    '{' => depth += 1,
                    '}' if depth == 0 => break,
                    '}' => depth -= 1,
                    ',' if depth == 0 => rooms.push(std::mem::take(&mut name)),
                    _ if depth == 0 => name.push(character),
                    _ => {}
                }
            }
            rooms.push(name);
        } else {
            rooms.push(rest.to_owned());
        }
    }
    let first_name = |path: &String| -> String {
        path.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
    };
    rooms.iter().map(first_name).filter(|name| !name.is_empty()).collect()
}

#[test]
fn each_heavy_dependency_lives_behind_its_door() {
    let sources = sources();
    // A test may make the very thing that the one file must refuse.
    let sources: Vec<&Source> =
        sources.iter().filter(|source| !source.path.ends_with("tests.rs")).collect();
    let naming = |name: &str| -> Vec<String> {
        let paths = sources.iter().filter(|source| source.names(name));
        paths.map(|source| source.path.clone()).collect()
    };
    for (name, file) in ONE_FILE {
        assert_eq!(naming(name), [*file], "{name} is named in one file");
    }
    for (name, places) in FENCED {
        for path in naming(name) {
            let inside = places.iter().any(|place| path.starts_with(place));
            assert!(inside, "{path} names {name}, which belongs into {places:?}");
        }
    }
}

#[test]
fn every_file_says_what_it_is_for_and_stays_readable() {
    for source in sources() {
        let is_test = source.path.ends_with("tests.rs");
        assert!(is_test || source.text.starts_with("//! "), "{}: no first words", source.path);
        let n_lines = source.text.lines().count();
        let explains = source.text.lines().take(10).any(|line| line.contains("long because"));
        assert!(n_lines <= MAX_LINES || explains, "{}: {n_lines} lines", source.path);
        let stem = source.path.rsplit('/').next().unwrap().trim_end_matches(".rs");
        assert!(!EMPTY_NAMES.contains(&stem), "{}: an empty name", source.path);
    }
}

#[test]
fn nothing_is_left_unfinished_or_switched_off() {
    for source in sources() {
        for mark in [concat!("todo", "!("), concat!("unimplemented", "!("), concat!("#[", "ignore")]
        {
            assert!(!source.text.contains(mark), "{}: {mark}", source.path);
        }
    }
}
