//! What somebody meant who typed a name that does not exist.

/// Names less alike than this, 0 to 1, were not meant. [own]: a slip in a word of three letters leaves two thirds of it.
const ALIKE: f64 = 0.65;

/// The known name that is most like this one, if any is.
pub fn closest<'n>(name: &str, known: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let name = name.to_lowercase();
    let best = known
        .into_iter()
        .map(|known| (likeness(&name, known), known))
        .max_by(|(one, _), (other, _)| one.total_cmp(other));
    best.filter(|(likeness, _)| *likeness >= ALIKE).map(|(_, known)| known)
}

/// The greater of two likenesses: one knows beginnings of long names, the other swapped letters of short ones.
fn likeness(one: &str, other: &str) -> f64 {
    strsim::jaro_winkler(one, other).max(strsim::normalized_damerau_levenshtein(one, other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_understood_and_other_names_are_not() {
        let known = ["bow", "waiters-bow", "hip-flexor-stretch"];
        for (typed, meant) in [("bwo", "bow"), ("Waiters", "waiters-bow"), ("hip-flexer", "hip-flexor-stretch")] {
            assert_eq!(closest(typed, known), Some(meant), "{typed}");
        }
        assert_eq!(closest("plank", known), None);
    }
}
