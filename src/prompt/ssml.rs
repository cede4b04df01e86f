//! A prompt as SSML (W3C Speech Synthesis Markup Language 1.1), for the gateway's own synthesis.
//!
//! The text is escaped, never trusted: a profile may hold anything. Only elements that every
//! engine knows are written.

use super::{
    Pace,
    numbers::{Piece, pieces},
};

const OPEN: &str = "<speak version=\"1.1\" xmlns=\"http://www.w3.org/2001/10/synthesis\" \
                    xml:lang=\"zh-CN\">";

/// What ends a sentence …
const ENDS: [char; 6] = ['。', '！', '？', '；', '!', '?'];
/// … and what may stand behind it and still belong to it.
const CLOSES: [char; 5] = ['”', '’', '」', '』', '）'];

/// Writes a text as one SSML document.
#[must_use]
pub fn ssml(text: &str, pace: Pace) -> String {
    let mut out = String::from(OPEN);
    if pace == Pace::Slow {
        out.push_str("<prosody rate=\"slow\">");
    }
    // Engines pause at the end of a sentence by themselves; who is spoken to slowly gets more.
    let pause = match pace {
        Pace::Normal => "<break strength=\"medium\"/>",
        Pace::Slow => "<break strength=\"strong\"/>",
    };
    let mut is_after_end = false;
    for piece in pieces(text) {
        match piece {
            Piece::Words(words) => words_to(&mut out, words, pause, &mut is_after_end),
            Piece::Amount(run) => said_as(&mut out, run, None, pause, &mut is_after_end),
            Piece::Spelt(run) => said_as(&mut out, run, Some("digits"), pause, &mut is_after_end),
            Piece::Telephone(run) => {
                said_as(&mut out, run, Some("telephone"), pause, &mut is_after_end);
            }
        }
    }
    if pace == Pace::Slow {
        out.push_str("</prosody>");
    }
    out.push_str("</speak>");
    out
}

fn words_to(out: &mut String, words: &str, pause: &str, is_after_end: &mut bool) {
    for character in words.chars().filter(|character| is_xml(*character)) {
        if ENDS.contains(&character) {
            *is_after_end = true;
        } else if !CLOSES.contains(&character) && !character.is_whitespace() && *is_after_end {
            out.push_str(pause);
            *is_after_end = false;
        }
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            // A bare one would be read back as a line feed (XML 1.0, 2.11).
            '\r' => out.push_str("&#13;"),
            _ => out.push(character),
        }
    }
}

fn said_as(out: &mut String, run: &str, kind: Option<&str>, pause: &str, is_after_end: &mut bool) {
    if std::mem::take(is_after_end) {
        out.push_str(pause);
    }
    match kind {
        Some(kind) => {
            out.push_str(&format!("<say-as interpret-as=\"{kind}\">{run}</say-as>"));
        }
        None => out.push_str(run),
    }
}

/// What an XML 1.0 document may hold (section 2.2); the rest cannot even be escaped.
const fn is_xml(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}'
        | '\u{10000}'..)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_are_spelt_and_sentences_are_set_apart() {
        assert_eq!(
            ssml("您好，这里是950201。请等2分钟。", Pace::Normal),
            format!(
                "{OPEN}您好，这里是<say-as interpret-as=\"digits\">950201</say-as>。\
                 <break strength=\"medium\"/>请等2分钟。</speak>"
            )
        );
        let slow = ssml("好。", Pace::Slow);
        assert_eq!(slow, format!("{OPEN}<prosody rate=\"slow\">好。</prosody></speak>"));
        assert!(ssml("拨400-820-1234", Pace::Normal).contains("\"telephone\">400-820-1234<"));
    }

    #[test]
    fn a_text_that_looks_like_markup_is_only_text() {
        let text = "<speak>a&b]]></speak><!--";
        let written = ssml(text, Pace::Normal);
        let document = roxmltree::Document::parse(&written).unwrap();
        assert_eq!(spoken(&document), text);
        let elements: Vec<_> = document
            .descendants()
            .filter(|it| it.is_element())
            .map(|it| it.tag_name().name())
            .collect();
        // An exclamation mark ends a sentence, whatever it stands in.
        assert_eq!(elements, ["speak", "break"]);
    }

    fn spoken(document: &roxmltree::Document<'_>) -> String {
        document.descendants().filter(|it| it.is_text()).filter_map(|it| it.text()).collect()
    }

    proptest! {
        #[test]
        fn any_text_is_well_formed_and_says_the_same(
            text in prop_oneof![".*", "[0-9<>&'\"。！”\r\n\t\u{0}\u{1f}\u{fffe}\u{ffff}-]*"],
            is_slow: bool,
        ) {
            let written = ssml(&text, if is_slow { Pace::Slow } else { Pace::Normal });
            let document = roxmltree::Document::parse(&written).unwrap();
            let root = document.root_element();
            prop_assert_eq!(root.tag_name().name(), "speak");
            let expected: String = text.chars().filter(|c| is_xml(*c)).collect();
            prop_assert_eq!(spoken(&document), expected);
        }
    }
}
