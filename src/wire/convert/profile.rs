//! The hotline profile and what became of reading it again.

use crate::wire::{
    hotline::{Fault, Hotline, Reloaded},
    proto,
};

/// A profile, in short.
pub(in crate::wire) fn profile(hotline: &Hotline) -> proto::Profile {
    let script = &hotline.host.script;
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let guided = script.topics.values().filter(|guidance| !guidance.steps.is_empty());
    proto::Profile {
        checksum: hotline.checksum.clone(),
        number: hotline.host.number.clone(),
        prompts: count(script.spoken().count()),
        guided_topics: count(guided.count()),
        faq: count(script.faq.len()),
    }
}

/// The answer to `ReloadProfile`.
pub(in crate::wire) fn reloaded(reloaded: Reloaded) -> proto::ReloadProfileResponse {
    let fault = |Fault { file, key, what }| proto::ConfigFault { file, key, what };
    proto::ReloadProfileResponse {
        accepted: reloaded.faults.is_empty(),
        profile: Some(profile(&reloaded.hotline)),
        previous: Some(profile(&reloaded.previous)),
        faults: reloaded.faults.into_iter().map(fault).collect(),
        needs_restart: reloaded.needs_restart,
    }
}
