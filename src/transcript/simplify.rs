//! Traditional to Simplified characters, by OpenCC's tables: the only file that names them.

use super::EngineError;
use ferrous_opencc::{OpenCC, config::BuiltinConfig};
use std::{collections::HashMap, fmt, sync::LazyLock};

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

/// The unified ideographs of everyday writing.
const IDEOGRAPHS: std::ops::RangeInclusive<char> = '\u{4e00}'..='\u{9fff}';

/// The Traditional characters whose Simplified form is one other character.
static CHARACTERS: LazyLock<HashMap<char, char>> = LazyLock::new(|| {
    // Damaged tables are told where the filters are loaded; here every character then stays.
    let Ok(simplifier) = Simplifier::load() else { return HashMap::new() };
    let pair = |traditional: char| {
        let simple = simplifier.simplify(traditional.encode_utf8(&mut [0; 4]));
        let mut simple = simple.chars();
        match (simple.next(), simple.next()) {
            (Some(one), None) if one != traditional => Some((traditional, one)),
            _ => None,
        }
    };
    IDEOGRAPHS.filter_map(pair).collect()
});

/// One character's Simplified form, without looking at its neighbours: for text that must keep its
/// length. The first call reads the tables.
#[must_use]
pub fn character(raw: char) -> char {
    if IDEOGRAPHS.contains(&raw) { CHARACTERS.get(&raw).copied().unwrap_or(raw) } else { raw }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn traditional_characters_have_a_simplified_form_and_others_stay() {
        let simple = |text: &str| text.chars().map(character).collect::<String>();
        assert_eq!(simple("帳號驗證碼錢沒到賬"), "帐号验证码钱没到账");
        assert_eq!(simple("转人工abc１，"), "转人工abc１，");
    }
}
