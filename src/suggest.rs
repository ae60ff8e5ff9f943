//! Suggestions for mistyped names.

/// The least similarity of a suggestion, 0 to 1. [own]: a typing error in a word of three letters leaves two thirds of
/// it.
const LEAST_SIMILARITY: f64 = 0.65;

/// The known name most similar to this one, if any is similar enough.
pub fn closest<'n>(name: &str, known: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let name = name.to_lowercase();
    let best = known
        .into_iter()
        .map(|known| (similarity(&name, known), known))
        .max_by(|(one, _), (other, _)| one.total_cmp(other));
    best.filter(|(similarity, _)| *similarity >= LEAST_SIMILARITY).map(|(_, known)| known)
}

/// The greater of two similarities: one recognises the beginnings of long names, the other swapped letters in short
/// ones.
fn similarity(one: &str, other: &str) -> f64 {
    strsim::jaro_winkler(one, other).max(strsim::normalized_damerau_levenshtein(one, other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typing_errors_are_recognised_and_other_names_are_not() {
        let known = ["bow", "waiters-bow", "hip-flexor-stretch"];
        for (typed, meant) in [("bwo", "bow"), ("Waiters", "waiters-bow"), ("hip-flexer", "hip-flexor-stretch")] {
            assert_eq!(closest(typed, known), Some(meant), "{typed}");
        }
        assert_eq!(closest("plank", known), None);
    }
}
