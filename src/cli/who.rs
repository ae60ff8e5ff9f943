//! `--person`, which most subcommands take.

use clap::Args;

/// Whose session.
#[derive(Args, Clone, Debug)]
pub(super) struct Who {
    /// Who practises or practised (`bendwise people` lists them); without it, the only person
    #[arg(long, value_name = "NAME", env = "BENDWISE_PERSON", hide_env_values = true)]
    pub person: Option<String>,
}

impl Default for Who {
    /// As if it was left out: then the variable says it.
    fn default() -> Self {
        Self { person: std::env::var("BENDWISE_PERSON").ok() }
    }
}
