//! `bendwise rate`: clips for people who rate bends by eye, and how well they agree with each other and the program.

use anyhow::Result;

use super::arguments::{RateArgs, RateCommand};
use super::setup::Setup;
use super::{Exit, rate_make, rate_score};

pub(super) fn run(setup: &Setup, args: &RateArgs) -> Result<Exit> {
    match &args.what {
        RateCommand::Make(make) => rate_make::run(setup, make),
        RateCommand::Score(score) => rate_score::run(setup, score),
    }
}
