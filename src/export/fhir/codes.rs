//! Every code in a bundle: its system, what it is called, the unit of a value with it, and where it was looked up.
//!
//! Public material has codes that somebody made up (72133-2 stands for two things, 72514-3 for wound tissue), so a code of
//! somebody else's is only taken if published guides use it for this. For hip and lumbar flexion in degrees, RMDQ and PSFS no
//! such code was found; they have codes of our own, which [`super::code_system`] defines.

/// A code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct CodeEntry {
    /// Whose it is.
    pub system: System,
    /// The code itself.
    pub code: &'static str,
    /// What it is called there.
    pub display: &'static str,
    /// The unit of a number with this code.
    pub unit: UcumUnit,
    /// Of our own, what it means; of others, where it was looked up.
    pub about: &'static str,
}

/// Where a code is defined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum System {
    /// Here.
    Own,
    /// Logical Observation Identifiers Names and Codes.
    Loinc,
    /// SNOMED Clinical Terms.
    Snomed,
    /// FHIR: kinds of observations.
    ObservationCategory,
    /// FHIR: why there is no value.
    DataAbsentReason,
    /// HL7 version 3: what was done to data before they were given away.
    ObservationValue,
}

impl System {
    /// Its URI. Our own is a UUID made for it: nobody has to own a domain, and no one else can have the same.
    pub(super) const fn uri(self) -> &'static str {
        match self {
            Self::Own => "urn:uuid:f7c8f002-4f91-4f5e-adbd-611512bee887",
            Self::Loinc => "http://loinc.org",
            Self::Snomed => "http://snomed.info/sct",
            Self::ObservationCategory => "http://terminology.hl7.org/CodeSystem/observation-category",
            Self::DataAbsentReason => "http://terminology.hl7.org/CodeSystem/data-absent-reason",
            Self::ObservationValue => "http://terminology.hl7.org/CodeSystem/v3-ObservationValue",
        }
    }
}

/// What the identifiers of persons belong to: the pseudonyms of bendwise.
pub(super) const PSEUDONYMS: &str = "urn:uuid:4ae0caf2-ce24-4c85-8a89-ed2e3de068bb";

/// What the identifiers of sessions belong to: the uids of bendwise.
pub(super) const SESSIONS: &str = "urn:uuid:6d855137-f970-42a0-8e51-2fc174e44201";

/// The system of all units.
pub(super) const UCUM: &str = "http://unitsofmeasure.org";

/// A unit of UCUM.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum UcumUnit {
    /// Not a number, or a whole number of things.
    None,
    /// Degree of plane angle.
    Degree,
    /// Per cent.
    Percent,
    /// Second.
    Second,
    /// Points of a questionnaire.
    Score,
}

impl UcumUnit {
    /// Its code in UCUM.
    pub(super) const fn ucum(self) -> Option<&'static str> {
        match self {
            Self::None => None,
            Self::Degree => Some("deg"),
            Self::Percent => Some("%"),
            Self::Second => Some("s"),
            Self::Score => Some("{score}"),
        }
    }
}

/// A quantity with an interval: itself and its bounds.
#[derive(Clone, Copy, Debug)]
pub(super) struct BoundedCode {
    /// The quantity.
    pub value: CodeEntry,
    /// The lower bound of its 90 % interval.
    pub lower: CodeEntry,
    /// The upper bound.
    pub upper: CodeEntry,
}

const fn bounded(value: CodeEntry, lower: CodeEntry, upper: CodeEntry) -> BoundedCode {
    BoundedCode { value, lower, upper }
}

macro_rules! codes {
    ($($name:ident = $system:ident $code:literal $unit:ident $display:literal: $about:literal;)*) => {
        $(pub(super) const $name: CodeEntry =
            CodeEntry { system: System::$system, code: $code, display: $display, unit: UcumUnit::$unit, about: $about };)*

        /// Every code there is.
        pub(super) const TABLE: &[CodeEntry] = &[$($name),*];
    };
}

codes! {
    // Codes of others.
    PAIN_NRS = Loinc "72514-3" Score "Pain severity - 0-10 verbal numeric rating [Score] - Reported":
        "HL7 Europe, European Patient Summary, examples with valueQuantity in {score}; HL7 Belgium, patient monitoring, value set PainScale";
    ODI = Loinc "97909-6" Score "Oswestry disability index score ODI":
        "PACIO Sample Data Depot (MITRE, HL7 CI build), Oswestry Disability Index questionnaire, item score, 0 to 100";
    RANGE_OF_MOVEMENT = Snomed "364564000" None "Range of joint movement":
        "HL7 US, Bidirectional Services eReferral, code of BSeR Referral Observation";
    THERAPY = ObservationCategory "therapy" None "Therapy": "FHIR R4 4.0.1, code system observation-category";
    SURVEY = ObservationCategory "survey" None "Survey": "FHIR R4 4.0.1, code system observation-category";
    UNKNOWN = DataAbsentReason "unknown" None "Unknown": "FHIR R4 4.0.1, code system data-absent-reason";
    NOT_APPLICABLE = DataAbsentReason "not-applicable" None "Not Applicable": "FHIR R4 4.0.1, code system data-absent-reason";
    NOT_PERFORMED = DataAbsentReason "not-performed" None "Not Performed": "FHIR R4 4.0.1, code system data-absent-reason";
    ASKED_DECLINED = DataAbsentReason "asked-declined" None "Asked But Declined":
        "FHIR R4 4.0.1, code system data-absent-reason";
    PSEUDONYMIZED = ObservationValue "PSEUDED" None "pseudonymized": "FHIR R4 4.0.1, HL7 version 3 code system ObservationValue";

    // What there is.
    SESSION = Own "session" None "Session of bends": "Practice of bending forward, side-on before one camera, guided or free";
    PROGRAM = Own "measuring-program" None "Program that measures bends": "A program that measures bends in the pictures of one camera. It is not a medical device";
    PROGRAM_VERSION = Own "program-version" None "Version of the program": "The version that recorded the session";
    NETWORK = Own "network-sha256" None "Neural network": "The SHA-256 checksum of the file of a neural network that measured";
    CAMERA = Own "single-camera" None "Single RGB camera, change from standing":
        "Measured in the pictures of one ordinary camera, side-on, without markers; every angle is the change from the person's own standing posture";
    REPORT = Own "session-report" None "Report of a session of bends": "All that was measured in one session, and what the person said about pain";
    BENDS = Own "bends" None "Bends of a drill":
        "The repetitions of one drill in one session: medians over those with a verdict, whose bounds are the median minus and plus the median half width of their intervals";
    REPETITION = Own "repetition" None "Bend": "One bend down and up again; its angles are those at the deepest point";
    RETENTION = Own "retention" None "What stayed":
        "Bends without any feedback at the beginning of a session, against the last set that was practised in an earlier session: means over the bends with a verdict";

    // What it was.
    DRILL = Own "drill" None "Drill": "The name of the drill in bendwise; none in free practice";
    PURPOSE = Own "purpose" None "Purpose": "What the repetitions were for";
    PRACTICE = Own "purpose-practice" None "Practice": "To practise";
    WITHOUT_FEEDBACK = Own "purpose-retention" None "Retention": "To see what stayed: without any feedback";
    GOAL = Own "goal" None "Asked for": "Where the bends should come from";
    GOAL_HIPS = Own "goal-hips" None "From the hips": "The bends should come from the hips";
    GOAL_BACK = Own "goal-back" None "From the back": "The bends should come from the back, to feel the difference";
    GOAL_ANY = Own "goal-any" None "From anywhere": "It does not matter where the bends come from";
    NUMBER = Own "repetition-number" None "Number of the repetition": "Counted through the session, from 1";
    REPETITIONS = Own "repetitions" None "Repetitions": "The number of repetitions";
    JUDGED = Own "repetitions-with-verdict" None "Repetitions with a verdict": "The number of repetitions of which can be told where they came from";
    FROM_HIPS = Own "repetitions-from-hips" None "Repetitions from the hips": "The number of repetitions with this verdict";
    FROM_BOTH = Own "repetitions-mixed" None "Mixed repetitions": "The number of repetitions with this verdict";
    FROM_BACK = Own "repetitions-from-back" None "Repetitions from the back": "The number of repetitions with this verdict";
    START = Own "start-time" Second "Start": "When the person left standing, since the first frame of the session";
    BOTTOM = Own "bottom-time" Second "Deepest point": "The middle of the time for which the bend was deepest, since the first frame of the session";
    END = Own "end-time" Second "End": "When the person was upright again, since the first frame of the session";

    // What was measured.
    HIP = Own "hip-flexion" Degree "Hip flexion": "Pelvis against thigh, change from standing; positive is flexion";
    HIP_LOWER = Own "hip-flexion-lower" Degree "Hip flexion, lower bound": "Lower bound of the 90 % interval";
    HIP_UPPER = Own "hip-flexion-upper" Degree "Hip flexion, upper bound": "Upper bound of the 90 % interval";
    LUMBAR = Own "lumbar-flexion" Degree "Lumbar flexion": "T12/L1 against the sacrum, change from standing; positive is flexion";
    LUMBAR_LOWER = Own "lumbar-flexion-lower" Degree "Lumbar flexion, lower bound": "Lower bound of the 90 % interval";
    LUMBAR_UPPER = Own "lumbar-flexion-upper" Degree "Lumbar flexion, upper bound": "Upper bound of the 90 % interval";
    SHARE = Own "lumbar-share" Percent "Lumbar share": "Lumbar flexion / (hip flexion + lumbar flexion); no value below a bend of 10 degrees";
    SHARE_LOWER = Own "lumbar-share-lower" Percent "Lumbar share, lower bound": "Lower bound of the 90 % interval";
    SHARE_UPPER = Own "lumbar-share-upper" Percent "Lumbar share, upper bound": "Upper bound of the 90 % interval";
    TRUNK = Own "trunk-inclination" Degree "Trunk inclination": "Hip to shoulder against the vertical, change from standing; positive is forward";
    KNEE = Own "knee-flexion" Degree "Knee flexion": "Thigh against shank, change from standing; positive is flexion";
    REACH = Own "hip-reach" Degree "Hip reach":
        "Hip flexion at which the low back joined in; with the comparator >= the deepest hip flexion of a bend in which it never did";
    REACH_LOWER = Own "hip-reach-lower" Degree "Hip reach, lower bound": "Lower bound of the 90 % interval";
    REACH_UPPER = Own "hip-reach-upper" Degree "Hip reach, upper bound": "Upper bound of the 90 % interval; that of the value given, where the hips might have gone further";
    MEASURED = Own "measured-frames" Percent "Measured frames": "The part of the session's pictures in which hip and lumbar flexion were measured";
    VERDICT = Own "verdict" None "Verdict": "Where the bend mostly came from, by lumbar flexion and its interval. Not a diagnosis";
    HIPS = Own "verdict-hips" None "From the hips": "The bend came mostly from the hips";
    MIXED = Own "verdict-mixed" None "Mixed": "The bend came from the hips and the back";
    BACK = Own "verdict-back" None "From the back": "The bend came mostly from the low back";
    PROBABILITY = Own "verdict-probability" Percent "Probability of the verdict": "How probable the verdict is, by the interval of lumbar flexion";
    CONFIDENCE = Own "confidence" Percent "Confidence": "How likely lumbar flexion is right within 6 degrees, by its own interval";
    HIDDEN = Own "bottom-hidden" None "Deepest point hidden":
        "Whether the deepest part may have been hidden; the angles are then those of the deepest posture that was seen";
    DOUBT = Own "standing-doubt" Degree "Doubt about the standing posture": "By how much a flaw of the standing posture widens the intervals, which contain it";
    FLAW = Own "standing-flaw" None "Flaw of the standing posture": "The main flaw of the standing posture";
    BENT_KNEES = Own "flaw-bent_knees" None "Bent knees": "The person stood with bent knees";
    LEANING = Own "flaw-leaning" None "Leaning": "The person stood leaning";
    ARM_UP = Own "flaw-arm_up" None "Arm up": "The person stood with an arm raised";
    NOT_STILL = Own "flaw-not_still" None "Not still": "The person did not stand still";

    // What stayed.
    SHARE_BEFORE = Own "practised-lumbar-share" Percent "Lumbar share, practised": "Mean of the last set that was practised before";
    SHARE_NOW = Own "retained-lumbar-share" Percent "Lumbar share, retained": "Mean of the bends without feedback";
    SHARE_CHANGE = Own "lumbar-share-change" Percent "Change of the lumbar share": "Retained minus practised, in percentage points";
    SHARE_CHANGE_LOWER = Own "lumbar-share-change-lower" Percent "Change of the lumbar share, lower bound": "Lower bound of the 90 % interval";
    SHARE_CHANGE_UPPER = Own "lumbar-share-change-upper" Percent "Change of the lumbar share, upper bound": "Upper bound of the 90 % interval";
    LUMBAR_BEFORE = Own "practised-lumbar-flexion" Degree "Lumbar flexion, practised": "Mean of the last set that was practised before";
    LUMBAR_NOW = Own "retained-lumbar-flexion" Degree "Lumbar flexion, retained": "Mean of the bends without feedback";
    LUMBAR_CHANGE = Own "lumbar-flexion-change" Degree "Change of lumbar flexion": "Retained minus practised";
    LUMBAR_CHANGE_LOWER = Own "lumbar-flexion-change-lower" Degree "Change of lumbar flexion, lower bound": "Lower bound of the 90 % interval";
    LUMBAR_CHANGE_UPPER = Own "lumbar-flexion-change-upper" Degree "Change of lumbar flexion, upper bound": "Upper bound of the 90 % interval";

    // The mobility screen.
    MOBILITY_SCREEN = Own "mobility-screen" None "Hip mobility screen":
        "Slow bows with straight knees and with soft ones, with one side to the camera and then with the other: how far the hips go before the low back joins in";
    MOBILITY_REACH = Own "mobility-reach" Degree "Hip reach in the mobility screen":
        "Median of the newest three bends that count of the hip flexion at which the low back joined in; with the comparator >= if it did not";
    MOBILITY_REACH_LOWER = Own "mobility-reach-lower" Degree "Hip reach in the mobility screen, lower bound": "Lower bound of the 90 % interval";
    MOBILITY_REACH_UPPER = Own "mobility-reach-upper" Degree "Hip reach in the mobility screen, upper bound":
        "Upper bound of the 90 % interval; that of the value given, where the hips might have gone further";
    SCREENED_BENDS = Own "mobility-bends" None "Bends of the mobility screen": "The number of bends, with those that do not count";
    SIDE = Own "side" None "Side to the camera": "The side that was seen. Both hips bend together, so it is not the hip that was measured";
    RIGHT = Own "side-right" None "Right": "The right side was seen";
    LEFT = Own "side-left" None "Left": "The left side was seen";
    KNEES = Own "knees" None "Knees": "What the knees were to do";
    STRAIGHT = Own "knees-straight" None "Straight": "The knees stayed straight";
    SOFT = Own "knees-soft" None "Soft": "The knees bent clearly";
    SOFT_AGAINST_STRAIGHT = Own "soft-against-straight" None "Soft knees against straight ones": "Whether the hips go further with soft knees than with straight ones";
    RIGHT_AGAINST_LEFT = Own "right-against-left" None "Right side against the left": "Whether the hips went further where the right side was seen than where the left one was";
    MORE = Own "compared-more" None "More": "More than the other, by more than the error of both";
    LESS = Own "compared-less" None "Less": "Less than the other, by more than the error of both";
    ALIKE = Own "compared-alike" None "Alike": "They do not differ by more than the error of both";
    DIFFERENCE = Own "reach-difference" Degree "Difference": "By how much, positive; with the comparator >= if the hips might have gone further";
    DIFFERENCE_LOWER = Own "reach-difference-lower" Degree "Difference, lower bound": "Lower bound of the 90 % interval";
    DIFFERENCE_UPPER = Own "reach-difference-upper" Degree "Difference, upper bound":
        "Upper bound of the 90 % interval; that of the value given, where the hips might have gone further";

    // What the person said.
    PAIN_BEFORE = Own "pain-before" Score "Pain before the session": "Numeric rating scale, 0 to 10";
    PAIN_AFTER = Own "pain-after" Score "Pain after the session": "Numeric rating scale, 0 to 10";
    PAIN_WEEK = Own "pain-week" Score "Pain in the last week": "Numeric rating scale, 0 to 10, with one week's recall";
    RMDQ = Own "rmdq" Score "Roland-Morris Disability Questionnaire": "Number of statements that apply, of the 24, 23 or 18 of the version";
    PSFS = Own "psfs" Score "Patient-Specific Functional Scale": "One activity, 0 (unable) to 10 (as before)";
    ACTIVITY = Own "psfs-activity" None "Activity": "The activity of the scale, in the person's words";

    // Why a session is stopped.
    BROKE_OFF = Own "broke-off" None "Broke off": "The program ended before the session did; what was kept until then is there";
    ENDED_EARLY = Own "ended-early" None "Ended before all that was prescribed for the day was done":
        "The session is the last of its day, and sets of that day's prescription are left";

    // Why there is no value.
    TOO_SMALL = Own "no-verdict-too_small" None "The bend was smaller than 10 degrees": "Below it neither a verdict nor a share is given";
    BOTTOM_HIDDEN = Own "no-verdict-bottom_hidden" None "The deepest part of the bend may have been hidden": "No verdict is given";
    LEFT_OPEN = Own "no-verdict-left_open" None "The interval of lumbar flexion leaves open where the bend came from": "No verdict is given";
    NO_BEND = Own "no-bend" None "No bend was made": "The person was measured, and did not bend";
    OUTSIDE_SETS = Own "no-bend-in-set" None "No bend was made in a set, and some outside the sets":
        "Bends between and before the sets are kept, and not counted; the text says how many";
    NONE_JUDGED = Own "no-bend-with-verdict" None "Of no bend could be told where it came from": "Medians are over bends with a verdict";
    NOT_TRIED = Own "no-trial" None "Not tried": "No such bend of the mobility screen was made";
    TOO_FEW_COUNT = Own "no-three-bends" None "Fewer than three bends count":
        "Bends of the mobility screen count if the knees did as they were asked, and how far the hips went could be told";
    ONE_UNKNOWN = Own "no-comparison" None "One of the two is not known": "What is not known is compared with nothing";
    COMPARISON_OPEN = Own "no-end-seen" None "In the bend that went less far the low back had not joined in": "So it cannot be told whether the hips would have gone as far";
    LEFT_OUT = Own "left-out" None "The question was asked and left out": "No answer is taken for none";
    NO_FRAMES = Own "no-picture" None "Nothing was recorded": "The session has no pictures";
    NOT_KEPT = Own "not-kept" None "Not kept": "A version of bendwise recorded the session that did not keep it";
    NOBODY = Own "state-nobody" None "nobody is in view": "What mostly was in the way of a measurement";
    SEVERAL = Own "state-several" None "more than one person is in view": "What mostly was in the way of a measurement";
    CUT_OFF = Own "state-cutoff" None "part of the body is outside the picture": "What mostly was in the way of a measurement";
    FAR = Own "state-far" None "the person is too small in the picture": "What mostly was in the way of a measurement";
    TURNED = Own "state-turned" None "the person is not side-on to the camera": "What mostly was in the way of a measurement";
    NOT_STANDING = Own "state-notstanding" None "the person is not standing on both feet": "What mostly was in the way of a measurement";
    OUTLINE_HIDDEN = Own "state-hidden" None "the outline of the back is hidden": "What mostly was in the way of a measurement";
    COVERED = Own "state-covered" None "the shape of the thighs is hidden, by a skirt or a coat for example": "What mostly was in the way of a measurement";
    GLARE = Own "state-glare" None "light behind the person hides the outline of the back": "What mostly was in the way of a measurement";
    LEGS_HIDDEN = Own "state-legs_hidden" None "something before the legs hides them": "What mostly was in the way of a measurement";
    CALIBRATING = Own "state-calibrating" None "the person is in view, their standing posture is not known yet": "What mostly was in the way of a measurement";
}

pub(super) const HIP_FLEXION: BoundedCode = bounded(HIP, HIP_LOWER, HIP_UPPER);
pub(super) const LUMBAR_FLEXION: BoundedCode = bounded(LUMBAR, LUMBAR_LOWER, LUMBAR_UPPER);
pub(super) const LUMBAR_SHARE: BoundedCode = bounded(SHARE, SHARE_LOWER, SHARE_UPPER);
pub(super) const HIP_REACH: BoundedCode = bounded(REACH, REACH_LOWER, REACH_UPPER);
pub(super) const SCREENED_REACH: BoundedCode = bounded(MOBILITY_REACH, MOBILITY_REACH_LOWER, MOBILITY_REACH_UPPER);
pub(super) const REACH_DIFFERENCE: BoundedCode = bounded(DIFFERENCE, DIFFERENCE_LOWER, DIFFERENCE_UPPER);
pub(super) const CHANGE_OF_SHARE: BoundedCode = bounded(SHARE_CHANGE, SHARE_CHANGE_LOWER, SHARE_CHANGE_UPPER);
pub(super) const CHANGE_OF_LUMBAR: BoundedCode = bounded(LUMBAR_CHANGE, LUMBAR_CHANGE_LOWER, LUMBAR_CHANGE_UPPER);

/// The code of our own that ends in the word of something in files; `None` is a bug that a test finds.
pub(super) fn of_word(group: &str, word: &str) -> Option<CodeEntry> {
    let own = TABLE.iter().filter(|code| code.system == System::Own);
    own.copied().find(|code| code.code.strip_prefix(group).and_then(|rest| rest.strip_prefix('-')) == Some(word))
}
