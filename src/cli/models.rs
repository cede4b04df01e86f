//! `pretriage model`: which models there are, and whether one is sound.

use super::{Failure, Outcome, gather::Gather, output};
use crate::model::{self, Source};
use std::path::PathBuf;

#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// Lists the built-in model and the model files of a folder.
    List {
        /// A folder with ggml files.
        #[arg(value_name = "FOLDER")]
        folder: Option<PathBuf>,
    },
    /// Checks a model's checksum and every length in it, as before each load.
    Verify {
        /// A ggml file; without one, the model that the configuration names.
        #[arg(value_name = "FILE")]
        file: Option<PathBuf>,
    },
    /// Shows what the model in force is and how it wants to be used.
    Info,
}

pub(super) fn run(gather: Gather, command: &Command) -> Outcome {
    match command {
        Command::List { folder } => list(folder.as_deref()),
        Command::Verify { file } => verify(&gather, file.clone()),
        Command::Info => info(&gather),
    }
}

fn list(folder: Option<&std::path::Path>) -> Outcome {
    let entries = match model::list(folder) {
        Ok(entries) => entries,
        Err(error) => {
            output::message(&error.to_string());
            return Err(Failure::SomeInput);
        }
    };
    for entry in entries {
        let place = match &entry.source {
            Source::Embedded => "built in".to_owned(),
            Source::File { path, .. } => path.display().to_string(),
        };
        let vouched = if entry.has_manifest { "manifest" } else { "needs --sha256" };
        output::line(&format!("{}\t{} bytes\t{place}\t{vouched}", entry.name, entry.stored_bytes))?;
    }
    Ok(())
}

fn verify(gather: &Gather, file: Option<PathBuf>) -> Outcome {
    let source = match file {
        Some(path) => Source::File { path, sha256: gather.sha256.clone() },
        None => gather.settings()?.model_source(),
    };
    match model::load(&source) {
        Ok(loaded) => {
            output::line(&format!("{}\tsha256 {}\tsound", loaded.manifest.title(), loaded.sha256))?;
            Ok(())
        }
        Err(error) => {
            output::message(&error.to_string());
            Err(Failure::SomeInput)
        }
    }
}

fn info(gather: &Gather) -> Outcome {
    let loaded = model::load(&gather.settings()?.model_source())?;
    let (manifest, header) = (&loaded.manifest, &loaded.header);
    output::line(&format!("name       {}", manifest.title()))?;
    output::line(&format!("licence    {}", manifest.license))?;
    output::line(&format!("sha256     {}", loaded.sha256))?;
    output::line(&format!("bytes      {}", loaded.bytes.len()))?;
    output::line(&format!(
        "shape      {} wide, {} encoder and {} decoder layers, {} mel bands",
        header.n_state, header.n_audio_layer, header.n_text_layer, header.n_mels
    ))?;
    output::line(&format!(
        "window     {} to {} ms, {} ms after the samples",
        manifest.window.min_ms, manifest.window.max_ms, manifest.window.margin_ms
    ))?;
    Ok(())
}
