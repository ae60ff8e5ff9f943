//! Natural sort order.

use std::cmp::Ordering;

/// Compares two names; digits count as numbers: "img2" before "img10". Case matters only between otherwise equal names.
pub(super) fn natural_order(one: &str, other: &str) -> Ordering {
    let (mut left, mut right) = (one, other);
    loop {
        let (Some(a), Some(b)) = (left.chars().next(), right.chars().next()) else {
            return left.len().cmp(&right.len()).then_with(|| one.cmp(other));
        };
        if a.is_ascii_digit() && b.is_ascii_digit() {
            let ((digits, rest), (other_digits, other_rest)) = (number(left), number(right));
            let order = digits.len().cmp(&other_digits.len()).then_with(|| digits.cmp(other_digits));
            if order.is_ne() {
                return order;
            }
            (left, right) = (rest, other_rest);
        } else {
            let order = a.to_lowercase().cmp(b.to_lowercase());
            if order.is_ne() {
                return order;
            }
            (left, right) = (&left[a.len_utf8()..], &right[b.len_utf8()..]);
        }
    }
}

/// Splits `text` into its leading digits, without leading zeros, and the rest. Of two such runs of digits, the longer
/// is the larger number.
fn number(text: &str) -> (&str, &str) {
    let end = text.find(|character: char| !character.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    (digits.trim_start_matches('0'), rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_ordered_as_people_order_them() {
        let mut names = ["img10.jpg", "IMG2.jpg", "img1.jpg", "a", "img02b.jpg", "img2.jpg", "img"];
        names.sort_by(|one, other| natural_order(one, other));
        assert_eq!(names, ["a", "img", "img1.jpg", "IMG2.jpg", "img2.jpg", "img02b.jpg", "img10.jpg"]);
        assert_eq!(natural_order("x99999999999999999999999", "x100000000000000000000000"), Ordering::Less);
    }
}
