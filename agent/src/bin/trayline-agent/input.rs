//! Reading messages from stdin on a thread of its own, within bounds.

use std::io::{self, BufRead, IsTerminal as _, Read as _};
use std::time::Duration;

use broker_config::Text;
use tokio::sync::mpsc;

/// How many messages may wait to be said; a faster writer is made to wait.
const CAPACITY: usize = 16;

/// Lines that follow each other this quickly were pasted, not typed, and are one message.
const PASTED_WITHIN: Duration = Duration::from_millis(30);

/// Something from stdin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Input {
    /// A line, or everything, without the line break at its end.
    Text(String),
    /// A line that cannot be a message, with the reason.
    Refused(&'static str),
}

const TOO_LONG: Input = Input::Refused("the text has more than 16384 bytes");
const NOT_UTF8: Input = Input::Refused("the text is not UTF-8");

/// The messages of stdin.
pub(crate) struct Inputs {
    lines: mpsc::Receiver<Input>,
    /// Whether a person types them.
    typed: bool,
    pasted: Option<String>,
}

impl Inputs {
    /// Begins to read. A person who pastes several lines at a terminal means one message.
    pub(crate) fn read_stdin(one_message: bool) -> io::Result<Self> {
        let (inputs, lines) = mpsc::channel(CAPACITY);
        std::thread::Builder::new().name("stdin".to_owned()).spawn(move || {
            let mut stdin = io::stdin().lock();
            let mut next = || {
                if one_message { read_all(&mut stdin) } else { read_line(&mut stdin) }
            };
            // Ends with stdin, or when nobody listens any more.
            while let Some(input) = next() {
                if inputs.blocking_send(input).is_err() || one_message {
                    return;
                }
            }
        })?;
        Ok(Self { lines, typed: io::stdin().is_terminal() && !one_message, pasted: None })
    }

    /// The next message; `None` at the end of stdin. Nothing is lost when the future is dropped.
    pub(crate) async fn next(&mut self) -> Option<Input> {
        loop {
            let Some(pasted) = &mut self.pasted else {
                match self.lines.recv().await? {
                    Input::Text(line) if self.typed => self.pasted = Some(line),
                    input => return Some(input),
                }
                continue;
            };
            match tokio::time::timeout(PASTED_WITHIN, self.lines.recv()).await {
                // Once it is too long for a message it need not grow.
                Ok(Some(Input::Text(_))) if pasted.len() > Text::MAX_BYTES => {}
                Ok(Some(Input::Text(line))) => {
                    pasted.push('\n');
                    pasted.push_str(&line);
                }
                Ok(Some(refused)) => {
                    self.pasted = None;
                    return Some(refused);
                }
                Ok(None) | Err(_) => return self.pasted.take().map(Input::Text),
            }
        }
    }
}

fn read_line(from: &mut impl BufRead) -> Option<Input> {
    let longest = Text::MAX_BYTES + 2;
    let mut line = Vec::new();
    let read = from.by_ref().take(longest as u64).read_until(b'\n', &mut line).ok()?;
    if read == 0 {
        return None;
    }
    if !line.ends_with(b"\n") && read == longest {
        from.skip_until(b'\n').ok()?;
        return Some(TOO_LONG);
    }
    if line.ends_with(b"\n") {
        line.pop();
        if line.ends_with(b"\r") {
            line.pop();
        }
    }
    Some(checked(line))
}

fn read_all(from: &mut impl BufRead) -> Option<Input> {
    let mut text = Vec::new();
    let longest = Text::MAX_BYTES + 2;
    from.by_ref().take(longest as u64).read_to_end(&mut text).ok()?;
    if text.ends_with(b"\n") {
        text.pop();
    }
    Some(checked(text))
}

fn checked(text: Vec<u8>) -> Input {
    if text.len() > Text::MAX_BYTES {
        return TOO_LONG;
    }
    String::from_utf8(text).map_or(NOT_UTF8, Input::Text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(mut from: &[u8]) -> Vec<Input> {
        std::iter::from_fn(|| read_line(&mut from)).collect()
    }

    #[test]
    fn lines_end_with_a_line_break_or_the_end() {
        let text = |text: &str| Input::Text(text.to_owned());
        assert_eq!(lines(b"a\r\n\n b \xc3\xa9"), [text("a"), text(""), text(" b é")]);
        assert_eq!(lines(b"a\xff\nb\n"), [NOT_UTF8, text("b")]);
    }

    #[test]
    fn a_line_too_long_is_refused_whole_and_the_next_one_is_read() {
        let longest = "x".repeat(Text::MAX_BYTES);
        for (length, refused) in [(Text::MAX_BYTES, false), (Text::MAX_BYTES + 1, true), (100_000, true)] {
            let read = lines(format!("{}\nb\n", "x".repeat(length)).as_bytes());
            let first = if refused { TOO_LONG } else { Input::Text(longest.clone()) };
            assert_eq!(read, [first, Input::Text("b".to_owned())], "{length}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn lines_pasted_at_a_terminal_are_one_message_and_typed_ones_several() {
        let (sender, lines) = mpsc::channel(CAPACITY);
        let mut inputs = Inputs { lines, typed: true, pasted: None };
        let typing = async move {
            for (line, pause) in [("a", 0), ("", 0), ("b", 500), ("c", 500)] {
                sender.send(Input::Text(line.to_owned())).await.unwrap();
                tokio::time::sleep(Duration::from_millis(pause)).await;
            }
        };
        let reading = async {
            let mut read = Vec::new();
            while let Some(Input::Text(text)) = inputs.next().await {
                read.push(text);
            }
            read
        };
        assert_eq!(tokio::join!(typing, reading).1, ["a\n\nb", "c"]);
    }

    #[test]
    fn all_of_stdin_is_one_message_without_its_last_line_break() {
        assert_eq!(read_all(&mut &b"a\n\nb\n"[..]), Some(Input::Text("a\n\nb".to_owned())));
        assert_eq!(read_all(&mut "x".repeat(100_000).as_bytes()), Some(TOO_LONG));
    }
}
