//! When feedback on a repetition is given: the schedule of words and of the tone, and the decision for one repetition.
//!
//! Learning is what is left without feedback, and feedback after every repetition makes people depend on it: less often,
//! summed up or chosen by the person is supported, constant is not (`METHOD.md`, "Feedback").

/// How often feedback on single repetitions is given. What a set tells together is said after it, whatever the schedule.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Schedule {
    /// After every repetition.
    Every,
    /// After every second repetition.
    EverySecond,
    /// Not during the set: only the set is spoken of.
    EndOfSet,
    /// Only where a repetition was outside of what it should be.
    Bandwidth,
    /// Only when the person asks.
    OnRequest,
    /// Less and less: every repetition of the first set, every second one of the second, then on request.
    #[default]
    Fading,
}

impl Schedule {
    /// Returns the schedule in a set, counted from 0: never [`Schedule::Fading`].
    pub fn in_set(self, set: usize) -> Self {
        match (self, set) {
            (Self::Fading, 0) => Self::Every,
            (Self::Fading, 1) => Self::EverySecond,
            (Self::Fading, _) => Self::OnRequest,
            (schedule, _) => schedule,
        }
    }
}

/// The schedules of one drill.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FeedbackPlan {
    /// Of the words after a repetition.
    pub words: Schedule,
    /// Of the tone while the low back joins in. It sounds only outside the aim, so [`Schedule::Bandwidth`] is every
    /// repetition here, and at the end of a set there is nothing to sound: [`Schedule::EndOfSet`] is silent.
    pub tone: Schedule,
}

/// The repetition that feedback may be due for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FeedbackPoint {
    /// Its set, from 0.
    pub set: usize,
    /// Its number in the set, from 1.
    pub repetition: usize,
    /// Whether it was outside of what it should be.
    pub outside: bool,
    /// Whether the person asked for it.
    pub requested: bool,
}

/// Whether feedback is due, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FeedbackDue {
    /// The schedule gives it.
    Scheduled,
    /// The person asked: that is answered in every schedule.
    Requested,
    /// The schedule withholds it here.
    Withheld,
    /// The repetition was as it should be, and the schedule speaks only of others.
    WithinAim,
}

impl FeedbackDue {
    /// Whether feedback is given.
    pub fn is_due(self) -> bool {
        matches!(self, Self::Scheduled | Self::Requested)
    }

    /// Returns the code in a stored session.
    pub fn code(self) -> &'static str {
        match self {
            Self::Scheduled => "scheduled",
            Self::Requested => "requested",
            Self::Withheld => "withheld",
            Self::WithinAim => "within_aim",
        }
    }
}

/// Returns whether feedback on this repetition is due.
pub fn feedback_due(schedule: Schedule, point: FeedbackPoint) -> FeedbackDue {
    let scheduled = |due: bool| if due { FeedbackDue::Scheduled } else { FeedbackDue::Withheld };
    match schedule.in_set(point.set) {
        _ if point.requested => FeedbackDue::Requested,
        Schedule::Every | Schedule::Fading => FeedbackDue::Scheduled,
        Schedule::EverySecond => scheduled(point.repetition.is_multiple_of(2)),
        Schedule::Bandwidth if !point.outside => FeedbackDue::WithinAim,
        Schedule::Bandwidth => FeedbackDue::Scheduled,
        Schedule::EndOfSet | Schedule::OnRequest => FeedbackDue::Withheld,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The repetitions of a set of six that are spoken of; the fourth is outside the aim.
    fn spoken(schedule: Schedule, set: usize) -> Vec<usize> {
        let point = |repetition| FeedbackPoint { set, repetition, outside: repetition == 4, requested: false };
        (1..=6).filter(|repetition| feedback_due(schedule, point(*repetition)).is_due()).collect()
    }

    #[test]
    fn each_schedule_speaks_as_often_as_it_says() {
        let all = vec![1, 2, 3, 4, 5, 6];
        for set in [0, 1, 5] {
            assert_eq!(spoken(Schedule::Every, set), all);
            assert_eq!(spoken(Schedule::EverySecond, set), [2, 4, 6]);
            assert_eq!(spoken(Schedule::Bandwidth, set), [4]);
            assert!(spoken(Schedule::EndOfSet, set).is_empty() && spoken(Schedule::OnRequest, set).is_empty());
        }
        let fading = [0, 1, 2, 3].map(|set| spoken(Schedule::Fading, set));
        assert_eq!(fading, [all, vec![2, 4, 6], vec![], vec![]]);
        assert_eq!(FeedbackPlan::default(), FeedbackPlan { words: Schedule::Fading, tone: Schedule::Fading });
    }

    #[test]
    fn whoever_asks_is_answered_and_each_reason_has_its_code() {
        let point = FeedbackPoint { set: 3, repetition: 1, outside: false, requested: true };
        use FeedbackDue::{Requested, Scheduled, Withheld, WithinAim};
        use Schedule::{Bandwidth, EndOfSet, Every, EverySecond, Fading, OnRequest};
        for schedule in [Every, EverySecond, EndOfSet, Bandwidth, OnRequest, Fading] {
            assert_eq!(feedback_due(schedule, point), Requested, "{schedule:?}");
        }
        let unasked = FeedbackPoint { requested: false, ..point };
        assert_eq!(feedback_due(Bandwidth, unasked), WithinAim);
        assert_eq!(feedback_due(EndOfSet, unasked), Withheld);
        let codes = [Scheduled, Requested, Withheld, WithinAim].map(FeedbackDue::code);
        assert_eq!(codes, ["scheduled", "requested", "withheld", "within_aim"]);
    }
}
