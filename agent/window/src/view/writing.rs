//! What a person writes: until it is accepted it is the draft, which is handed over again and again.

use std::rc::Rc;
use std::time::Duration;

use agent::window::{FromWindow, Refusal};
use broker_config::Text;
use slint::{SharedString, TimerMode};

use super::View;
use crate::markup::Complaint;

/// How long a draft is left alone before it is handed over.
const DRAFT_RESTS: Duration = Duration::from_millis(400);

impl View {
    /// Puts this into the input, as if it had been typed and left.
    pub fn write(&self, draft: &str) {
        self.chat().set_draft(draft.into());
        self.tell_draft();
    }

    pub(super) fn say(&self, text: &str) {
        let text = text.trim();
        if text.is_empty() || text.len() > Text::MAX_BYTES {
            return;
        }
        self.chat().set_draft(SharedString::new());
        self.state.borrow_mut().said.push(text.to_owned());
        // Whatever happens next, it is either the draft or accepted.
        self.tell_draft();
        (self.told)(FromWindow::Say { text: text.to_owned() });
        self.window.invoke_go_to_end();
        self.refresh();
    }

    pub(super) fn typed(self: &Rc<Self>) {
        let chat = self.chat();
        let draft = chat.get_draft();
        let too_long = draft.trim().len() > Text::MAX_BYTES;
        chat.set_complaint(if too_long { Complaint::TooLong } else { Complaint::No });
        if !draft.is_empty() {
            (self.told)(FromWindow::Typing);
        }
        let view = Rc::downgrade(self);
        self.draft_rests.start(TimerMode::SingleShot, DRAFT_RESTS, move || {
            if let Some(view) = view.upgrade() {
                view.tell_draft();
            }
        });
    }

    pub(super) fn tell_draft(&self) {
        let draft = {
            let mut state = self.state.borrow_mut();
            let mut draft = state.said.join("\n");
            if !draft.is_empty() {
                draft.push('\n');
            }
            draft.push_str(&self.chat().get_draft());
            let draft = longest_that_fits(draft.trim_end_matches('\n'));
            if draft == state.draft_told {
                return;
            }
            draft.clone_into(&mut state.draft_told);
            draft.to_owned()
        };
        (self.told)(FromWindow::Draft { text: draft });
    }

    pub(super) fn put_before_draft(&self, text: &str) {
        let draft = self.chat().get_draft();
        let whole = if draft.is_empty() { text.to_owned() } else { format!("{text}\n{draft}") };
        self.chat().set_draft(whole.into());
    }
}

pub(super) fn complaint(reason: Refusal) -> Complaint {
    match reason {
        Refusal::Text => Complaint::TooLong,
        Refusal::Disk => Complaint::NotKept,
        Refusal::Full => Complaint::TooMany,
        Refusal::Stopped => Complaint::Stopping,
    }
}

/// A draft may be longer than a message; what is handed over is what fits.
fn longest_that_fits(draft: &str) -> &str {
    &draft[..draft.floor_char_boundary(Text::MAX_BYTES)]
}
