//! Made ratings of known agreement.

use super::error::RatingFileFault;
use super::fixtures::{key, ratings, verdicts};
use super::shuffle::SeededRandom;
use super::{ConfusionTable, Judgement, KappaWeights, PersonUnit, RatingKey, RatingScore};
use crate::coach::Verdict;

const CLASSES: [Verdict; 3] = [Verdict::Hips, Verdict::Mixed, Verdict::Back];

#[test]
fn perfect_raters_have_a_kappa_of_one_and_no_difference() {
    let words = ["hips", "mixed", "back", "hips", "back", "hips", "mixed", "back"];
    let score = RatingScore::of(&key(&words), &[verdicts("A", &words), verdicts("B", &words)]);
    assert_eq!(score.pairs.len(), 3);
    for pair in &score.pairs {
        assert_eq!(pair.agreement.value, Some(1.0));
        assert!(pair.kappa.iter().all(|kappa| kappa.value == Some(1.0) && kappa.interval_95 == Some([1.0, 1.0])));
    }
    assert_eq!(score.common.unwrap().difference.value, Some(0.0));
    assert!(score.common_apart().is_none(), "all judged all");
    assert_eq!(score.names(&score.pairs[0]), ["A", "B"]);
    assert_eq!(score.names(&score.pairs[2]), ["bendwise", "B"]);
}

/// Cohen 1968, table 1, laid out as 200 clips: the same kappa comes out of ratings as out of the table.
#[test]
fn a_textbook_table_as_ratings() {
    let table = [[88, 14, 18], [10, 40, 10], [2, 6, 12]];
    let words = ["hips", "mixed", "back"];
    let (mut first, mut second) = (Vec::new(), Vec::new());
    for (one, row) in table.iter().enumerate() {
        for (other, count) in row.iter().enumerate() {
            (0..*count).for_each(|_| {
                first.push(words[one]);
                second.push(words[other]);
            });
        }
    }
    let score = RatingScore::of(&key(&first), &[verdicts("A", &second)]);
    let [pair] = score.pairs.as_slice() else { panic!("{:?}", score.pairs) };
    assert_eq!(pair.table, ConfusionTable(table));
    let unweighted = pair.kappa[2];
    assert!((unweighted.value.unwrap() - 0.492).abs() < 5e-4);
    let [low, high] = unweighted.interval_95.unwrap();
    assert!(low < 0.492 && 0.492 < high && high - low < 0.4, "{low} {high}");
    assert!(score.between_raters.is_none() && score.common.is_none());
}

#[test]
fn raters_by_chance_agree_by_chance() {
    let mut random = SeededRandom::new(11);
    let mut chance = |count: usize| (0..count).map(|_| CLASSES[random.below(3)]).collect::<Vec<_>>();
    let program: Vec<&str> = chance(400).into_iter().map(|verdict| Verdict::word(Some(verdict))).collect();
    let mut rater =
        |name| ratings(name, &chance(400).into_iter().map(|one| Some(Judgement::From(one))).collect::<Vec<_>>());
    let score = RatingScore::of(&key(&program), &[rater("A"), rater("B")]);
    for estimate in score.pairs.iter().flat_map(|pair| pair.kappa) {
        let [low, high] = estimate.interval_95.unwrap();
        assert!(estimate.value.unwrap().abs() < 0.15 && low < 0.0 + 0.05 && high > -0.05, "{estimate:?}");
    }
}

#[test]
fn what_cannot_be_told_is_counted_and_left_out() {
    let key = key(&["hips", "none", "back", "mixed", "hips"]);
    let a = verdicts("A", &["hips", "back", "?", "mixed", "hips"]);
    let b = ratings("B", &["hips", "back", "back", "mixed"].map(Judgement::from_word));
    let score = RatingScore::of(&key, &[a, b]);
    let counts: Vec<_> = score.judges.iter().map(|judge| (judge.verdicts, judge.cannot_tell, judge.missing)).collect();
    assert_eq!(counts, [([2, 1, 1], 1, 0), ([1, 1, 2], 0, 1), ([2, 1, 1], 1, 0)]);
    let left: Vec<_> = score.pairs.iter().map(|pair| (pair.table.count(), pair.left_out)).collect();
    assert_eq!(left, [(3, 2), (3, 2), (3, 2)]);
    assert_eq!(score.common_apart().unwrap().clips, 2);
    assert!(score.pairs.iter().all(|pair| pair.agreement.value == Some(1.0)));
}

#[test]
fn program_and_raters_are_compared_over_the_clips_that_all_judged() {
    // Where the program gives no verdict, the raters differ.
    let key = key(&["hips", "mixed", "back", "hips", "none", "none"]);
    let a = verdicts("A", &["hips", "mixed", "back", "hips", "hips", "back"]);
    let b = verdicts("B", &["hips", "mixed", "back", "hips", "back", "hips"]);
    let score = RatingScore::of(&key, &[a, b]);
    assert!(score.between_raters.unwrap().value.unwrap() < 1.0 && score.with_program.value == Some(1.0));
    let common = score.common_apart().unwrap();
    let values = [common.between_raters, common.with_program, common.difference].map(|estimate| estimate.value);
    assert_eq!((common.clips, values), (4, [Some(1.0), Some(1.0), Some(0.0)]));
}

#[test]
fn one_class_only_has_no_kappa() {
    let same = ["hips"; 8];
    let score = RatingScore::of(&key(&same), &[verdicts("A", &same)]);
    assert_eq!(score.pairs[0].agreement.value, Some(1.0));
    assert!(score.pairs[0].kappa.iter().all(|kappa| kappa.value.is_none() && kappa.interval_95.is_none()));
    assert_eq!(score.with_program.value, None);
    let nothing = RatingScore::of(&key(&["none"; 4]), &[verdicts("A", &["hips"; 4])]);
    assert_eq!((nothing.pairs[0].table.count(), nothing.pairs[0].agreement.value), (0, None));
}

#[test]
fn raters_of_one_name_are_told_apart() {
    let words = ["hips", "back"];
    let (mut first, mut second) = (verdicts("A", &words), verdicts("A", &words));
    (first.file, second.file) = ("a1.csv".to_owned(), "a2.csv".to_owned());
    let score = RatingScore::of(&key(&words), &[first, second, verdicts("bendwise", &words)]);
    let names: Vec<_> = score.judges.iter().map(|judge| judge.name.as_str()).collect();
    assert_eq!(names, ["A (a1.csv)", "A (a2.csv)", "bendwise (bendwise.csv)", "bendwise"]);
}

#[test]
fn what_one_rater_saved_twice_is_no_second_rater() {
    let folder = tempfile::tempdir().unwrap();
    let key = key(&["hips", "mixed", "back"]);
    let read = |texts: &[&str]| {
        let files: Vec<_> = (0..texts.len()).map(|at| folder.path().join(format!("{at}.csv"))).collect();
        files.iter().zip(texts).for_each(|(file, text)| std::fs::write(file, text).unwrap());
        RatingScore::read(&key, &files).map(|score| score.judges.len()).map_err(|error| error.to_string())
    };
    let all = "clip,rating,rater\n1,hips,Anna\n2,back,Anna\n3,back,Anna\n";
    let part = "clip,rating,rater\n1,hips,Anna\n2,,Anna\n";
    for texts in [[all, all], [part, all], [all, part]] {
        let told = read(&texts).unwrap_err();
        assert!(told.contains("are both of Anna and say the same") && told.contains("give the last"), "{told}");
    }
    for name in ["anna", "Anna "] {
        assert!(read(&[all, &all.replace("Anna", name)]).is_err_and(|told| told.contains("say the same")), "{name}");
    }
    // Somebody else, with the same name or none.
    assert_eq!(read(&[all, &all.replace("2,back", "2,mixed")]), Ok(3));
    assert_eq!(read(&[all, &all.replace("Anna", "Ben")]), Ok(3));
    assert_eq!(read(&[all, &all.replace("Anna", "")]), Ok(3));
    assert_eq!(read(&[part, "clip,rating,rater\n3,back,Anna\n"]), Ok(3), "no clip in common");
}

#[test]
fn the_key_is_read_as_it_was_written_and_nothing_else_is() {
    let key = key(&["hips", "none"]);
    let mut bytes = Vec::new();
    key.write(&mut bytes).unwrap();
    assert_eq!(RatingKey::parse(&bytes).unwrap(), key);
    let text = String::from_utf8(bytes).unwrap();
    for (from, to) in
        [("\"format\": 1", "\"format\": \"x\""), ("\"clip\": 2", "\"clip\": 5"), ("\"none\"", "\"hip\u{1b}s\"")]
    {
        assert!(text.contains(from), "{text}");
        let fault = RatingKey::parse(text.replace(from, to).as_bytes()).unwrap_err();
        assert!(matches!(fault, RatingFileFault::NotAKey(_)), "{fault:?}");
        assert!(!fault.to_string().chars().any(char::is_control), "{fault}");
    }
    let newer = RatingKey::parse(text.replace("\"format\": 1", "\"format\": 2").as_bytes()).unwrap_err();
    assert!(matches!(newer, RatingFileFault::NewerKey));
    for other in ["", "{}", "[]", "clip,rating\n1,hips\n", "{\"format\": 1, \"clips\": []}"] {
        assert!(matches!(RatingKey::parse(other.as_bytes()), Err(RatingFileFault::NotAKey(_))), "{other}");
    }
    assert_ne!(key.set, RatingKey::new(8, PersonUnit::Person, key.clips.clone()).set);
}

/// A judge of a person who shifts what they say of all repetitions of this person together.
fn shifted(truth: usize, shift: usize, random: &mut SeededRandom) -> Verdict {
    let noise = usize::from(random.below(10) == 0);
    CLASSES[(truth + shift + noise) % 3]
}

/// A study with ratings that err alike in all repetitions of a person: one in four persons is seen in another class.
fn study(persons: usize, each: usize, random: &mut SeededRandom) -> RatingScore {
    let (mut program, mut rated) = (Vec::new(), Vec::new());
    for _ in 0..persons {
        let shift = usize::from(random.below(4) == 0);
        for _ in 0..each {
            let truth = random.below(3);
            program.push(Verdict::word(Some(CLASSES[truth])));
            rated.push(Some(Judgement::From(shifted(truth, shift, random))));
        }
    }
    let mut key = key(&program);
    key.clips.iter_mut().enumerate().for_each(|(place, clip)| clip.person = format!("P{:03}", place / each));
    RatingScore::of(&key, &[ratings("A", &rated)])
}

/// The linear kappa of such studies without end, from one of 4000 persons.
fn true_kappa(each: usize) -> f64 {
    let mut random = SeededRandom::new(5);
    let pairs = (0..4000).flat_map(|_| {
        let shift = usize::from(random.below(4) == 0);
        let pairs: Vec<_> = (0..each)
            .map(|_| {
                let truth = random.below(3);
                (CLASSES[truth], shifted(truth, shift, &mut random))
            })
            .collect();
        pairs
    });
    ConfusionTable::of(pairs).kappa(KappaWeights::Linear).unwrap()
}

/// How often the interval of linear kappa holds the true one, in `studies` studies.
fn coverage(persons: usize, each: usize, studies: usize) -> f64 {
    let truth = true_kappa(each);
    let mut random = SeededRandom::new(99);
    let held = (0..studies).filter(|_| {
        let interval = study(persons, each, &mut random).pairs[0].kappa[0].interval_95;
        interval.is_some_and(|[low, high]| low <= truth && truth <= high)
    });
    held.count() as f64 / studies as f64
}

#[test]
fn the_interval_holds_the_truth_where_persons_err_alike() {
    let held = coverage(12, 8, 60);
    assert!(held >= 0.85, "{held}");
}

/// The figures in METHOD.md.
#[test]
#[ignore = "minutes: prints how often the interval holds the truth"]
fn how_often_the_interval_holds_the_truth() {
    for persons in [1, 2, 3, 5, 10, 20, 40] {
        println!("{persons} persons: {:.1} %", 100.0 * coverage(persons, 8, 400));
    }
}
