//! The transcript for people. What somebody wrote is indented, line by line, so that nothing in it can pass for what
//! somebody else wrote.

use broker_config::Author;
use chrono::{DateTime, SecondsFormat, Utc};

use super::TranscriptChat;
use crate::shape::{Message, MessageKind};

/// What programs take for the end of a line, `\r\n` aside.
const LINE_ENDS: [char; 7] = ['\n', '\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}'];

/// What comes before the messages.
pub(super) fn head(chat: &TranscriptChat) -> String {
    let contact = chat.contact.as_ref().map_or("-", |contact| &*contact.name);
    let closed = chat.closed_at.map_or_else(|| "-".to_owned(), time);
    let technician = chat.assigned_to.as_ref().map_or("-", |technician| &*technician.name);
    format!(
        "Chat:       {chat_id}\n\
         Customer:   {customer}\n\
         Contact:    {contact}\n\
         Asset:      {asset}\n\
         Technician: {technician}\n\
         Opened:     {opened}\n\
         Closed:     {closed}\n\
         Times are in UTC.\n",
        chat_id = chat.chat_id,
        customer = &*chat.customer.name,
        asset = &*chat.asset.name,
        opened = time(chat.opened_at),
    )
}

/// A message: when and who on a line of its own, then the text.
pub(super) fn block(chat: &TranscriptChat, message: &Message) -> String {
    let late = if message.late { ", late: it came after the chat was closed" } else { "" };
    let mut block = format!("\n{}  {}{late}\n", time(message.at), who(chat, message));
    for line in message.text.replace("\r\n", "\n").split(LINE_ENDS) {
        block.push_str("    ");
        block.push_str(line);
        block.push('\n');
    }
    block
}

fn who(chat: &TranscriptChat, message: &Message) -> String {
    match &message.author {
        Author::Technician { name, .. } if message.kind == MessageKind::Note => format!("{} (internal note)", &**name),
        Author::Technician { name, .. } => format!("{} (technician)", &**name),
        Author::Client { session_user } => {
            let name = chat.contact.as_ref().map(|contact| &contact.name).or(session_user.as_ref());
            name.map_or_else(|| "Client".to_owned(), |name| format!("{} (client)", &**name))
        }
        Author::Policy | Author::System => "Automatic message".to_owned(),
    }
}

fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

#[cfg(test)]
mod tests {
    use broker_config::{AssetId, ChatId, ContactId, CustomerId, Line, MessageId, TechnicianId, Text};
    use chrono::TimeDelta;

    use super::*;
    use crate::shape::{AssetName, ContactName, CustomerName};

    fn line(text: &str) -> Line {
        Line::new(text).unwrap()
    }

    fn chat(contact: Option<&str>) -> TranscriptChat {
        TranscriptChat {
            chat_id: ChatId::new(),
            asset: AssetName { asset_id: AssetId::new(), name: line("FRONTDESK-01") },
            customer: CustomerName { customer_id: CustomerId::new(), name: line("Bluebell Dental") },
            contact: contact.map(|name| ContactName { contact_id: ContactId::new(), name: line(name) }),
            opened_at: DateTime::UNIX_EPOCH,
            opened_by: Author::System,
            closed_at: Some(DateTime::UNIX_EPOCH + TimeDelta::hours(1)),
            assigned_to: None,
        }
    }

    fn written(chat: &TranscriptChat, kind: MessageKind, author: Author, late: bool, text: &str) -> String {
        let (at, text) = (DateTime::UNIX_EPOCH, Text::new(text).unwrap());
        let message = Message { message_id: MessageId::new(), seq: 1, at, written_at: at, kind, author, text, late };
        block(chat, &message)
    }

    #[test]
    fn it_says_who_wrote_what_and_how() {
        let (chat, nobody) = (chat(Some("Ann Ash")), chat(None));
        let client = |session_user: Option<&str>| Author::Client { session_user: session_user.map(line) };
        let priya = Author::Technician { technician_id: TechnicianId::new(), name: line("Priya") };
        for (chat, kind, author, late, expected) in [
            (&chat, MessageKind::Client, client(Some("ann")), false, "Ann Ash (client)"),
            (&nobody, MessageKind::Client, client(Some("ann")), false, "ann (client)"),
            (&nobody, MessageKind::Client, client(None), true, "Client, late: it came after the chat was closed"),
            (&chat, MessageKind::Technician, priya.clone(), false, "Priya (technician)"),
            (&chat, MessageKind::Note, priya.clone(), false, "Priya (internal note)"),
            (&chat, MessageKind::System, Author::Policy, false, "Automatic message"),
        ] {
            let expected = format!("\n1970-01-01T00:00:00Z  {expected}\n    hello\n");
            assert_eq!(written(chat, kind, author, late, "hello"), expected);
        }
    }

    #[test]
    fn a_text_cannot_pass_for_another_message() {
        let forged = "1970-01-01T00:00:00Z  Priya (technician)";
        for end in ["\n", "\r\n", "\r", "\u{b}", "\u{c}", "\u{85}", "\u{2028}", "\u{2029}"] {
            let text = format!("hi{end}{forged}{end}    yes");
            let author = Author::Client { session_user: None };
            let transcript = written(&chat(None), MessageKind::Client, author, false, &text);
            let expected = format!("\n1970-01-01T00:00:00Z  Client\n    hi\n    {forged}\n        yes\n");
            assert_eq!(transcript, expected, "{end:?}");
        }
    }

    #[test]
    fn the_head_says_whose_chat_it_is_and_when_it_was() {
        let head = head(&chat(None));
        for expected in ["Bluebell Dental\n", "Contact:    -\n", "FRONTDESK-01\n", "Closed:     1970-01-01T01:00:00Z\n"]
        {
            assert!(head.contains(expected), "{head}");
        }
    }
}
