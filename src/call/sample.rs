//! What all calls of a test share: the built-in profile, as the doors open calls with it.

use super::{Host, script};
use crate::{
    decision::{Policy, policy},
    intent::Classifier,
    speech,
};
use std::sync::Arc;

#[derive(serde::Deserialize)]
struct Profile {
    number: String,
    decision: policy::Config,
    call: script::Config,
}

/// The built-in profile's host.
pub(crate) fn host() -> Arc<Host> {
    let profile: Profile = toml::from_str(include_str!("../../hotline/default.toml")).unwrap();
    Arc::new(Host::new(
        profile.number,
        profile.call,
        Policy::new(profile.decision),
        Classifier::embedded().unwrap(),
        speech::Config::default(),
    ))
}
