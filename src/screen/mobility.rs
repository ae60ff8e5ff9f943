//! The results of the mobility screen as text for the terminal: a table and the spoken sentences.

use comfy_table::Table;
use comfy_table::presets::UTF8_HORIZONTAL_ONLY;

use crate::coach::mobility::{FULL, Knees, Mobility, Tested};
use crate::i18n::{MobilityWords, rounded_up};
use crate::screen::tally::degrees;
use crate::screen::theme::UNKNOWN;

/// Formats the results, without a newline at the end, and the changes since the screen before it, if any.
pub fn told(mobility: &Mobility, before: Option<&Mobility>, words: &MobilityWords) -> String {
    let findings = mobility.findings();
    if findings.is_empty() {
        return words.nothing.clone();
    }
    let mut table = Table::new();
    table.load_style(UTF8_HORIZONTAL_ONLY).set_header(["", &words.straight, &words.soft]);
    for (side, legs) in mobility.tried() {
        let [straight, soft] = [Knees::Straight, Knees::Soft].map(|knees| reach(legs.with(knees)));
        table.add_row([words.side(side), &straight, &soft]);
    }
    let changed = before.map(|before| mobility.since(before)).unwrap_or_default();
    let found = findings.iter().chain(&changed).map(|finding| words.found(finding));
    let about = [&words.about, &words.about_sides, &words.no_diagnosis].map(String::clone);
    let lines: Vec<String> = [table.to_string()].into_iter().chain(found).chain(about).collect();
    lines.join("\n")
}

/// `52° ± 7, 74 % of 70°`
fn reach(tested: &Tested) -> String {
    let Some(reach) = tested.reach else { return UNKNOWN.to_owned() };
    let more = if reach.limited { "" } else { "≥ " };
    let (angle, error) = (degrees(reach.angle), rounded_up(reach.half_width_90));
    let share = reach.angle.radians / FULL.radians * 100.0;
    format!("{more}{angle} ± {error}, {share:.0} % / {}", degrees(FULL))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coach::form::Reach;
    use crate::coach::mobility::Legs;
    use crate::i18n::{Language, Words};
    use crate::units::degrees;

    #[test]
    fn a_screen_is_a_table_and_what_was_said() {
        let words = Words::read(Language::English).unwrap().mobility;
        let tested = |angle, limited| Tested {
            bends: 3,
            reach: Some(Reach { angle: degrees(angle), half_width_90: degrees(6.2), limited }),
        };
        let legs = Legs { straight: tested(40.0, true), soft: tested(63.0, false) };
        let text = told(&Mobility { left: legs, ..Mobility::default() }, None, &words);
        let lines: Vec<String> =
            text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
        assert!(lines.contains(&"Left side 40° ± 7, 57 % / 70° ≥ 63° ± 7, 90 % / 70°".to_owned()), "{text}");
        assert!(lines.contains(&"Left side: soft knees give you at least 23° ± 9 more room".to_owned()), "{text}");
        assert!(lines.contains(&"This points to the muscles behind your thighs".to_owned()), "{text}");
        assert!(text.ends_with(&words.no_diagnosis) && !text.contains("Right"), "{text}");
        assert_eq!(told(&Mobility::default(), None, &words), words.nothing);
        let before = Legs { straight: tested(20.0, true), ..Legs::default() };
        let text = told(
            &Mobility { left: legs, ..Mobility::default() },
            Some(&Mobility { left: before, ..Mobility::default() }),
            &words,
        );
        assert!(text.contains("Left side, straight knees: 20° ± 9 further than last time"), "{text}");
    }
}
