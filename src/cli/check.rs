//! `pretriage check-config`: every fault at once, or what is in force.
//!
//! What only leaves prompts without audio is a warning: the gateway then speaks them itself.

use super::{
    Outcome,
    gather::{Gather, voices},
    output,
};

pub(super) fn run(gather: Gather) -> Outcome {
    let settings = gather.settings()?;
    output::line(settings.to_toml().trim_end())?;
    let (voices, mut lacks) = voices(&settings);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    // A program that cannot be found need not be tried for each prompt.
    if !lacks.iter().any(|lack| lack.key == "command") {
        lacks.extend(runtime.block_on(voices.rehearse()));
    }
    for lack in &lacks {
        output::message(&format!("warning: prompt.{}: {}", lack.key, lack.what));
    }
    output::message("the configuration is without fault");
    Ok(())
}
