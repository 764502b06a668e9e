//! What a notice says, in words.

use broker_config::NotificationRule;
use store::deliveries::{About, Letter};

/// What the link to a chat is called.
const OPENS_CHAT: &str = "Open the chat";

/// What a notice says, as plain text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wording {
    /// One line.
    pub headline: String,
    /// The page of the chat, or the front's first page.
    pub link: String,
    /// What the link is called.
    pub opens: &'static str,
    /// The message, if it may be shown.
    pub text: Option<String>,
}

impl Wording {
    pub(super) fn of(letter: &Letter, public_url: &str, include_text: bool) -> Self {
        match &letter.about {
            Some(about) => Self {
                headline: headline(about),
                link: format!("{public_url}/chats/{}", about.chat_id),
                opens: OPENS_CHAT,
                text: about.text.clone().filter(|_| include_text),
            },
            None => Self {
                headline: "This is a test of your Trayline webhook".to_owned(),
                link: public_url.to_owned(),
                opens: OPENS_CHAT,
                text: None,
            },
        }
    }

    /// All of it as text.
    pub(super) fn plain(&self) -> String {
        match &self.text {
            Some(text) => format!("{}\n\n{text}\n\n{}\n", self.headline, self.link),
            None => format!("{}\n\n{}\n", self.headline, self.link),
        }
    }

    /// All of it as a page of HTML.
    pub(super) fn html(&self) -> String {
        let (headline, link) = (escape(&self.headline), escape(&self.link));
        let text = self.text.as_deref().map(|text| {
            format!(
                "<p style=\"white-space: pre-wrap; border-left: 3px solid #ccc; padding-left: 1em\">{}</p>\n",
                escape(text)
            )
        });
        format!(
            "<!DOCTYPE html>\n<html>\n<body style=\"font-family: sans-serif\">\n<p>{headline}</p>\n{text}<p><a href=\"{link}\">{opens}</a></p>\n</body>\n</html>\n",
            text = text.unwrap_or_default(),
            opens = self.opens,
        )
    }

    /// All of it on one line, as incoming webhooks of chat programs take it: they read `&`, `<` and `>` as markup.
    pub(super) fn one_line(&self) -> String {
        let text = self.text.as_deref().map(|text| format!("\n{}", escape_markup(text))).unwrap_or_default();
        format!("{}: {}{text}", escape_markup(&self.headline), self.link)
    }
}

fn headline(about: &About) -> String {
    let customer = about.customer.as_ref().map(|(_, name)| name.to_string());
    let asset = about.asset.as_ref().map(|(_, name)| name.to_string());
    let whose = match customer.into_iter().chain(asset).collect::<Vec<_>>() {
        names if names.is_empty() => "a client".to_owned(),
        names => names.join(", "),
    };
    match about.rule {
        NotificationRule::UnreadOffline | NotificationRule::UnreadOnline => format!("New message from {whose}"),
        NotificationRule::UnassignedOffline | NotificationRule::UnassignedOnline => {
            format!("New message that nobody has taken, from {whose}")
        }
        NotificationRule::AssignedToMe => format!("A chat was assigned to you: {whose}"),
        NotificationRule::WaitedLonger => format!("Still waiting for an answer: {whose}"),
    }
}

fn escape(text: &str) -> String {
    escape_markup(text).replace('"', "&quot;").replace('\'', "&#39;")
}

fn escape_markup(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_wrote_is_never_markup() {
        let wording = Wording {
            opens: OPENS_CHAT,
            headline: "New message from Smith & <b>Sons</b>".to_owned(),
            link: "https://chat.example/chats/1?a=1&b=2".to_owned(),
            text: Some("<script>alert('x')</script>\n\"bye\"".to_owned()),
        };
        let html = wording.html();
        assert!(html.contains("Smith &amp; &lt;b&gt;Sons&lt;/b&gt;"), "{html}");
        assert!(html.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;\n&quot;bye&quot;"), "{html}");
        assert!(html.contains("href=\"https://chat.example/chats/1?a=1&amp;b=2\""), "{html}");
        assert_eq!(
            wording.one_line(),
            "New message from Smith &amp; &lt;b&gt;Sons&lt;/b&gt;: https://chat.example/chats/1?a=1&b=2\n\
             &lt;script&gt;alert('x')&lt;/script&gt;\n\"bye\""
        );
    }
}
