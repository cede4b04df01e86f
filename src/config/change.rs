//! What of a changed configuration holds at once, and what only after a restart.

use super::Settings;
use std::collections::BTreeMap;
use toml::{Table, Value};

/// Tables of the service's file that are read again: which profile, and what prompts sound like.
const FOLLOWED: [&str; 2] = ["hotline", "prompt"];

impl Settings {
    /// The keys of the service's file that have another value in `newer`, and that a running
    /// service keeps as they are: addresses, limits, threads, the model, logs.
    #[must_use]
    pub fn needs_restart(&self, newer: &Self) -> Vec<String> {
        let flat = |settings: &Self| {
            let mut values = BTreeMap::new();
            if let Ok(table) = Table::try_from(&settings.config) {
                flatten("", &table, &mut values);
            }
            values
        };
        let (old, new) = (flat(self), flat(newer));
        let mut keys: Vec<String> = old
            .iter()
            .filter(|(key, value)| new.get(*key) != Some(value))
            .chain(new.iter().filter(|(key, _)| !old.contains_key(*key)))
            .map(|(key, _)| key.clone())
            .filter(|key| !FOLLOWED.iter().any(|table| key.split('.').next() == Some(table)))
            .collect();
        keys.sort_unstable();
        keys
    }
}

fn flatten(above: &str, table: &Table, values: &mut BTreeMap<String, Value>) {
    for (key, value) in table {
        let key = if above.is_empty() { key.clone() } else { format!("{above}.{key}") };
        if let Value::Table(inner) = value {
            flatten(&key, inner, values);
        } else {
            values.insert(key, value.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_running_service_keeps_is_named_and_what_it_follows_is_not() {
        let old = Settings::load(None).unwrap();
        let mut new = old.clone();
        new.config.wire.max_calls += 1;
        new.config.speech.final_ms += 20;
        new.config.model.path = Some("other.bin".into());
        new.config.prompt.speed += 1;
        new.config.hotline.profile = Some("other.toml".into());
        new.profile.number = "1".to_owned();
        let keys = ["model.path", "speech.final_ms", "wire.max_calls"];
        assert_eq!(old.needs_restart(&new), keys);
        assert_eq!(new.needs_restart(&old), keys);
        assert_eq!(old.needs_restart(&old), [""; 0]);
    }
}
