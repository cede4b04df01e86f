//! Compiles the proto to Rust in `OUT_DIR`, with the descriptors that server reflection serves.
//!
//! protox is a proto compiler in Rust, so no `protoc` is needed on the machine.

use protox::prost::Message;
use std::{env, error::Error, fs, path::PathBuf};

const PROTO: &str = "proto/pretriage/v1/pretriage.proto";

#[expect(clippy::disallowed_methods, reason = "cargo passes OUT_DIR in the environment")]
fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed={PROTO}");
    let descriptors = protox::compile([PROTO], ["proto"])?;
    let out_dir = PathBuf::from(env::var("OUT_DIR")?);
    fs::write(out_dir.join("pretriage.bin"), descriptors.encode_to_vec())?;
    tonic_prost_build::configure()
        // Each open call has room for 32 answers, and a decision is eight times as large as any other.
        .boxed(".pretriage.v1.ConverseResponse.response.decision")
        .compile_fds(descriptors)?;
    println!("cargo:rustc-env=PRETRIAGE_COMMIT={}", commit().as_deref().unwrap_or("unknown"));
    Ok(())
}

/// The commit that is built, for measurements; nothing where the sources are not in git. Debug builds do
/// not ask, or every commit would compile the whole crate again.
#[expect(clippy::disallowed_methods, reason = "cargo passes PROFILE in the environment")]
fn commit() -> Option<String> {
    if env::var("PROFILE").ok()? != "release" {
        return None;
    }
    let head = read_watched(".git/HEAD")?;
    match head.strip_prefix("ref: ") {
        Some(branch) => read_watched(&format!(".git/{branch}")),
        None => Some(head),
    }
}

/// Reads a small file and lets cargo come back when it changes.
fn read_watched(path: &str) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    println!("cargo:rerun-if-changed={path}");
    Some(text.trim().to_owned())
}
