//! The window itself: what is shown goes into it, what a person does comes out of it.

mod display;
mod fonts;
mod writing;

use std::cell::RefCell;
use std::rc::{Rc, Weak};
use std::sync::Arc;

use agent::window::{FromWindow, ToWindow};
use broker_config::Clock;
use chrono::Local;
use slint::{Global as _, Model as _, PlatformError, SharedString, Timer, VecModel};

use crate::links;
use crate::markup::{self, Chat, ChatWindow, Trouble};
use crate::rows::{Row, rows};
use crate::shown::{Shown, Then};

/// A chat window, hidden until it is told to appear.
pub struct View {
    window: ChatWindow,
    model: Rc<VecModel<markup::Row>>,
    told: Box<dyn Fn(FromWindow)>,
    clock: Arc<dyn Clock>,
    draft_rests: Timer,
    state: RefCell<State>,
}

#[derive(Default)]
struct State {
    shown: Shown,
    rows: Vec<Row>,
    /// What was said and is not known to be accepted, oldest first: part of the draft until then.
    said: Vec<String>,
    draft_told: String,
    shown_told: u64,
    read_told: u64,
    visible: bool,
}

impl View {
    /// Makes the window. What it has to say goes to `told`.
    ///
    /// # Errors
    /// When there is no display.
    pub fn new(clock: Arc<dyn Clock>, told: impl Fn(FromWindow) + 'static) -> Result<Rc<Self>, PlatformError> {
        let window = ChatWindow::new()?;
        fonts::prefer_colour();
        let model = Rc::new(VecModel::default());
        let chat = Chat::get(&window);
        chat.set_rows(Rc::clone(&model).into());
        chat.set_version(env!("CARGO_PKG_VERSION").into());
        let view = Rc::new(Self {
            window,
            model,
            told: Box::new(told),
            clock,
            draft_rests: Timer::default(),
            state: RefCell::default(),
        });
        view.listen();
        view.refresh();
        Ok(view)
    }

    /// The window, for whoever places it on the screen.
    #[must_use]
    pub fn window(&self) -> &ChatWindow {
        &self.window
    }

    /// Takes a line of the resident's. `Some` says whether to take the keyboard, when the window is to appear.
    pub fn hear(&self, told: ToWindow) -> Option<bool> {
        let settles = matches!(told, ToWindow::Accepted(_) | ToWindow::Refused { .. });
        let then = self.state.borrow_mut().shown.hear(told);
        if settles && !self.state.borrow().said.is_empty() {
            self.state.borrow_mut().said.remove(0);
        }
        let appear = match then {
            Then::Nothing => None,
            Then::Restore(draft) => {
                self.state.borrow_mut().draft_told.clone_from(&draft);
                self.put_before_draft(&draft);
                None
            }
            Then::PutBack(text, reason) => {
                self.put_before_draft(&text);
                self.chat().set_complaint(writing::complaint(reason));
                None
            }
            Then::About => {
                self.window.invoke_show_about();
                None
            }
            Then::Appear { focus } => Some(focus),
        };
        if settles {
            self.tell_draft();
        }
        self.refresh();
        self.looked();
        appear
    }

    /// The window got or lost the keyboard.
    pub fn set_front(&self, front: bool) {
        self.state.borrow_mut().shown.front = front;
        (self.told)(FromWindow::Front { front });
        self.looked();
    }

    /// The window is on the screen.
    pub fn appeared(&self) {
        self.state.borrow_mut().visible = true;
        self.looked();
    }

    /// Hands over what would be lost with the window.
    pub fn close(&self) {
        self.draft_rests.stop();
        self.tell_draft();
    }

    fn listen(self: &Rc<Self>) {
        let chat = self.chat();
        chat.on_say(self.calling(|view, text| view.say(&text)));
        chat.on_typed(self.calling_bare(Self::typed));
        chat.on_begin_anew(self.calling_bare(|view| {
            view.state.borrow_mut().shown.begun_anew = true;
            view.refresh();
        }));
        chat.on_open(self.calling(|view, address| {
            if links::may_be_opened(&address) {
                view.window.invoke_open_address(address);
            }
        }));
        chat.on_came_to_end(self.calling_bare(|view| view.looked()));
    }

    /// Says what is on the screen, and what somebody has before them.
    fn looked(&self) {
        let (shown, read) = {
            let state = &mut *self.state.borrow_mut();
            let Some(upto) = state.shown.last_of_others().filter(|_| state.visible) else { return };
            let shows = self.chat().get_at_end();
            let reads = shows && state.shown.front;
            (news(shows, upto, &mut state.shown_told), news(reads, upto, &mut state.read_told))
        };
        if let Some(upto) = shown {
            (self.told)(FromWindow::Shown { upto });
        }
        if let Some(upto) = read {
            (self.told)(FromWindow::Read { upto });
        }
    }

    /// Brings the window up to what is known, touching only what is different.
    fn refresh(&self) {
        let state = &mut *self.state.borrow_mut();
        let chat = self.chat();
        let shown = &state.shown;
        let line = |line: Option<&broker_config::Line>| SharedString::from(line.map_or("", |line| line));
        let organisation = shown.snapshot.about.as_ref().map(|about| &about.organisation);
        let technician = shown.technician();
        chat.set_title(line(shown.title.as_ref()));
        chat.set_organisation(line(organisation));
        chat.set_technician(line(technician));
        chat.set_initials(display::initials(technician.or(organisation).map_or("", |name| name)).into());
        chat.set_typing(shown.snapshot.typing);
        chat.set_ended(shown.ended());
        chat.set_unread(i32::try_from(shown.snapshot.unread).unwrap_or(i32::MAX));
        chat.set_trouble(trouble(shown));

        let rows = rows(shown, self.clock.now(), &Local);
        for (index, row) in rows.iter().enumerate() {
            match state.rows.get(index) {
                Some(known) if known == row => {}
                Some(_) => self.model.set_row_data(index, display::row(row)),
                None => self.model.push(display::row(row)),
            }
        }
        while self.model.row_count() > rows.len() {
            self.model.remove(self.model.row_count() - 1);
        }
        state.rows = rows;
    }

    fn chat(&self) -> Chat<'_> {
        Chat::get(&self.window)
    }

    fn calling(self: &Rc<Self>, then: impl Fn(&Rc<Self>, SharedString) + 'static) -> impl Fn(SharedString) + 'static {
        let view: Weak<Self> = Rc::downgrade(self);
        move |text| _ = view.upgrade().map(|view| then(&view, text))
    }

    fn calling_bare(self: &Rc<Self>, then: impl Fn(&Rc<Self>) + 'static) -> impl Fn() + 'static {
        let view: Weak<Self> = Rc::downgrade(self);
        move || _ = view.upgrade().map(|view| then(&view))
    }
}

/// How far it is, if it is further than was told.
fn news(it_is: bool, upto: u64, told: &mut u64) -> Option<u64> {
    if !it_is || upto <= *told {
        return None;
    }
    *told = upto;
    Some(upto)
}

fn trouble(shown: &Shown) -> Trouble {
    match shown.link {
        agent::LinkState::Refused => Trouble::Refused,
        _ if shown.disk_trouble => Trouble::Disk,
        agent::LinkState::Offline => Trouble::Offline,
        agent::LinkState::Online => Trouble::No,
    }
}
