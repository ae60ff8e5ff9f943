//! The agreement of raters with each other and with the program.

use std::collections::BTreeSet;
use std::path::Path;

use super::bootstrap::interval_95;
use super::error::RatingError;
use super::judgement::Judgement;
use super::kappa::{ConfusionTable, KappaWeights, class};
use super::key::{PersonUnit, RatingKey};
use super::ratings::Ratings;
use crate::coach::Verdict;
use crate::visible::visible;

/// The program's name among the judges.
pub(super) const PROGRAM: &str = "bendwise";

/// A study scored.
#[derive(Clone, Debug)]
pub struct RatingScore {
    /// The set of clips.
    pub set: String,
    /// The number of clips in the key.
    pub clips: usize,
    /// The number of persons, or of sessions.
    pub persons: usize,
    /// Which of them.
    pub unit: PersonUnit,
    /// Versions of bendwise that measured the sessions.
    pub measured_by: Vec<String>,
    /// The raters in the order of their files, and the program last.
    pub judges: Vec<JudgeCounts>,
    /// Every two raters, then every rater with the program.
    pub pairs: Vec<PairScore>,
    /// Mean linear kappa of the raters with each other; `None` for one rater.
    pub between_raters: Option<KappaEstimate>,
    /// Mean linear kappa of the program with the raters.
    pub with_program: KappaEstimate,
    /// Both over the same clips, and their difference; `None` for one rater.
    pub common: Option<CommonKappas>,
    /// Files that do not say of which set they are.
    pub unnamed_sets: Vec<String>,
}

/// Mean linear kappas over the clips that every rater and the program gave a verdict: two means over different clips cannot be
/// compared, as each pair may have left out the difficult ones.
#[derive(Clone, Copy, Debug)]
pub struct CommonKappas {
    /// How many clips these are.
    pub clips: usize,
    /// Of the raters with each other.
    pub between_raters: KappaEstimate,
    /// Of the program with the raters.
    pub with_program: KappaEstimate,
    /// The second minus the first.
    pub difference: KappaEstimate,
}

/// How often a judge said what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JudgeCounts {
    /// The rater, or the program.
    pub name: String,
    /// The file; `None` for the program.
    pub file: Option<String>,
    /// Hips, mixed, back.
    pub verdicts: [u32; 3],
    /// "Can't tell", or no verdict.
    pub cannot_tell: u32,
    /// Clips without a rating.
    pub missing: u32,
}

/// The agreement of two judges.
#[derive(Clone, Debug)]
pub struct PairScore {
    /// Their places among the judges.
    pub judges: [usize; 2],
    /// The clips that both gave a verdict.
    pub table: ConfusionTable,
    /// Clips that one or both could not tell or did not rate.
    pub left_out: u32,
    /// The share of clips on which they agree.
    pub agreement: KappaEstimate,
    /// Kappa by each of [`KappaWeights::ALL`].
    pub kappa: [KappaEstimate; 3],
}

/// A value with its interval.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct KappaEstimate {
    /// The value; `None` where it is undefined.
    pub value: Option<f64>,
    /// Its 95 % interval; `None` where it is undefined in too many draws.
    pub interval_95: Option<[f64; 2]>,
}

/// What each judge said of each clip.
struct JudgeVerdicts {
    judges: Vec<Vec<Option<Verdict>>>,
    persons: Vec<Vec<usize>>,
}

impl RatingScore {
    /// Reads ratings and scores them.
    ///
    /// # Errors
    /// If a file cannot be read or does not fit the key, or two files are one, or what one rater saved twice.
    pub fn read(key: &RatingKey, files: &[impl AsRef<Path>]) -> Result<Self, RatingError> {
        let canonical: Vec<_> = files.iter().map(|file| std::fs::canonicalize(file.as_ref()).ok()).collect();
        for (place, file) in canonical.iter().enumerate() {
            if let Some(same) = canonical.iter().take(place).position(|other| file.is_some() && other == file) {
                let name = |at: usize| files.get(at).map_or(String::new(), |file| visible(&file.as_ref().display()));
                return Err(RatingError::SameRatings(name(same), name(place)));
            }
        }
        let ratings = files.iter().map(|file| Ratings::read(file.as_ref(), key)).collect::<Result<Vec<_>, _>>()?;
        for (place, rated) in ratings.iter().enumerate() {
            if let Some(same) = ratings.iter().take(place).find(|other| rated.is_copy_of(other)) {
                return Err(RatingError::SavedTwice(same.file.clone(), rated.file.clone(), rated.rater.clone()));
            }
        }
        Ok(Self::of(key, &ratings))
    }

    /// Scores the ratings of at least one rater.
    pub fn of(key: &RatingKey, ratings: &[Ratings]) -> Self {
        let verdicts = JudgeVerdicts::of(key, ratings);
        let program = ratings.len();
        let between: Vec<[usize; 2]> =
            (0..program).flat_map(|second| (0..second).map(move |first| [first, second])).collect();
        let with: Vec<[usize; 2]> = (0..program).map(|rater| [program, rater]).collect();
        let several = !between.is_empty();
        let mean = |pairs: &[[usize; 2]], clips: &[usize]| verdicts.mean_kappa(pairs, clips);
        let common = |pairs: &[[usize; 2]], clips: &[usize]| mean(pairs, &verdicts.common(clips));
        let difference = |clips: &[usize]| Some(common(&with, clips)? - common(&between, clips)?);
        Self {
            set: key.set.clone(),
            clips: key.clips.len(),
            persons: verdicts.persons.len(),
            unit: key.unit,
            measured_by: measured_by(key),
            judges: judges(key, ratings),
            between_raters: several.then(|| verdicts.estimate(|clips| mean(&between, clips))),
            with_program: verdicts.estimate(|clips| mean(&with, clips)),
            common: several.then(|| CommonKappas {
                clips: verdicts.common(&verdicts.persons.concat()).len(),
                between_raters: verdicts.estimate(|clips| common(&between, clips)),
                with_program: verdicts.estimate(|clips| common(&with, clips)),
                difference: verdicts.estimate(difference),
            }),
            pairs: between.iter().chain(&with).map(|judges| verdicts.pair(*judges)).collect(),
            unnamed_sets: ratings.iter().filter(|rated| !rated.names_set).map(|rated| rated.file.clone()).collect(),
        }
    }

    /// The kappas over the clips that all judged, where any pair judged others as well.
    pub fn common_apart(&self) -> Option<CommonKappas> {
        let has_others =
            |common: &CommonKappas| self.pairs.iter().any(|pair| pair.table.count() as usize != common.clips);
        self.common.filter(has_others)
    }

    /// The judges of a pair.
    pub fn names(&self, pair: &PairScore) -> [&str; 2] {
        pair.judges.map(|judge| self.judges.get(judge).map_or("", |judge| judge.name.as_str()))
    }
}

impl JudgeVerdicts {
    fn of(key: &RatingKey, ratings: &[Ratings]) -> Self {
        let of_rater = |rated: &Ratings| {
            let verdict = |clip: &u32| rated.judgements.get(clip).copied().and_then(Judgement::verdict);
            key.clips.iter().map(|clip| verdict(&clip.clip)).collect()
        };
        let mut judges: Vec<Vec<Option<Verdict>>> = ratings.iter().map(of_rater).collect();
        judges.push(key.clips.iter().map(super::KeyClip::program).collect());
        Self { judges, persons: key.persons() }
    }

    fn said(&self, judge: usize, clip: usize) -> Option<Verdict> {
        *self.judges.get(judge)?.get(clip)?
    }

    /// Those of the clips that every judge gave a verdict.
    fn common(&self, clips: &[usize]) -> Vec<usize> {
        let is_said = |clip: &usize| (0..self.judges.len()).all(|judge| self.said(judge, *clip).is_some());
        clips.iter().copied().filter(is_said).collect()
    }

    fn table(&self, [first, second]: [usize; 2], clips: &[usize]) -> ConfusionTable {
        ConfusionTable::of(clips.iter().filter_map(|clip| self.said(first, *clip).zip(self.said(second, *clip))))
    }

    /// The mean linear kappa of pairs of judges; `None` if one of them has none.
    fn mean_kappa(&self, pairs: &[[usize; 2]], clips: &[usize]) -> Option<f64> {
        let kappas = pairs.iter().map(|pair| self.table(*pair, clips).kappa(KappaWeights::Linear));
        let sum: f64 = kappas.collect::<Option<Vec<_>>>()?.iter().sum();
        (!pairs.is_empty()).then(|| sum / pairs.len() as f64)
    }

    /// The value of all clips, with its interval.
    fn estimate(&self, statistic: impl Fn(&[usize]) -> Option<f64>) -> KappaEstimate {
        let value = statistic(&self.persons.concat());
        KappaEstimate { value, interval_95: value.and_then(|_| interval_95(&self.persons, statistic)) }
    }

    fn pair(&self, judges: [usize; 2]) -> PairScore {
        let all = self.persons.concat();
        let table = self.table(judges, &all);
        PairScore {
            judges,
            table,
            left_out: all.len() as u32 - table.count(),
            agreement: self.estimate(|clips| self.table(judges, clips).agreement()),
            kappa: KappaWeights::ALL.map(|weights| self.estimate(|clips| self.table(judges, clips).kappa(weights))),
        }
    }
}

/// The versions that measured the sessions, each once.
fn measured_by(key: &RatingKey) -> Vec<String> {
    let versions: BTreeSet<&str> = key.clips.iter().map(|clip| clip.measured_by.as_str()).collect();
    versions.into_iter().map(str::to_owned).collect()
}

/// What each judge said, in counts. Raters of one name are told apart by their files.
fn judges(key: &RatingKey, ratings: &[Ratings]) -> Vec<JudgeCounts> {
    let alike = |rated: &Ratings| {
        rated.rater == PROGRAM || ratings.iter().filter(|other| other.rater == rated.rater).count() > 1
    };
    let of_rater = |rated: &Ratings| {
        let said = key.clips.iter().map(|clip| rated.judgements.get(&clip.clip).copied());
        let name = if alike(rated) { format!("{} ({})", rated.rater, rated.file) } else { rated.rater.clone() };
        counts(name, Some(rated.file.clone()), said)
    };
    let program = key.clips.iter().map(|clip| Some(clip.program().map_or(Judgement::CannotTell, Judgement::From)));
    let program = counts(PROGRAM.to_owned(), None, program);
    ratings.iter().map(of_rater).chain([program]).collect()
}

fn counts(name: String, file: Option<String>, said: impl Iterator<Item = Option<Judgement>>) -> JudgeCounts {
    let mut counts = JudgeCounts { name, file, verdicts: [0; 3], cannot_tell: 0, missing: 0 };
    for judgement in said {
        match judgement {
            Some(Judgement::From(verdict)) => counts.verdicts[class(verdict)] += 1,
            Some(Judgement::CannotTell) => counts.cannot_tell += 1,
            None => counts.missing += 1,
        }
    }
    counts
}
