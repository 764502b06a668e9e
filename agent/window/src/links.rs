//! Web addresses in what people write.
//!
//! A message is never markup. To be shown with its addresses to click on it becomes Markdown in which every character that
//! could mean something is written as its number.

use std::fmt::Write as _;
use std::ops::Range;

/// What an address may begin with. Nothing else is made clickable, and nothing else is opened.
const SCHEMES: [&str; 2] = ["https://", "http://"];

/// The longest address that is made clickable, in bytes.
const MAX_ADDRESS: usize = 2048;

/// Where the addresses in a text are.
#[must_use]
pub fn addresses(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(start) = next_scheme(text, from) {
        let rest = &text[start..];
        let end = rest.find(ends_address).map_or(text.len(), |length| start + length);
        from = end;
        if end - start > MAX_ADDRESS {
            continue;
        }
        let address = without_tail(&text[start..end]);
        let host = SCHEMES.iter().find_map(|scheme| strip_scheme(address, scheme)).unwrap_or("");
        if host.starts_with(|first: char| first.is_alphanumeric() || first == '[') {
            found.push(start..start + address.len());
        }
    }
    found
}

/// Whether an address may be opened.
#[must_use]
pub fn may_be_opened(address: &str) -> bool {
    matches!(&*addresses(address), [whole] if *whole == (0..address.len()))
}

/// The text as Markdown with its addresses as links; `None` when it has no address.
#[must_use]
pub fn markdown(text: &str) -> Option<String> {
    let addresses = addresses(text);
    if addresses.is_empty() {
        return None;
    }
    let mut markdown = String::with_capacity(text.len() * 4);
    let mut from = 0;
    for address in addresses {
        escape(&text[from..address.start], &mut markdown);
        from = address.end;
        markdown.push('[');
        escape(&text[address.clone()], &mut markdown);
        markdown.push_str("](<");
        escape(&text[address], &mut markdown);
        markdown.push_str(">)");
    }
    escape(&text[from..], &mut markdown);
    Some(markdown)
}

/// Writes every character that is not a letter or digit as its number, but for line breaks; an empty line becomes one of
/// a space, because Markdown drops it.
fn escape(text: &str, markdown: &mut String) {
    for (index, line) in text.split('\n').enumerate() {
        if index > 0 {
            if markdown.is_empty() || markdown.ends_with('\n') {
                markdown.push_str("&#32;");
            }
            markdown.push('\n');
        }
        for character in line.chars() {
            match character {
                // Slint's own placeholder.
                '\u{e541}' => markdown.push('\u{fffd}'),
                '\r' => {}
                character if character.is_alphanumeric() => markdown.push(character),
                character => _ = write!(markdown, "&#{};", u32::from(character)),
            }
        }
    }
}

fn next_scheme(text: &str, from: usize) -> Option<usize> {
    let starts = text[from..].char_indices().map(|(index, _)| from + index);
    let mut begins =
        starts.filter(|&start| SCHEMES.iter().any(|scheme| strip_scheme(&text[start..], scheme).is_some()));
    begins.find(|&start| !text[..start].ends_with(|before: char| before.is_ascii_alphanumeric()))
}

fn strip_scheme<'a>(text: &'a str, scheme: &str) -> Option<&'a str> {
    let (begin, rest) = text.split_at_checked(scheme.len())?;
    begin.eq_ignore_ascii_case(scheme).then_some(rest)
}

/// Invisible characters that change the direction of what follows end an address, so that none looks like another.
fn ends_address(character: char) -> bool {
    character.is_whitespace()
        || character.is_control()
        || matches!(character, '<' | '>' | '"' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}')
}

/// An address at the end of a sentence, or in brackets, does not have the stop or the closing bracket.
fn without_tail(mut address: &str) -> &str {
    loop {
        let shorter = address.trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '*', '_']);
        let closes =
            |open, close| shorter.ends_with(close) && shorter.matches(close).count() > shorter.matches(open).count();
        let next = match () {
            () if closes('(', ')') || closes('[', ']') || closes('{', '}') => &shorter[..shorter.len() - 1],
            () => shorter,
        };
        if next.len() == address.len() {
            return address;
        }
        address = next;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        addresses(text).into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn addresses_of_the_web_are_found_without_what_stands_around_them() {
        for (text, expected) in [
            ("see https://example.com/a?b=c#d.", vec!["https://example.com/a?b=c#d"]),
            (
                "(http://example.com/a_(b)) and HTTPS://EXAMPLE.ORG!",
                vec!["http://example.com/a_(b)", "HTTPS://EXAMPLE.ORG"],
            ),
            ("دعم https://مثال.إختبار/ب شكرا", vec!["https://مثال.إختبار/ب"]),
            ("https://[::1]:8080/", vec!["https://[::1]:8080/"]),
            ("https:// http://. https://)", vec![]),
            ("ftp://a.b file:///etc/passwd javascript:alert(1) www.example.com xhttps://a.b", vec![]),
            ("https://a.b\u{202e}gpj.exe", vec!["https://a.b"]),
            ("<https://a.b>", vec!["https://a.b"]),
        ] {
            assert_eq!(found(text), expected, "{text}");
        }
    }

    #[test]
    fn an_address_that_is_too_long_is_text() {
        let long = format!("https://{}", "a)".repeat(8000));
        assert_eq!(found(&long), Vec::<&str>::new());
    }

    #[test]
    fn only_a_whole_address_of_the_web_may_be_opened() {
        for (address, may) in [
            ("https://example.com/", true),
            ("file:///etc/passwd", false),
            ("--help", false),
            ("https://example.com/ --help", false),
            ("", false),
        ] {
            assert_eq!(may_be_opened(address), may, "{address}");
        }
    }

    #[test]
    fn nothing_that_somebody_wrote_is_markup() {
        assert_eq!(markdown("**no** `link`"), None);
        assert_eq!(
            markdown("*a*\n\n- b https://c.d/_e_f").as_deref(),
            Some(
                "&#42;a&#42;\n&#32;\n&#45;&#32;b&#32;[https&#58;&#47;&#47;c&#46;d&#47;&#95;e&#95;f](<https&#58;&#47;&#47;c&#46;d&#47;&#95;e&#95;f>)"
            )
        );
    }
}
