//! Suggestions for mistyped names.

/// The least similarity of a suggestion, 0 to 1. [own]: a typing error in a word of three letters leaves two thirds of
/// it.
const LEAST_SIMILARITY: f64 = 0.65;

/// The similarity of a name to one that it is a word of. [own]: below that of the name itself.
const WORD: f64 = 0.99;

/// The known name most similar to this one, if any is similar enough.
pub fn closest<'n>(name: &str, known: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let name = name.to_lowercase();
    let best = known
        .into_iter()
        .map(|known| (similarity(&name, known), known))
        .max_by(|(one, _), (other, _)| one.total_cmp(other));
    best.filter(|(similarity, _)| *similarity >= LEAST_SIMILARITY).map(|(_, known)| known)
}

/// The least similarity of a name that is all but a known one, 0 to 1. [own]: `lumbar_flexoin` is `lumbar_flexion` by 0.93,
/// `trunk_inclination` is `thigh_inclination` by 0.76.
const NEAR: f64 = 0.8;

/// The least part of a name that stands for it, letters. [own]
const LEAST_STEM: usize = 6;

/// The known name of which this one is a misspelling: stricter than [`closest`], for names that may well be right and
/// mean something else. A name that another goes on from, as `lumbar_flexion_pct` does, counts as misspelt.
pub fn near_miss<'n>(name: &str, known: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let goes_on = |short: &str, long: &str| short.len() >= LEAST_STEM && long.starts_with(short);
    let likeness = |known: &'n str| {
        let joined = if goes_on(name, known) || goes_on(known, name) { NEAR } else { 0.0 };
        (strsim::normalized_damerau_levenshtein(name, known).max(joined), known)
    };
    let order =
        |one: &(f64, &str), other: &(f64, &str)| one.0.total_cmp(&other.0).then(one.1.len().cmp(&other.1.len()));
    let best = known.into_iter().map(likeness).max_by(order);
    best.filter(|(likeness, _)| *likeness >= NEAR).map(|(_, known)| known)
}

/// The greater of two similarities: one recognises the beginnings of long names, the other swapped letters in short
/// ones. A word of a name with hyphens is all but the name.
fn similarity(one: &str, other: &str) -> f64 {
    if one != other && other.split('-').any(|word| word == one) {
        return WORD;
    }
    strsim::jaro_winkler(one, other).max(strsim::normalized_damerau_levenshtein(one, other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typing_errors_are_recognised_and_other_names_are_not() {
        let known = ["bow", "waiters-bow", "hip-flexor-stretch"];
        for (typed, meant) in [
            ("bwo", "bow"),
            ("Waiters", "waiters-bow"),
            ("hip-flexer", "hip-flexor-stretch"),
            ("stretch", "hip-flexor-stretch"),
        ] {
            assert_eq!(closest(typed, known), Some(meant), "{typed}");
        }
        assert_eq!(closest("plank", known), None);
    }

    #[test]
    fn a_name_of_something_else_is_no_near_miss() {
        let known = ["lumbar_flexion", "lumbar", "hip_flexion", "s1"];
        assert_eq!(near_miss("lumbar_flexoin", known), Some("lumbar_flexion"));
        assert_eq!(near_miss("lumbar_flex", known), Some("lumbar_flexion"));
        assert_eq!(near_miss("lumbar_flexion_pct", known), Some("lumbar_flexion"));
        assert_eq!((near_miss("knee_flexion", known), near_miss("t1", known)), (None, None));
        assert_eq!(near_miss("trunk_inclination", ["thigh_inclination"]), None);
    }
}
