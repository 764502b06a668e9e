//! `trayline-agent tray`: stays in the tray of a person's session, and opens the chat window.

mod attention;
mod browser;
mod face;
#[cfg(any(target_os = "linux", windows))]
mod icon;
mod notification;
mod screen;
mod session;
mod settings;
mod tray;
mod window;
mod words;

use std::process::ExitCode;
use std::time::Duration;

use agent::window::{FromWindow, Refusal, ToWindow};
use agent::{Agent, Draft, Event, LinkState, Snapshot};
use broker_config::{Line, MenuEntry};
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio::sync::{broadcast, mpsc};

use crate::run::stopped;
use attention::Told;
use face::{Face, Known, Wish};
use notification::Notifier;
pub(crate) use session::is_running;
use session::{Claim, Session};
pub(crate) use settings::{ResidentSettings, outbox_folders, session_folder};
pub(crate) use tray::is_there as has_tray;
use tray::{Tray, WISH_CAPACITY};
use window::{Window, WindowEvent};

/// How long to go on sending after being told to stop.
const STOP_PATIENCE: Duration = Duration::from_secs(3);

/// Stays until told to stop. When the session has an agent already, that one opens the chat, and this one ends.
pub(crate) async fn resident(settings: ResidentSettings) -> anyhow::Result<ExitCode> {
    let session = match Session::claim(&settings.runtime_folder, &settings.session_name).await? {
        Claim::Ours(session) => session,
        Claim::Asked => {
            tracing::info!("this session has an agent already; it opens the chat");
            return Ok(ExitCode::SUCCESS);
        }
    };
    let session_user = settings.agent.session_user.clone();
    let draft = Draft::open(&settings.agent.folder);
    let (agent, events) = Agent::start(settings.agent).await?;
    let (wishes, receiver) = mpsc::channel(WISH_CAPACITY);
    let snapshot = agent.snapshot().await?;
    let about = snapshot.about.as_ref();
    let face = Face::of(Known { link: LinkState::Offline, unread: 0, chatting: false, about });
    let tray = Tray::start(face.clone(), wishes.clone()).await;
    let mut resident = Resident {
        notifier: Notifier::start(&tray, wishes),
        tray,
        window: Window::new(settings.window),
        told: Told::default(),
        link: agent.link().await?,
        snapshot,
        draft,
        session_user,
        face,
        session,
        agent,
    };
    if settings.open {
        resident.open_chat(true).await?;
    }
    resident.until_stopped(events, receiver).await?;
    let Resident { agent, .. } = resident;
    agent.shutdown(STOP_PATIENCE).await;
    Ok(ExitCode::SUCCESS)
}

struct Resident {
    agent: Agent,
    session: Session,
    tray: Tray,
    notifier: Notifier,
    window: Window,
    told: Told,
    link: LinkState,
    snapshot: Snapshot,
    draft: Draft,
    session_user: Option<Line>,
    face: Face,
}

impl Resident {
    async fn until_stopped(
        &mut self,
        mut events: broadcast::Receiver<Event>,
        mut wishes: mpsc::Receiver<Wish>,
    ) -> anyhow::Result<()> {
        let mut stop = std::pin::pin!(stopped());
        loop {
            tokio::select! {
                event = events.recv() => self.hear(event, &mut events).await?,
                // Nobody wishes any more where there is neither tray nor notification.
                Some(wish) = wishes.recv() => self.fulfil(wish).await?,
                () = self.session.asked() => self.fulfil(Wish::Chat(None)).await?,
                event = self.window.next() => self.hear_window(event).await?,
                result = &mut stop => return Ok(result?),
            }
        }
    }

    /// Takes an event and those that wait behind it, then looks at the whole.
    async fn hear(
        &mut self,
        first: Result<Event, RecvError>,
        events: &mut broadcast::Receiver<Event>,
    ) -> anyhow::Result<()> {
        let mut next = first;
        loop {
            match next {
                Ok(event) => self.note(event),
                Err(RecvError::Lagged(_)) => self.note(Event::Reset),
                Err(RecvError::Closed) => anyhow::bail!("the agent stopped"),
            }
            next = match events.try_recv() {
                Ok(event) => Ok(event),
                Err(TryRecvError::Lagged(missed)) => Err(RecvError::Lagged(missed)),
                Err(TryRecvError::Closed) => Err(RecvError::Closed),
                Err(TryRecvError::Empty) => break,
            };
        }
        self.look().await
    }

    fn note(&mut self, event: Event) {
        match event {
            Event::Link(link) => self.link = link,
            Event::Reset => self.told.forget(),
            _ => {}
        }
        self.window.tell(&ToWindow::Event(event));
    }

    /// Looks at what there is now, and does what that demands.
    async fn look(&mut self) -> anyhow::Result<()> {
        self.snapshot = self.agent.snapshot().await?;
        let chatting = self.snapshot.open_chat.is_some();
        let about = self.snapshot.about.as_ref();
        let face = Face::of(Known { link: self.link, unread: self.snapshot.unread, chatting, about });
        if face != self.face {
            self.face = face.clone();
            self.tray.show(face).await;
        }
        if self.snapshot.unread == 0 {
            self.notifier.take_back();
        }
        if self.link != LinkState::Online {
            // What a sync brings is looked at when all of it is there.
            return Ok(());
        }
        let demand = self.told.look(&self.snapshot, self.session_user.as_ref(), self.window.is_front());
        let demands = demand.appear || demand.news.is_some();
        if !demands || demand.in_active_session && !screen::is_active().await {
            return Ok(());
        }
        if let Some(news) = demand.news {
            self.notifier.show(news);
        }
        if demand.appear && !self.window.is_front() {
            self.open_chat(false).await?;
        }
        Ok(())
    }

    async fn fulfil(&mut self, wish: Wish) -> anyhow::Result<()> {
        match wish {
            Wish::Chat(entry_id) => {
                self.agent.chose(entry_id).await?;
                self.open_chat(true).await
            }
            Wish::Link(address) => {
                browser::open(&address);
                Ok(())
            }
            Wish::About => {
                self.open_chat(true).await?;
                self.window.tell(&ToWindow::About);
                Ok(())
            }
        }
    }

    /// Shows the window. Only a person who asked for it gets the keyboard into it.
    async fn open_chat(&mut self, focus: bool) -> anyhow::Result<()> {
        if !self.window.is_open() {
            if let Err(error) = self.window.start() {
                tracing::error!(error = &error as &dyn std::error::Error, "the window's program cannot be started");
                return Ok(());
            }
            self.window.tell(&ToWindow::Hello { title: self.title()?, draft: self.draft.text().to_owned() });
            self.catch_up().await?;
        }
        if focus && let Some(process_id) = self.window.process_id() {
            screen::let_forward(process_id);
        }
        self.window.tell(&ToWindow::Show { focus });
        Ok(())
    }

    async fn catch_up(&mut self) -> anyhow::Result<()> {
        let snapshot = self.agent.snapshot().await?;
        self.window.catch_up(&ToWindow::Snapshot { link: self.link, snapshot });
        Ok(())
    }

    async fn hear_window(&mut self, event: WindowEvent) -> anyhow::Result<()> {
        match event {
            WindowEvent::Said(said) => self.obey(said).await,
            WindowEvent::Behind => self.catch_up().await,
            WindowEvent::Closed => Ok(()),
        }
    }

    async fn obey(&mut self, said: FromWindow) -> anyhow::Result<()> {
        match said {
            FromWindow::Ready | FromWindow::Front { front: false } => {}
            FromWindow::Shown { upto } => self.agent.shown_upto(upto).await?,
            FromWindow::Front { front: true } => self.notifier.take_back(),
            FromWindow::Read { upto } => self.agent.read_upto(upto).await?,
            FromWindow::Typing => self.agent.typing().await?,
            FromWindow::Draft { text } => {
                if let Err(error) = self.draft.keep(text).await {
                    tracing::warn!(error = &error as &dyn std::error::Error, "the draft is kept in memory alone");
                }
            }
            FromWindow::Say { text } => {
                let answer = match self.agent.write(text.clone()).await {
                    Ok(waiting) => ToWindow::Accepted(waiting),
                    Err(error) => ToWindow::Refused { text, reason: Refusal::from(&error) },
                };
                self.window.tell(&answer);
            }
        }
        Ok(())
    }

    /// What the policy calls the chat.
    fn title(&self) -> anyhow::Result<Line> {
        let menu = self.snapshot.about.iter().flat_map(|about| &about.menu.0);
        let mut titles = menu.filter_map(|entry| match entry {
            MenuEntry::LiveChat { title, .. } => Some(title.clone()),
            MenuEntry::Link { .. } | MenuEntry::Separator => None,
        });
        match titles.next() {
            Some(title) => Ok(title),
            None => Ok(Line::new(words::LIVE_CHAT)?),
        }
    }
}
