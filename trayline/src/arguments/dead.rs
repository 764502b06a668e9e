//! The words after `trayline dead`.

use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub enum Dead {
    /// List them: letter, worker, age, reason, and the place of the message.
    List {
        /// Those of this worker alone.
        #[arg(long, value_name = "NAME")]
        worker: Option<String>,
    },

    /// Show one with its message.
    Show {
        /// Its number, as `list` says it.
        #[arg(value_name = "LETTER")]
        letter: u64,
    },

    /// Let their workers handle them again, here and now. What is handled is thrown away; what is still refused stays, and
    /// the exit code is 1.
    #[command(after_help = REPLAY_EXAMPLES)]
    Replay(Letters),

    /// Throw them away for good. Asks first.
    Discard {
        #[command(flatten)]
        letters: Letters,

        /// Do not ask.
        #[arg(long)]
        yes: bool,
    },
}

#[derive(Debug, Args)]
#[group(id = "which", required = true, multiple = false)]
#[expect(clippy::struct_field_names, reason = "it is the word on the command line")]
pub struct Letters {
    /// Their numbers, as `list` says them.
    #[arg(value_name = "LETTER", group = "which")]
    pub letters: Vec<u64>,

    /// All of this worker.
    #[arg(long, value_name = "NAME", group = "which")]
    pub worker: Option<String>,

    /// All.
    #[arg(long, group = "which")]
    pub all: bool,
}

const REPLAY_EXAMPLES: &str = "\
Examples:
  trayline dead replay 3 4                after what they lacked is there, such as their asset
  trayline dead replay --all              after an upgrade that understands them

It needs worker.creds beside operator.creds.";
