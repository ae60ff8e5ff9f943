//! What a comparison remarks on, in the words of its page.

use crate::agreement::{AgreementRemark, CheckedAngle, ComparedQuantity, TruthQuantity, shown};
use crate::i18n::{AgreementWords, fill};

/// A remark in the words of the page.
pub(super) fn told(remark: &AgreementRemark, words: &AgreementWords) -> String {
    match remark {
        AgreementRemark::DoesNotFollow { what, file, correlation } => {
            let correlation = words.language.number(&format!("{correlation:.2}")).replace('-', "−");
            let what = angle(*what, words);
            fill(&words.does_not_follow, &[("what", &what), ("correlation", &correlation), ("file", &shown(file))])
        }
        AgreementRemark::OtherSize { what, file, scale } => {
            let scale = words.language.number(&format!("{scale:.2}")).replace('-', "−");
            fill(&words.other_size, &[("what", &angle(*what, words)), ("scale", &scale), ("file", &shown(file))])
        }
        AgreementRemark::FewInside { quantity, hits, pairs } => {
            fill(&words.few_inside, &[("what", &quantity_name(*quantity, words)), ("count", hits), ("all", pairs)])
        }
        AgreementRemark::PartMatched { file, share } => {
            fill(&words.part_matched, &[("share", &format!("{share:.0}")), ("file", &shown(file))])
        }
        AgreementRemark::FewRepetitions { quantity, pairs, all } => {
            fill(&words.few_repetitions, &[("what", &quantity_name(*quantity, words)), ("count", pairs), ("all", all)])
        }
        AgreementRemark::Ignored { file, near } => {
            let column = shown(&near.column);
            fill(&words.ignored, &[("meant", &near.meant), ("column", &column), ("file", &shown(file))])
        }
    }
}

fn angle(angle: CheckedAngle, words: &AgreementWords) -> &str {
    match angle {
        CheckedAngle::Measured(TruthQuantity::UpperLumbar) => &words.upper_lumbar,
        CheckedAngle::Measured(TruthQuantity::Sacrum) => &words.sacrum,
        CheckedAngle::Measured(TruthQuantity::Thigh) => &words.thigh,
        CheckedAngle::Measured(TruthQuantity::Lumbar) | CheckedAngle::Aligned => &words.lumbar,
        CheckedAngle::Measured(TruthQuantity::Hip) => &words.hip,
        CheckedAngle::Difference(ComparedQuantity::LumbarFlexion) => &words.lumbar_difference,
        CheckedAngle::Difference(ComparedQuantity::HipFlexion) => &words.hip_difference,
    }
}

fn quantity_name(quantity: ComparedQuantity, words: &AgreementWords) -> &str {
    match quantity {
        ComparedQuantity::LumbarFlexion => &words.lumbar,
        ComparedQuantity::HipFlexion => &words.hip,
    }
}
