//! A session of a person, on a screen that nobody sees and a bus of its own.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use rustix::process::Signal;

use crate::eventually;
use crate::load::process::{Process, output_of};

/// What a session consists of.
pub(super) struct Session {
    folder: PathBuf,
    agent_program: PathBuf,
    window_program: PathBuf,
    environment: Vec<(&'static str, String)>,
    agent: Option<Process>,
    /// Killed last, when all that needs them is gone.
    _servers: [Server; 2],
}

/// A server that says on its first line where it listens.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Session {
    /// The session, or what it lacks.
    pub(super) fn start(folder: &Path) -> Result<Self, String> {
        let (agent_program, window_program) =
            (shipped("device", "trayline-agent", folder)?, shipped("release", "trayline-chat", folder)?);
        let (screen, number) = serve("Xvfb", &["-displayfd", "1", "-screen", "0", "1024x768x24", "-nolisten", "tcp"])?;
        let (bus, address) = serve("dbus-daemon", &["--session", "--nofork", "--nosyslog", "--print-address"])?;
        Command::new("xdotool").arg("version").output().map_err(|_| "there is no xdotool".to_owned())?;
        let environment = vec![
            ("DISPLAY", format!(":{number}")),
            ("WAYLAND_DISPLAY", String::new()),
            ("DBUS_SESSION_BUS_ADDRESS", address),
            ("XDG_RUNTIME_DIR", folder.display().to_string()),
        ];
        let folder = folder.to_owned();
        Ok(Self { folder, agent_program, window_program, environment, agent: None, _servers: [screen, bus] })
    }

    /// What is measured.
    pub(super) fn programs(&self) -> [(&'static str, &Path); 2] {
        [("agent", &self.agent_program), ("window", &self.window_program)]
    }

    /// Starts the agent, and waits until it is online.
    pub(super) async fn start_agent(&mut self) {
        let agent = Process::start("agent", &mut self.tray(), &self.folder, Signal::TERM);
        self.agent = Some(agent);
        let log = self.folder.join("agent.log");
        eventually("the agent is online", || async {
            fs::read_to_string(&log).is_ok_and(|log| log.contains("Online"))
        })
        .await;
    }

    pub(super) fn agent(&self) -> u32 {
        self.agent.as_ref().expect("it was started").pid()
    }

    /// Asks for the chat as the application menu does, and waits until a window is on the screen.
    pub(super) async fn ask_for_window(&self) {
        let asked = self.tray().stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let mut asked = asked.expect("the agent's program");
        self.windows(true).await;
        let _ = asked.wait();
    }

    /// Ends it, as a screen does that goes away.
    pub(super) async fn close_window(&self) {
        output_of(self.xdotool().args(["search", "--onlyvisible", "--name", ".", "windowkill"]));
        self.windows(false).await;
    }

    /// Waits until there is a window, or none.
    async fn windows(&self, there: bool) {
        eventually("the window comes or goes", || async {
            let found = self.xdotool().args(["search", "--onlyvisible", "--name", "."]).output();
            found.is_ok_and(|found| found.status.success() == there)
        })
        .await;
    }

    fn tray(&self) -> Command {
        let mut command = Command::new(&self.agent_program);
        command.args(["tray", "--state-dir"]).arg(self.folder.join("state")).arg("--window").arg(&self.window_program);
        self.within(command)
    }

    fn xdotool(&self) -> Command {
        self.within(Command::new("xdotool"))
    }

    fn within(&self, mut command: Command) -> Command {
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }
}

/// A program of ours, built with this profile and without symbols, as packages have it.
fn shipped(profile: &str, name: &str, folder: &Path) -> Result<PathBuf, String> {
    let ours = std::env::current_exe().expect("this program's file");
    let profiles = ours.ancestors().nth(2).expect("the folder of what is built");
    let built = profiles.join(profile).join(name);
    if !built.exists() {
        return Err(format!("{} is not built", built.display()));
    }
    let shipped = folder.join(name);
    output_of(Command::new("strip").arg("-o").args([&shipped, &built]));
    Ok(shipped)
}

fn serve(program: &str, arguments: &[&str]) -> Result<(Server, String), String> {
    let mut command = Command::new(program);
    command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().map_err(|error| format!("{program} does not start: {error}"))?;
    let mut line = String::new();
    let read = child.stdout.take().map(|stdout| BufReader::new(stdout).read_line(&mut line));
    let server = Server(child);
    match read {
        Some(Ok(1..)) => Ok((server, line.trim().to_owned())),
        _ => Err(format!("{program} does not say where it listens")),
    }
}
