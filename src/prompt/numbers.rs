//! Where the numbers of a text are, and how each is to be read.
//!
//! 950201 is a name and read digit by digit; 15 in "15 minutes" is an amount. What is written alike
//! cannot be told apart for certain, so the rule is plain and the same for SSML and for pinyin.

/// A run of this many digits is a service number, a code or a telephone number, no amount that
/// anybody says in a prompt; so is a run that begins with a zero.
const SPELT_DIGITS: usize = 5;

/// From here on it is a telephone number: the shortest subscriber numbers in China have seven.
const TELEPHONE_DIGITS: usize = 7;

/// A part of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// No digits.
    Words(&'a str),
    /// To be read digit by digit.
    Spelt(&'a str),
    /// As [`Piece::Spelt`]; may hold hyphens between its groups.
    Telephone(&'a str),
    /// An amount of at most four digits.
    Amount(&'a str),
}

/// Cuts a text into its parts. Put together again they are the text.
pub(super) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut found = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let n_words = rest.find(|c: char| c.is_ascii_digit()).unwrap_or(rest.len());
        if n_words > 0 {
            found.push(Piece::Words(&rest[..n_words]));
            rest = &rest[n_words..];
            continue;
        }
        let run = grouped(rest);
        let n_digits = run.bytes().filter(u8::is_ascii_digit).count();
        let piece = if n_digits >= TELEPHONE_DIGITS {
            Piece::Telephone(run)
        } else {
            let run = &run[..run.find('-').unwrap_or(run.len())];
            let is_spelt = run.len() >= SPELT_DIGITS || (run.len() > 1 && run.starts_with('0'));
            if is_spelt { Piece::Spelt(run) } else { Piece::Amount(run) }
        };
        let (Piece::Words(run) | Piece::Spelt(run) | Piece::Telephone(run) | Piece::Amount(run)) =
            piece;
        found.push(piece);
        rest = &rest[run.len()..];
    }
    found
}

/// Digits at the start, and further groups of them behind single hyphens.
fn grouped(text: &str) -> &str {
    let bytes = text.as_bytes();
    let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let mut end = 0;
    while is_digit(end) || (end > 0 && bytes.get(end) == Some(&b'-') && is_digit(end + 1)) {
        end += 1;
    }
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_are_spelt_and_amounts_are_not() {
        assert_eq!(
            pieces("这里是950201，等15分钟"),
            [
                Piece::Words("这里是"),
                Piece::Spelt("950201"),
                Piece::Words("，等"),
                Piece::Amount("15"),
                Piece::Words("分钟")
            ]
        );
        assert_eq!(pieces("13800138000"), [Piece::Telephone("13800138000")]);
        assert_eq!(pieces("400-820-1234"), [Piece::Telephone("400-820-1234")]);
        assert_eq!(pieces("010"), [Piece::Spelt("010")]);
        assert_eq!(pieces("1-2"), [Piece::Amount("1"), Piece::Words("-"), Piece::Amount("2")]);
    }

    proptest! {
        #[test]
        fn the_parts_are_the_text(text in "[0-9a零。-]{0,40}") {
            let joined: String = pieces(&text)
                .into_iter()
                .map(|piece| match piece {
                    Piece::Words(run)
                    | Piece::Spelt(run)
                    | Piece::Telephone(run)
                    | Piece::Amount(run) => run,
                })
                .collect();
            prop_assert_eq!(joined, text);
        }
    }
}
