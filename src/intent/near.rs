//! What somebody who mistyped a name probably meant.

/// One slip in so many characters is still the same name.
const CHARACTERS_A_SLIP: usize = 4;

/// The name of a closed list that is nearly `name`; none where nothing is near.
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let length = name.chars().count();
    let slips = (length / CHARACTERS_A_SLIP).max(1);
    let distance = |known: &'a str| (strsim::osa_distance(name, known), known);
    // What is much longer is another name; comparing it would cost the product of both lengths.
    let alike = known.into_iter().filter(|it| it.chars().count().abs_diff(length) <= slips);
    let (distance, nearest) = alike.map(distance).min_by_key(|(distance, _)| *distance)?;
    (distance <= slips && distance < length).then_some(nearest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_forgiven_and_another_name_is_not() {
        let known = ["listen", "max_calls", "account.banned"];
        for (typed, meant) in [
            ("lisen", Some("listen")),
            ("lsiten", Some("listen")),
            ("max_call", Some("max_calls")),
            ("account.baned", Some("account.banned")),
            ("hours", None),
            ("", None),
            ("x", None),
        ] {
            assert_eq!(nearest(typed, known), meant, "{typed}");
        }
        assert_eq!(nearest(&"长".repeat(100_000), known), None);
    }
}
