//! Making what others wrote harmless before it reaches a terminal.

/// The text with every control character made visible, so that nobody far away moves the cursor, rewrites lines or sets the
/// title. Line breaks and tabs stay; a line after the first is indented, so that it cannot pass for a message.
pub(crate) fn harmless(text: &str) -> String {
    let mut harmless = String::with_capacity(text.len());
    for character in text.replace("\r\n", "\n").chars() {
        match character {
            '\n' => harmless.push_str("\n        "),
            '\t' => harmless.push('\t'),
            '\0'..='\x1f' => harmless.push(control_picture(character)),
            '\x7f' => harmless.push('\u{2421}'),
            // C1 controls; line and paragraph separators; what reorders a line: embeddings, overrides and isolates.
            '\u{80}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                harmless.push(char::REPLACEMENT_CHARACTER);
            }
            _ => harmless.push(character),
        }
    }
    harmless
}

fn control_picture(control: char) -> char {
    char::from_u32(0x2400 + u32::from(control)).unwrap_or(char::REPLACEMENT_CHARACTER)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_do_not_reach_the_terminal() {
        let text = "a\x1b]0;title\x07b\u{9b}31m\rc\u{202e}d\x7f\x08";
        assert_eq!(harmless(text), "a␛]0;title␇b\u{fffd}31m␍c\u{fffd}d␡␈");
        assert!(!harmless(text).contains(char::is_control));
    }

    #[test]
    fn other_text_stays_as_it_is_and_further_lines_are_indented() {
        assert_eq!(harmless("👩‍👩‍👧 é\u{301} שלום\tx"), "👩‍👩‍👧 é\u{301} שלום\tx");
        assert_eq!(harmless("a\r\nPriya: b"), "a\n        Priya: b");
    }
}
