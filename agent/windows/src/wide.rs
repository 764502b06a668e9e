//! Texts as Windows takes them: UTF-16, ended by a zero.

/// A whole text.
pub(crate) fn text(text: &str) -> Vec<u16> {
    text.encode_utf16().filter(|&unit| unit != 0).chain([0]).collect()
}

/// As much of a text as there is room for, never half of a character.
pub(crate) fn fill(room: &mut [u16], text: &str) {
    room.fill(0);
    let mut at = 0;
    for character in text.chars().filter(|&character| character != '\0') {
        let end = at + character.len_utf16();
        // One is left for the zero.
        if end >= room.len() {
            return;
        }
        character.encode_utf16(&mut room[at..end]);
        at = end;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_left_out_by_whole_characters_and_ends_with_a_zero() {
        let mut room = [7; 4];
        for (text, filled) in [("ab", "ab\0\0"), ("abcd", "abc\0"), ("ab👋", "ab\0\0"), ("a\0b", "ab\0\0")] {
            fill(&mut room, text);
            assert_eq!(String::from_utf16(&room).unwrap(), filled, "{text}");
        }
    }
}
