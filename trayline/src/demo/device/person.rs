//! Whoever sits at the simulated device: what they say to what they hear, and how long they take.

use std::collections::VecDeque;
use std::time::Duration;

/// What they begin with.
const QUESTION: [&str; 2] =
    ["Hi! My second monitor stays black since this morning.", "The first one is fine. Can somebody help me?"];

/// What they say to a line that has one of these words in it. The first that fits counts.
const ANSWERS: [(&[&str], &str); 12] = [
    (&["cable", "plug", "connect"], "Just a second, I'll crawl under the desk... the cable sits tight on both ends."),
    (&["restart", "reboot", "turn it off", "switch it off"], "Ok, restarting now. Back in a moment!"),
    (&["light", "led", "lit"], "There's a small orange light, it blinks."),
    (&["model", "type of", "label", "serial"], "It says P2423D on the back, if that's what you mean."),
    (&["press", "button", "menu"], "I pressed it and the menu shows up! It's set to HDMI 2."),
    (&["hdmi", "displayport", "input", "source"], "Switched it to DisplayPort and there's the picture 🎉"),
    (&["work", "better", "picture", "help"], "Yes, it works now. Thank you so much!"),
    (&["call", "phone"], "Sure, you can reach me at extension 214 until noon."),
    (&["remote", "take over", "share"], "Fine with me, go ahead. I won't touch the mouse."),
    (&["thank", "bye", "welcome", "nice day"], "Thanks again, have a nice day! 👋"),
    (&["when", "since", "how long"], "Since I came in at eight. Yesterday evening it was fine."),
    (&["hello", "hi ", "good morning", "morning"], "Hello! Nice that somebody is there 🙂"),
];

/// What they say to everything else, in turn.
const OTHERWISE: [&str; 5] = [
    "Ok, let me try that.",
    "Hm, I don't think so. Where would I see that?",
    "Done. Nothing has changed so far.",
    "I'm not sure I understand, could you say it in other words?",
    "Yes.",
];

/// The first pause, before they look at the screen; it differs a little each time.
const PAUSES: [u64; 4] = [1400, 900, 2100, 1200];

/// How fast they type.
const MILLISECONDS_PER_LETTER: u64 = 55;

/// The longest that they type one line.
const LONGEST: Duration = Duration::from_secs(7);

/// Their state of mind.
#[derive(Debug, Default)]
pub struct Person {
    to_say: VecDeque<&'static str>,
    heard: usize,
    puzzled: usize,
}

impl Person {
    /// They have a question.
    pub fn has_a_question(&mut self) {
        self.to_say.extend(QUESTION);
    }

    /// They hear something, and change what they were about to answer.
    pub fn hears(&mut self, text: &str) {
        let text = text.to_lowercase();
        let fitting = ANSWERS.iter().find(|(words, _)| words.iter().any(|word| text.contains(word)));
        let answer = fitting.map_or_else(|| self.otherwise(), |(_, answer)| answer);
        self.heard += 1;
        self.to_say.clear();
        self.to_say.push_back(answer);
    }

    /// What they are about to type.
    pub fn will_say(&self) -> Option<&'static str> {
        self.to_say.front().copied()
    }

    /// What they have typed.
    pub fn says(&mut self) -> Option<&'static str> {
        self.to_say.pop_front()
    }

    /// How long until they look.
    pub fn pause_before_reading(&self) -> Duration {
        Duration::from_millis(PAUSES[self.heard % PAUSES.len()])
    }

    /// How long they type this.
    pub fn time_to_type(text: &str) -> Duration {
        let letters = u64::try_from(text.chars().count()).unwrap_or(u64::MAX);
        LONGEST.min(Duration::from_millis(MILLISECONDS_PER_LETTER.saturating_mul(letters)))
    }

    fn otherwise(&mut self) -> &'static str {
        let answer = OTHERWISE[self.puzzled % OTHERWISE.len()];
        self.puzzled += 1;
        answer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_answer_what_was_said_last() {
        let mut person = Person::default();
        person.has_a_question();
        assert_eq!(person.says(), Some(QUESTION[0]));
        person.hears("Is the CABLE plugged in?");
        assert!(person.will_say().unwrap().contains("crawl under the desk"));
        person.hears("Please choose DisplayPort");
        assert!(person.says().unwrap().contains("DisplayPort"));
        assert_eq!(person.says(), None);
    }

    #[test]
    fn to_what_they_do_not_understand_they_do_not_say_the_same_twice() {
        let mut person = Person::default();
        person.hears("xyzzy");
        let first = person.says();
        person.hears("xyzzy");
        assert_ne!(person.says(), first);
    }
}
