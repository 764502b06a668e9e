//! The chat window: a program of its own, started when somebody wants to chat. It may crash and be started again; the
//! agent goes on. When the agent dies, the end of its stdin ends it.

use std::io;
use std::path::PathBuf;
use std::process::Stdio;

use agent::window::{self, FromWindow, MAX_LINE_BYTES, ToWindow};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::sync::mpsc;

/// How many lines may wait for the window. When it does not keep up, it is given a new snapshot instead of what it missed.
const TO_WINDOW_CAPACITY: usize = 64;

/// How many lines of the window may wait for the agent.
const FROM_WINDOW_CAPACITY: usize = 16;

/// The window, open or closed.
pub(crate) struct Window {
    program: PathBuf,
    open: Option<Open>,
}

struct Open {
    process: Child,
    lines: mpsc::Sender<String>,
    said: mpsc::Receiver<FromWindow>,
    missed: bool,
    front: bool,
}

/// What happened to the window.
#[derive(Debug)]
pub(crate) enum WindowEvent {
    /// It said something.
    Said(FromWindow),
    /// It missed something, and has room now: it needs a snapshot.
    Behind,
    /// It is closed: the person closed it, or it crashed.
    Closed,
}

impl Window {
    pub(crate) fn new(program: PathBuf) -> Self {
        Self { program, open: None }
    }

    /// Whether the person is looking at it.
    pub(crate) fn is_front(&self) -> bool {
        self.open.as_ref().is_some_and(|open| open.front)
    }

    pub(crate) fn is_open(&self) -> bool {
        self.open.is_some()
    }

    /// Starts the program. It shows nothing until it is told to.
    pub(crate) fn start(&mut self) -> io::Result<()> {
        let mut command = Command::new(&self.program);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut process = command.spawn()?;
        let (lines, to_write) = mpsc::channel(TO_WINDOW_CAPACITY);
        let (heard, said) = mpsc::channel(FROM_WINDOW_CAPACITY);
        if let (Some(stdin), Some(stdout)) = (process.stdin.take(), process.stdout.take()) {
            tokio::spawn(write(stdin, to_write));
            tokio::spawn(read(stdout, heard));
        }
        self.open = Some(Open { process, lines, said, missed: false, front: false });
        Ok(())
    }

    /// Tells the window something, if it is open.
    pub(crate) fn tell(&mut self, what: &ToWindow) {
        if let Some(open) = &mut self.open
            && !open.missed
        {
            open.missed = open.lines.try_send(window::line(what)).is_err();
        }
    }

    /// The window is given everything anew, so that it has missed nothing.
    pub(crate) fn catch_up(&mut self, what: &ToWindow) {
        if let Some(open) = &mut self.open {
            open.missed = false;
        }
        self.tell(what);
    }

    /// Its process, while it runs.
    pub(crate) fn process_id(&self) -> Option<u32> {
        self.open.as_ref().and_then(|open| open.process.id())
    }

    /// Waits for the next thing to happen; for ever while it is closed. Nothing is lost when the future is dropped.
    pub(crate) async fn next(&mut self) -> WindowEvent {
        let Some(open) = &mut self.open else { return std::future::pending().await };
        let event = tokio::select! {
            said = open.said.recv() => said.map(WindowEvent::Said),
            room = open.lines.reserve(), if open.missed && !open.lines.is_closed() => room.ok().map(|_| WindowEvent::Behind),
        };
        match event {
            Some(WindowEvent::Said(FromWindow::Front { front })) => {
                open.front = front;
                WindowEvent::Said(FromWindow::Front { front })
            }
            Some(event) => event,
            None => {
                self.close();
                WindowEvent::Closed
            }
        }
    }

    /// Nothing comes from the window any more: it ends, or has ended.
    fn close(&mut self) {
        let Some(mut open) = self.open.take() else { return };
        // The end of its stdin ends it if it lives.
        drop(open.lines);
        tokio::spawn(async move {
            match open.process.wait().await {
                Ok(status) if status.success() => tracing::debug!("the window was closed"),
                Ok(status) => tracing::warn!(%status, "the window crashed; it can be opened again"),
                Err(error) => tracing::warn!(error = &error as &dyn std::error::Error, "the window's end is not known"),
            }
        });
    }
}

async fn write(mut stdin: ChildStdin, mut lines: mpsc::Receiver<String>) {
    while let Some(line) = lines.recv().await {
        if stdin.write_all(line.as_bytes()).await.is_err() {
            // It ended; its stdout ends too, and that is what counts.
            return;
        }
    }
}

async fn read(stdout: ChildStdout, heard: mpsc::Sender<FromWindow>) {
    let mut stdout = BufReader::new(stdout);
    let mut line = Vec::new();
    loop {
        line.clear();
        let read = (&mut stdout).take(MAX_LINE_BYTES as u64).read_until(b'\n', &mut line).await;
        if !read.is_ok_and(|bytes| bytes > 0) {
            return;
        }
        let understood = std::str::from_utf8(&line).ok().and_then(|line| window::read(line).ok());
        let Some(said) = understood else {
            tracing::warn!("the window said something that this version does not understand");
            continue;
        };
        if heard.send(said).await.is_err() {
            return;
        }
    }
}
