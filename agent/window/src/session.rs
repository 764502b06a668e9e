//! The window between its two pipes, on the screen.

#[cfg(target_os = "linux")]
mod keyboard;

use std::cell::Cell;
use std::io::{self, BufRead as _, Write as _};
use std::rc::Rc;
use std::sync::Arc;

use agent::window::{FromWindow, ToWindow, line, read};
use broker_config::SystemClock;
use futures::channel::mpsc;
use futures::{SinkExt as _, StreamExt as _};
use slint::winit_030::winit::event::WindowEvent;
use slint::winit_030::winit::window::UserAttentionType;
use slint::winit_030::{EventResult, WinitWindowAccessor as _};
use slint::{BackendSelector, CloseRequestResponse, ComponentHandle as _, PlatformError};
#[cfg(target_os = "linux")]
use slint::{Timer, TimerMode};

use crate::view::View;

/// What the desktop knows the window by; the installed `.desktop` file has this name.
const APPLICATION: &str = "trayline-chat";

/// How many lines of the resident's may wait; beyond that it is made to wait.
const LINES: usize = 256;

/// Runs the window until the resident or the person ends it.
///
/// # Errors
/// When there is no display.
pub fn run() -> Result<(), PlatformError> {
    let quietly = Rc::new(Cell::new(false));
    let hook = Rc::clone(&quietly);
    BackendSelector::new()
        .backend_name("winit".to_owned())
        // A window that somebody else asked for does not take the keyboard from what the person is doing.
        .with_winit_window_attributes_hook(move |attributes| attributes.with_active(!hook.get()))
        .select()?;
    slint::set_xdg_app_id(APPLICATION)?;
    let view = View::new(Arc::new(SystemClock), |said| tell(&said))?;
    tell(&FromWindow::Ready);

    let closing = Rc::downgrade(&view);
    view.window().window().on_close_requested(move || {
        if let Some(view) = closing.upgrade() {
            view.close();
        }
        quit();
        CloseRequestResponse::HideWindow
    });
    let mut lines = read_stdin().map_err(|error| PlatformError::OtherError(Box::new(error)))?;
    let hearing = Rc::clone(&view);
    let screen = Screen {
        quietly,
        view: Rc::clone(&view),
        #[cfg(target_os = "linux")]
        looks: Rc::default(),
    };
    slint::spawn_local(async move {
        while let Some(told) = lines.next().await {
            if let Some(focus) = hearing.hear(told) {
                screen.appear(focus);
            }
        }
        hearing.close();
        quit();
    })
    .map_err(|error| PlatformError::Other(error.to_string()))?;
    slint::run_event_loop_until_quit()
}

/// The window's place on the screen.
struct Screen {
    /// Whether a window that is made next leaves the keyboard where it is.
    quietly: Rc<Cell<bool>>,
    view: Rc<View>,
    #[cfg(target_os = "linux")]
    looks: Rc<Timer>,
}

impl Screen {
    fn appear(&self, focus: bool) {
        let window = self.view.window().window();
        if !window.is_visible() {
            self.quietly.set(!focus);
            #[cfg(target_os = "linux")]
            let before = if focus { None } else { keyboard::Keyboard::note() };
            if let Err(error) = self.view.window().show() {
                complain(&error.to_string());
                return quit();
            }
            self.view.appeared();
            self.view.window().invoke_take_keyboard();
            self.follow_focus();
            #[cfg(target_os = "linux")]
            if let Some(before) = before {
                self.give_back(before);
            }
        } else if focus {
            window.with_winit_window(|window| {
                window.set_minimized(false);
                window.focus_window();
            });
        } else {
            window.with_winit_window(|window| window.request_user_attention(Some(UserAttentionType::Informational)));
        }
    }

    fn follow_focus(&self) {
        let view = Rc::downgrade(&self.view);
        #[cfg(target_os = "linux")]
        let looks = Rc::clone(&self.looks);
        self.view.window().window().on_winit_window_event(move |_, event| {
            if let (WindowEvent::Focused(front), Some(view)) = (event, view.upgrade()) {
                // What has the keyboard unasked is not in front of anybody.
                #[cfg(target_os = "linux")]
                let front = &(*front && !looks.running());
                view.set_front(*front);
            }
            EventResult::Propagate
        });
    }

    /// Looks for a while whether the window has the keyboard that it did not want, and gives it back.
    #[cfg(target_os = "linux")]
    fn give_back(&self, before: keyboard::Keyboard) {
        let (view, looks) = (Rc::downgrade(&self.view), Rc::clone(&self.looks));
        self.looks.start(TimerMode::Repeated, keyboard::LOOK_EVERY, move || {
            let Some(view) = view.upgrade() else { return looks.stop() };
            let window = view.window().window();
            let known = window.with_winit_window(|window| (u64::from(window.id()), window.has_focus()));
            let Some((ours, has_focus)) = known else { return };
            if !u32::try_from(ours).is_ok_and(|ours| before.give_back(ours)) {
                looks.stop();
                // From now on it is what the person wants.
                view.set_front(has_focus);
            }
        });
    }
}

/// Reads the resident's lines on a thread of its own; ends with stdin.
fn read_stdin() -> io::Result<mpsc::Receiver<ToWindow>> {
    let (mut sender, receiver) = mpsc::channel(LINES);
    std::thread::Builder::new().name("stdin".to_owned()).spawn(move || {
        for line in io::stdin().lock().lines() {
            let Ok(line) = line else { return };
            match read(&line) {
                Ok(told) => {
                    if futures::executor::block_on(sender.send(told)).is_err() {
                        return;
                    }
                }
                Err(error) => complain(&error.to_string()),
            }
        }
    })?;
    Ok(receiver)
}

fn tell(said: &FromWindow) {
    let mut stdout = io::stdout().lock();
    let written = stdout.write_all(line(said).as_bytes()).and_then(|()| stdout.flush());
    if written.is_err() {
        // Nobody listens any more; stdin ends as well.
        quit();
    }
}

fn quit() {
    // It fails only before the loop runs or after it ended.
    _ = slint::quit_event_loop();
}

fn complain(what: &str) {
    // Nothing is left to tell when stderr is closed.
    _ = writeln!(io::stderr(), "trayline-chat: {what}");
}
