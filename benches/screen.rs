//! The time to draw one view: at 30 pictures a second all of perception and drawing has 33 ms.
#![allow(clippy::unwrap_used, reason = "a bench fails by panicking")]

#[allow(dead_code, reason = "the tests use more of it")]
#[path = "../tests/screen/made.rs"]
mod made;

use std::hint::black_box;

use bendwise::coach::{Phase, Verdict};
use bendwise::i18n::Language;
use bendwise::screen::canvas::Canvas;
use bendwise::screen::framing::Framing;
use bendwise::screen::live::{self, View};
use criterion::{Criterion, criterion_group, criterion_main};

/// As in the first seconds of a session, and as in the rest of it: without the safety line the picture is larger, and the person
/// fills it.
fn draw(criterion: &mut Criterion) {
    let scene = made::measured(&made::Person::bent(62.0, 8.0), Phase::Bottom, Some(Verdict::Hips));
    let mut framing = Framing::default();
    framing.observe(&made::measured(&made::Person::bent(0.0, 0.0), Phase::Top, None), None, false);
    let first = View { scene: Some(&scene), safety: true, ..View::new(made::words(Language::English)) };
    let later = View { safety: false, person: framing.person(), facing: framing.facing(), ..first };
    for (width, height) in [(1280, 720), (1920, 1080)] {
        let Ok(mut canvas) = Canvas::new(width, height) else { return };
        for (name, view) in [("view", &first), ("view without the safety line,", &later)] {
            criterion.bench_function(&format!("{name} {width} × {height}"), |bencher| {
                bencher.iter(|| live::draw(black_box(&mut canvas), black_box(view)));
            });
        }
    }
}

criterion_group!(benches, draw);
criterion_main!(benches);
