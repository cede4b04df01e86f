//! `pretriage check-config`: every fault at once, or what is in force.

use super::{Outcome, gather::Gather, output};

pub(super) fn run(gather: Gather) -> Outcome {
    let settings = gather.settings()?;
    output::line(settings.to_toml().trim_end())?;
    output::message("the configuration is without fault");
    Ok(())
}
