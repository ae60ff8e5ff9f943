use super::*;
use crate::export::CsvDialect;

const UNTIL: Date = Date::constant(2026, 11, 28);

fn day(before: i32) -> Date {
    UNTIL.checked_sub(before.days()).unwrap()
}

fn point(value: f32) -> Option<TrendPoint> {
    Some(TrendPoint { value, half_width_90: 4.0, at_least: false })
}

fn result(person: usize, before: i32, share: f32) -> SessionResult {
    let (repetitions, undecided, share) = (10, 1, point(share));
    let (drill, began) = (0, -i64::from(before));
    SessionResult { person, drill, day: day(before), began, repetitions, undecided, share, reach: None }
}

fn source(results: Vec<SessionResult>, prescribed: Option<u32>) -> CohortSource {
    let persons = results.iter().map(|result| result.person).max().unwrap() + 1;
    let mut source = CohortSource { drills: vec![Some("bow".to_owned())], results, ..CohortSource::default() };
    for person in 0..persons {
        let own = || source.results.iter().filter(|result| result.person == person);
        let prescriptions = own().map(|result| (result.day, result.began, prescribed)).collect();
        let (days, pseudonym) = (own().map(|result| result.day).collect(), format!("p-{person}"));
        let mut person = PersonSessions { pseudonym, days, prescriptions, counts: true, ..PersonSessions::default() };
        person.close();
        source.persons.push(person);
    }
    source
}

fn cohort(source: &CohortSource, by: CohortGrouping) -> Cohort {
    Cohort::of(source, &CohortOptions { by, since: None, until: UNTIL })
}

#[test]
fn a_person_has_the_interval_of_the_measurement_and_a_change_only_beyond_the_error() {
    // The least change: 1.96 · √2 · 4 / 1.645 = 6.7 per cent.
    for (shares, outcome) in [([30.0, 24.0, 22.0], TrendChange::Less), ([30.0, 20.0, 25.0], TrendChange::Within)] {
        let results = shares.iter().zip([20, 10, 1]).map(|(share, before)| result(0, before, *share)).collect();
        let told = cohort(&source(results, None), CohortGrouping::Person);
        let [row] = &told.rows[..] else { panic!("{told:?}") };
        let median = if outcome == TrendChange::Less { 24.0 } else { 25.0 };
        let value = CohortValue { value: median, interval: Some((median - 4.0, median + 4.0)), at_least: false };
        assert_eq!((row.share, row.share_change.unwrap().outcome), (Some(value), outcome));
        assert_eq!((row.sessions, row.repetitions, row.undecided, row.reach), (3, 30, 3, None));
    }
    let once = cohort(&source(vec![result(0, 1, 30.0)], None), CohortGrouping::Person);
    assert_eq!(once.rows[0].share_change, None, "one session is no change");
}

#[test]
fn fewer_than_five_persons_have_no_interval_between_them() {
    let of = |persons: usize| {
        let results = (0..persons).map(|person| result(person, 1, 20.0 + person as f32)).collect();
        cohort(&source(results, None), CohortGrouping::Drill).rows.remove(0).share.unwrap()
    };
    assert_eq!((of(1).interval, of(4).interval), (None, None));
    assert_eq!((of(5).value, of(5).interval), (22.0, Some((20.0, 24.0))));
}

#[test]
fn every_person_counts_once_however_often_they_practise() {
    let often = (0..9).map(|before| result(0, before, 50.0));
    let results = often.chain([result(1, 1, 10.0), result(2, 1, 20.0)]).collect();
    let told = cohort(&source(results, None), CohortGrouping::Drill);
    assert_eq!((told.rows[0].share.unwrap().value, told.rows[0].persons, told.rows[0].sessions), (20.0, 3, 11));
    assert_eq!(cohort(&source(vec![result(0, 40, 9.0), result(0, 1, 9.0)], None), CohortGrouping::Month).rows.len(), 2);
}

#[test]
fn who_lags_is_told_with_the_reason_and_comes_first() {
    let lag = |days: &[i32], prescribed| {
        let results = days.iter().map(|before| result(0, *before, 20.0)).collect();
        let practice = cohort(&source(results, prescribed), CohortGrouping::Person).rows[0].practice.unwrap();
        (practice.days_a_week, practice.lag)
    };
    assert_eq!(lag(&[40, 14], Some(1)), (0.25, Some(LagReason::Away(14))));
    assert_eq!(lag(&[40, 13], None), (0.25, None), "nothing was prescribed");
    assert_eq!(lag(&[40, 13], Some(3)), (0.25, Some(LagReason::Below)));
    // Began four days ago: a week at least, or one session would be seven a week.
    assert_eq!(lag(&[4, 2, 0], Some(3)), (3.0, None));
    assert_eq!(lag(&[60, 27, 20, 13, 6, 3, 0], Some(3)), (1.5, None), "half is not below half");
    let results = vec![result(0, 1, 20.0), result(1, 30, 20.0)];
    let told = cohort(&source(results, None), CohortGrouping::Person);
    assert_eq!((told.rows[0].person.as_deref(), told.lagging, told.persons), (Some("p-1"), 1, 2));
}

#[test]
fn practice_counts_from_the_day_of_the_prescription_and_is_not_held_against_the_first_days() {
    let practice = |prescriptions: &[(i32, Option<u32>)]| {
        let of_day = |(before, prescribed): &(i32, Option<u32>)| (day(*before), -i64::from(*before), *prescribed);
        let prescriptions: Vec<_> = prescriptions.iter().map(of_day).collect();
        let days = prescriptions.iter().map(|(day, ..)| *day).collect();
        let mut person = PersonSessions { days, prescriptions, ..PersonSessions::default() };
        person.close();
        let CohortPractice { days_a_week, prescribed, lag } = CohortPractice::of(&person, UNTIL);
        (days_a_week, prescribed, lag)
    };
    // Nine days in the thirteen since five a week are prescribed, after one without a prescription long before.
    let mut nine: Vec<_> = [12, 11, 10, 8, 6, 4, 3, 1, 0].map(|before| (before, Some(5))).to_vec();
    nine.push((250, None));
    assert_eq!(practice(&nine), (9.0 * 7.0 / 13.0, Some(5), None));
    assert_eq!(practice(&[(0, Some(5))]), (1.0, Some(5), None), "who begins today");
    assert_eq!(practice(&[(6, Some(5))]).2, Some(LagReason::Below));
    assert_eq!(practice(&[(3, Some(5)), (2, None)]).1, None, "a prescription that ended");
}

#[test]
fn a_day_with_a_session_in_which_nobody_practised_is_no_day_of_practice() {
    let of = |sessions: &[i32], days: &[i32]| {
        let prescriptions = sessions.iter().map(|before| (day(*before), -i64::from(*before), Some(3))).collect();
        let days = days.iter().map(|before| day(*before)).collect();
        let mut person = PersonSessions { days, prescriptions, ..PersonSessions::default() };
        person.close();
        let CohortPractice { days_a_week, lag, .. } = CohortPractice::of(&person, UNTIL);
        (days_a_week, lag)
    };
    assert_eq!(of(&[27, 20, 1], &[27, 20, 27]), (0.5, Some(LagReason::Away(20))));
    assert_eq!(of(&[6, 1], &[]), (0.0, Some(LagReason::Below)));
    assert_eq!(of(&[30, 1], &[]), (0.0, Some(LagReason::Away(30))), "since the first session");
}

#[test]
fn a_lower_bound_makes_a_median_one_only_if_it_could_move_it() {
    let reach = |value, at_least| Some(TrendPoint { value, half_width_90: 5.0, at_least });
    let of = |values: [(f32, bool); 3]| {
        let with = |(before, (value, at_least)): (i32, (f32, bool))| SessionResult {
            reach: reach(value, at_least),
            ..result(0, before, 20.0)
        };
        let results = (0..).zip(values).map(with).collect();
        cohort(&source(results, None), CohortGrouping::Person).rows[0].reach.unwrap().at_least
    };
    assert!(of([(40.0, true), (50.0, false), (60.0, false)]));
    assert!(!of([(40.0, false), (50.0, false), (60.0, true)]));
}

#[test]
fn of_an_even_number_the_larger_of_the_two_in_the_middle_makes_the_median_a_lower_bound() {
    for (second, by) in [(0, CohortGrouping::Person), (1, CohortGrouping::Drill)] {
        let of = |reaches: [(f32, bool); 2]| {
            let with = |(person, (value, at_least)): (usize, (f32, bool))| SessionResult {
                reach: Some(TrendPoint { value, half_width_90: 5.0, at_least }),
                ..result(person, 1, 20.0)
            };
            let results = [0, second].into_iter().zip(reaches).map(with).collect();
            let reach = cohort(&source(results, None), by).rows[0].reach.unwrap();
            (reach.value, reach.at_least)
        };
        assert_eq!(of([(40.0, false), (50.0, true)]), (45.0, true), "50 may be 60, and the median 50");
        assert_eq!(of([(40.0, true), (50.0, false)]), (45.0, true));
        assert_eq!(of([(40.0, false), (50.0, false)]), (45.0, false));
    }
}

#[test]
fn a_table_has_a_line_a_row_and_what_is_not_known_is_empty() {
    let told = cohort(&source(vec![result(0, 20, 30.0), result(0, 1, 20.0)], Some(3)), CohortGrouping::Person);
    let mut out = Vec::new();
    write_csv(&told, CsvDialect::Standard, &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    let [head, row] = text.lines().collect::<Vec<_>>()[..] else { panic!("{text}") };
    assert_eq!(head.split(',').count(), row.split(',').count());
    assert_eq!(row, "p-0,,bow,1,2,20,2,25.0,21.0,29.0,,,,,measurement,-10.0,less,,,,,,,,,0.67,3,below half,,,,");
    let mut german = Vec::new();
    write_csv(&told, CsvDialect::ExcelDe, &mut german).unwrap();
    let german = String::from_utf8(german).unwrap();
    assert!(german.starts_with("\u{feff}person;month;drill;"), "{german}");
    assert!(german.contains(";25,0;21,0;29,0;") && german.contains(";0,67;3;below half;"), "{german}");
}

#[test]
fn a_change_to_a_lower_bound_is_at_least_that() {
    let of = |before, value, at_least| SessionResult {
        reach: Some(TrendPoint { value, half_width_90: 4.0, at_least }),
        ..result(0, before, 20.0)
    };
    for at_least in [true, false] {
        let results = vec![of(9, 10.0, false), of(1, 64.0, at_least)];
        let told = cohort(&source(results, None), CohortGrouping::Person);
        let change = PersonChange { by: 54.0, outcome: TrendChange::More, at_least };
        assert_eq!(told.rows[0].reach_change, Some(change));
    }
}

#[test]
fn a_change_that_cannot_be_told_is_counted_as_that() {
    let of = |before, value, at_least| SessionResult {
        reach: Some(TrendPoint { value, half_width_90: 4.0, at_least }),
        ..result(0, before, 20.0)
    };
    let told = cohort(&source(vec![of(9, 40.0, true), of(1, 60.0, false)], None), CohortGrouping::Drill);
    assert_eq!(told.rows[0].reach_changes, ChangeCounts { open: 1, ..ChangeCounts::default() });
    let mut out = Vec::new();
    write_csv(&told, CsvDialect::Standard, &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    let [head, row] = text.lines().collect::<Vec<_>>()[..] else { panic!("{text}") };
    let cells: Vec<_> = head.split(',').zip(row.split(',')).collect();
    assert!(cells.contains(&("reach_open", "1")) && cells.contains(&("share_open", "0")), "{text}");
}
