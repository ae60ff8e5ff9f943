//! The words of the report, of what goes on from session to session, and of the comparison with a second measurement.

use super::section;

section! {
    /// The words on the page of `bendwise report`.
    ReportWords {
        title, day, moment, name, when, drill, length, number, time, down, no_verdict, no_verdict_because, repetition, standing,
        bottom, caption, contrast, outside, curves, curves_text, repetitions, screen, straight, soft, trend,
        trend_text, pictures, pictures_text, private, meaning, hip, hip_text, depth, medians, back,
        back_text, share, share_text, reach, reach_text, others, others_text, verdicts, verdicts_text, interval, interval_text,
        error, errors, untold_because, quality, side, left, right, measured, measured_text, kept_part, turned, turned_text, zeros,
        zeros_text, trunk, trunk_text, knee, knee_text, pause,
        pause_text, comment, comment_by,
        program, program_text, retention, retention_text, retention_untold, prescribed, prescribed_sets, prescribed_days, prescribed_all_sets, prescribed_all_days,
        prescribed_before_sets, prescribed_before_days, prescribed_what, prescribed_asked,
        prescribed_done, goal_hips, goal_hips_asked, goal_hips_done, goal_depth, goal_reach, stayed, scores, scores_text, person, nrs_before, nrs_after, nrs_week, psfs, odi, rmdq, hips_share,
        course, course_one, course_span, course_text, course_change, since_more, since_less, since_within, since_open,
        sessions, from_hips, earlier,
        terms_drills, terms_programme, terms_days, terms_days_text, terms_ended, terms_goal, terms_goal_none,
        terms_feedback, terms_feedback_none, terms_plan, terms_probe, terms_no_probe, terms_stop, terms_stop_text,
        terms_asked, terms_note, tone_never, tone_alike, tone_every, tone_every_second, schedule_every,
        schedule_every_second, schedule_end_of_set, schedule_bandwidth, schedule_on_request, schedule_fading,
        activity, weeks_cut, prescribed_each_set, prescribed_each_hold, prescribed_week_name, prescribed_week,
        goal_this, goal_last, nrs, key_before, key_after, score_band, stayed_now, stayed_before, change, stayed_sum, ended_cut, score_first, score_last, score_least, score_at, score_later, stop_reached, stop_reached_on,
    }
}

section! {
    /// The words of `bendwise trend`, and of the same part of the report.
    TrendWords {
        share, depth, reach, head_one, head, detectable, more, less, least, within, open, free, others, earlier, earlier_kept, day, day_year, none_here, none_of,
        page, better, deeper, further, no_change, days, once, none_yet, other_drill, reading,
    }
}

section! {
    /// The words on the page of `bendwise compare`.
    AgreementWords {
        title, session, truth, basis, basis_text, by_chance, same, more, less, limits_sentence, too_few, bias, limits,
        lower_limit, upper_limit, rmse, mae, deviation, within, interval, span, both_ways, per_repetition,
        per_frame, pairs, bends, plot, plot_text, difference_axis, mean_axis, curves, curves_text,
        repetitions, repetitions_text, time, difference, clocks, clocks_text, file, offset, drift,
        correlation, overlap, drift_unused, drift_unknown, reading, definition, truth_error, independence,
        alignment, opensim, remarks, does_not_follow, other_size, frozen, frozen_more, poor_fit, scaled, clock_faster, clock_slower,
        few_inside, part_matched, few_repetitions, ignored,
        upper_lumbar, sacrum, thigh, lumbar, hip, lumbar_difference, hip_difference,
    }
}
