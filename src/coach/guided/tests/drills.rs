//! A simulated person goes through every drill, from walking in to the last sentence.

use super::*;
use crate::coach::drill::{Drill, Task};
use crate::drill_library::Library;

/// Makes the simulated person do one step of a session of this drill: bend as asked, or let time pass.
fn go_on(simulation: &mut Simulation, drill: &Drill) {
    let set = simulation.session.set();
    match (simulation.stage().clone(), &drill.task) {
        (Stage::Work { .. }, Task::Bend(bends)) => {
            let deep = (bends.goal.least.to_degrees() + bends.goal.most.to_degrees()) / 2.0;
            let (hip, lumbar) = if drill.wanted(set) == Some(Verdict::Back) { (30.0, 40.0) } else { (deep, 4.0) };
            let knee = (bends.knee_flexion.start().to_degrees() + bends.knee_flexion.end().to_degrees()) / 2.0;
            let down = bends.tempo.down.as_secs_f64().max(1.0);
            simulation.play(2.0 * down + 2.0, |time| {
                let share = (time / down).min((2.0 * down + 0.5 - time) / down).clamp(0.0, 1.0) as f32;
                Act { hip: hip * share, lumbar: lumbar * share, knee: knee * share, ..Act::default() }
            });
        }
        (Stage::Work { .. }, _) if drill.check == Some(Check::AllFours) => simulation.play(1.0, |_| kneeling()),
        _ => simulation.stand(1.0),
    }
}

#[test]
fn every_drill_is_gone_through_to_the_end() {
    for drill in Library::built_in().drills() {
        let plan = Plan { exercises: vec![Exercise::of(drill, "en")], full_bend: false, ..Plan::default() };
        let (rounds, sets) = (plan.exercises[0].rounds(), drill.sets as usize);
        let mut simulation = Simulation::new(plan);
        simulation.arrive();
        for _ in 0..2000 {
            if matches!(simulation.stage(), Stage::Close(_)) {
                break;
            }
            go_on(&mut simulation, drill);
        }
        simulation.stand(20.0);
        let Stage::Close(summary) = simulation.stage() else { panic!("{}: {:?}", drill.id, simulation.log.last()) };
        assert!(simulation.has_said(Line::Drill) == 1, "{}: the lesson is given once", drill.id);
        if let Task::Bend(bends) = &drill.task {
            let from_back = (0..sets).filter(|set| drill.wanted(*set) == Some(Verdict::Back)).count();
            let counted = bends.repetitions as usize * rounds * (sets - from_back) / sets;
            assert_eq!((summary.repetitions.len(), summary.from_hips()), (counted, counted), "{}", drill.id);
            assert_eq!(simulation.has_said(Line::Close { hips: counted, of: counted }), 1, "{}", drill.id);
            let warned = simulation.signals.iter().any(|(_, signal)| *signal == Signal::BackJoinedIn);
            assert!(!warned, "{}: nothing was to be warned of", drill.id);
        } else {
            assert_eq!(simulation.has_said(Line::TimeDone), rounds, "{}: {:?}", drill.id, simulation.log);
            assert_eq!(simulation.has_said(Line::CloseTimed), 1, "{}", drill.id);
        }
    }
}
