//! Traditional to Simplified characters, by OpenCC's tables: the only file that names them.

use crate::transcript::EngineError;
use ferrous_opencc::{OpenCC, config::BuiltinConfig};
use std::fmt;

/// OpenCC's `t2s`.
pub(super) struct Simplifier(OpenCC);

impl fmt::Debug for Simplifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Simplifier").field(&self.0.name()).finish()
    }
}

impl Simplifier {
    pub(super) fn load() -> Result<Self, EngineError> {
        OpenCC::from_config(BuiltinConfig::T2s)
            .map(Self)
            .map_err(|error| EngineError(format!("the character tables are damaged: {error}")))
    }

    pub(super) fn simplify(&self, text: &str) -> String {
        self.0.convert(text)
    }
}
