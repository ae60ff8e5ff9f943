//! What a comparison remarks on, in the words of its page.

use std::fmt::Display;

use crate::agreement::{AgreementRemark, CheckedAngle, ComparedQuantity, TruthQuantity, below, shown};
use crate::i18n::{AgreementWords, fill};

/// A remark in the words of the page.
pub(super) fn told(remark: &AgreementRemark, words: &AgreementWords) -> String {
    match remark {
        AgreementRemark::DoesNotFollow { what, file, correlation } => {
            let correlation = words.language.number(&format!("{:.2}", below(*correlation))).replace('-', "−");
            let what = angle(*what, words);
            fill(&words.does_not_follow, &[("what", &what), ("correlation", &correlation), ("file", &shown(file))])
        }
        AgreementRemark::OtherSize { what, file, scale } => {
            let scale = words.language.number(&format!("{scale:.2}")).replace('-', "−");
            fill(&words.other_size, &[("what", &angle(*what, words)), ("scale", &scale), ("file", &shown(file))])
        }
        AgreementRemark::Frozen { what, file, from, to, count } => {
            let [from, to] = [from, to].map(|time| decimal(*time, words));
            let more = count.saturating_sub(1);
            let more = if more > 0 { fill(&words.frozen_more, &[("count", &more)]) } else { String::new() };
            let values: [(&str, &dyn Display); 5] =
                [("what", &angle(*what, words)), ("file", &shown(file)), ("from", &from), ("to", &to), ("more", &more)];
            fill(&words.frozen, &values)
        }
        AgreementRemark::PoorFit { file, correlation } => {
            let correlation = words.language.number(&format!("{:.2}", below(*correlation)));
            fill(&words.poor_fit, &[("correlation", &correlation), ("file", &shown(file))])
        }
        AgreementRemark::Scaled { file, scale } => {
            fill(&words.scaled, &[("scale", &decimal(*scale, words)), ("file", &shown(file))])
        }
        AgreementRemark::Speed { file, speed } => {
            let template = if *speed > 0.0 { &words.clock_faster } else { &words.clock_slower };
            fill(template, &[("percent", &decimal(speed.abs() * 100.0, words)), ("file", &shown(file))])
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

/// A number with one decimal.
fn decimal(value: f64, words: &AgreementWords) -> String {
    words.language.number(&format!("{value:.1}")).replace('-', "−")
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
