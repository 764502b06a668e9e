//! The command line.

use std::path::PathBuf;
use std::time::Duration;

use agent::Proxy;
use clap::{Args, Parser, Subcommand};

/// Trayline on this device: enrols it, keeps it connected, and chats with the technicians.
#[derive(Debug, Parser)]
#[command(name = "trayline-agent", version)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,

    /// Where the device's key, its identity and its outbox are.
    ///
    /// By default `$XDG_STATE_HOME/trayline-agent` or `~/.local/state/trayline-agent`; `/var/lib/trayline-agent` for
    /// root; `%LOCALAPPDATA%\trayline-agent` on Windows.
    #[arg(long, global = true, value_name = "FOLDER")]
    pub(crate) state_dir: Option<PathBuf>,

    /// The HTTP proxy, such as `http://name:password@proxy.example:3128`. Given on enrolment, it is kept.
    ///
    /// By default what `HTTPS_PROXY` or `ALL_PROXY` says, with `NO_PROXY`; on Windows else what its settings say.
    #[arg(long, global = true, value_name = "ADDRESS", value_parser = proxy)]
    pub(crate) proxy: Option<Proxy>,

    /// Log more to stderr. Texts are never logged.
    #[arg(long, short, global = true)]
    pub(crate) verbose: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make this device known to a server. Prints its id. Again with the same folder gives the same device.
    Enrol(EnrolArguments),
    /// Put the agent into the system for everybody who signs in on this device, and enrol it. As root; asks nothing.
    ///
    /// Prints the device's id. Again with the same or another key leaves the device the same one.
    Install(InstallArguments),
    /// Take out of the system what `install` put there. As root.
    ///
    /// Agents that run end with their sessions. What people have not sent yet stays with them.
    Uninstall(UninstallArguments),
    /// Take another credential, if it is time or an administrator wants it. Whoever owns the device's identity runs it now and
    /// then: the installed agent has a timer for that, and one that a person enrolled does it by itself.
    Rotate(RotateArguments),
    /// Say what works and what does not, in words to read out on the telephone. Exits with 1 when something does not.
    Doctor,
    /// Stay connected and deliver what is in the outbox, until stopped.
    Run(RunArguments),
    /// Stay in the tray of this session, and open the chat window when it is wanted.
    ///
    /// A second start in the same session makes the first one open the chat, and ends.
    Tray(TrayArguments),
    /// Chat in this terminal, or send the lines of stdin.
    ///
    /// Exits with 0 when all went well, 1 when a line was refused or something failed, 3 when `--wait` was given and not
    /// everything was stored in time; what is not sent stays in the outbox.
    Chat(ChatArguments),
}

#[derive(Debug, Args)]
pub(crate) struct EnrolArguments {
    /// Address of the server, such as `https://chat.example.org`.
    #[arg(long)]
    pub(crate) server: String,
    /// The enrolment key that an administrator made.
    #[arg(long)]
    pub(crate) key: String,
    /// What technicians call this device; by default the machine's name.
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// Certificates (PEM) of the authority that signed the servers', when it is not a public one.
    #[arg(long, value_name = "FILE")]
    pub(crate) certificate_authority: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct InstallArguments {
    #[command(flatten)]
    pub(crate) enrolment: EnrolArguments,
    /// Below which folder the system is, to prepare one that is not running.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) root: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct UninstallArguments {
    /// Leave the device enrolled, so that the agent can be installed again without a key.
    #[arg(long)]
    pub(crate) keep_identity: bool,
    /// Below which folder the system is.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) root: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct RotateArguments {
    /// Take another one in any case, such as when somebody else may have seen this one.
    #[arg(long)]
    pub(crate) now: bool,
}

#[derive(Debug, Args)]
pub(crate) struct RunArguments {
    /// Print events to stdout, one JSON object per line, without texts.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct TrayArguments {
    /// Open the chat at once.
    #[arg(long)]
    pub(crate) open: bool,
    /// The window's program; by default `trayline-chat` beside this one.
    #[arg(long, value_name = "PROGRAM")]
    pub(crate) window: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct ChatArguments {
    /// Print events to stdout, one JSON object per line.
    #[arg(long)]
    pub(crate) json: bool,
    /// Send all of stdin as one message, line breaks included, instead of a message per line.
    #[arg(long)]
    pub(crate) one_message: bool,
    /// After the end of stdin, wait until everything is stored.
    #[arg(long)]
    pub(crate) wait: bool,
    /// How long to wait, in seconds.
    #[arg(long, default_value_t = 60, value_name = "SECONDS")]
    timeout: u64,
}

impl ChatArguments {
    pub(crate) fn timeout(&self) -> Duration {
        Duration::from_secs(self.timeout)
    }
}

fn proxy(address: &str) -> Result<Proxy, agent::NotAProxy> {
    Proxy::new(address, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        <Arguments as clap::CommandFactory>::command().debug_assert();
        let arguments =
            Arguments::parse_from(["trayline-agent", "chat", "--wait", "--timeout", "5", "--state-dir", "x"]);
        let Command::Chat(chat) = arguments.command else { panic!("{:?}", arguments.command) };
        assert_eq!((chat.wait, chat.timeout()), (true, Duration::from_secs(5)));
    }
}
