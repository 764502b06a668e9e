//! Texts with their limits: what a person wrote ([`Text`]) and names of one line ([`Line`]).

use std::ops::Deref;

use serde::{Deserialize, Serialize};

/// What a person wrote: 1 byte to 16 KiB of any UTF-8 but NUL, kept byte for byte. Never markup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "sqlx", derive(sqlx::Type), sqlx(transparent))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = String, min_length = 1, max_length = 16384))]
#[serde(try_from = "String", into = "String")]
pub struct Text(String);

impl Text {
    /// The most bytes a text may have, in UTF-8.
    pub const MAX_BYTES: usize = 16 * 1024;

    /// Takes a text as it is, or says what is wrong with it.
    ///
    /// # Errors
    /// When the text is empty, longer than [`Text::MAX_BYTES`], or has a NUL.
    pub fn new(text: impl Into<String>) -> Result<Self, TextError> {
        let text = text.into();
        if text.is_empty() {
            return Err(TextError::Empty);
        }
        if text.len() > Self::MAX_BYTES {
            return Err(TextError::TooLong { bytes: text.len(), limit: Self::MAX_BYTES });
        }
        if text.contains('\0') {
            return Err(TextError::Nul);
        }
        Ok(Self(text))
    }
}

/// A name or a title: 1 to 256 bytes of UTF-8 on one line, without control characters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "sqlx", derive(sqlx::Type), sqlx(transparent))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = String, min_length = 1, max_length = 256))]
#[serde(try_from = "String", into = "String")]
pub struct Line(String);

impl Line {
    /// The most bytes a line may have, in UTF-8.
    pub const MAX_BYTES: usize = 256;

    /// Takes a line without the white space around it, or says what is wrong with it.
    ///
    /// # Errors
    /// When nothing is left, the rest is longer than [`Line::MAX_BYTES`], or has a control character.
    pub fn new(line: impl AsRef<str>) -> Result<Self, TextError> {
        let line = line.as_ref().trim();
        if line.is_empty() {
            return Err(TextError::Empty);
        }
        if line.len() > Self::MAX_BYTES {
            return Err(TextError::TooLong { bytes: line.len(), limit: Self::MAX_BYTES });
        }
        if line.contains(char::is_control) {
            return Err(TextError::Control);
        }
        Ok(Self(line.to_owned()))
    }
}

/// Why a text was refused. The message can be shown to the person who wrote it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Nothing was written.
    #[error("the text is empty")]
    Empty,
    /// More bytes than the limit.
    #[error("the text has {bytes} bytes; the limit is {limit}")]
    TooLong {
        /// How many bytes it has, in UTF-8.
        bytes: usize,
        /// How many it may have.
        limit: usize,
    },
    /// The character U+0000, which neither Postgres nor most programs can hold.
    #[error("the text has a NUL character")]
    Nul,
    /// A control character in a text of one line.
    #[error("the text has a control character or a line break")]
    Control,
}

macro_rules! text_conversions {
    ($($name:ident),+) => {$(
        impl TryFrom<String> for $name {
            type Error = TextError;

            fn try_from(text: String) -> Result<Self, TextError> {
                Self::new(text)
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> Self {
                text.0
            }
        }

        impl Deref for $name {
            type Target = str;

            fn deref(&self) -> &str {
                &self.0
            }
        }
    )+};
}

text_conversions!(Text, Line);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_kept_byte_for_byte_up_to_16_kib() {
        let longest = "é".repeat(Text::MAX_BYTES / 2);
        for text in [" \r\n👩‍👩‍👧‍👦\u{202e}abc\u{301}\t ", longest.as_str()] {
            assert_eq!(&*Text::new(text).unwrap(), text);
        }
    }

    #[test]
    fn a_text_too_long_empty_or_with_a_nul_is_refused() {
        let bytes = Text::MAX_BYTES + 1;
        assert_eq!(Text::new("a".repeat(bytes)), Err(TextError::TooLong { bytes, limit: Text::MAX_BYTES }));
        assert_eq!(Text::new(""), Err(TextError::Empty));
        assert_eq!(Text::new("a\0b"), Err(TextError::Nul));
    }

    #[test]
    fn a_line_is_trimmed_and_has_no_control_characters() {
        assert_eq!(&*Line::new("  Front desk ").unwrap(), "Front desk");
        assert_eq!(Line::new("a\nb"), Err(TextError::Control));
        assert_eq!(Line::new(" \t "), Err(TextError::Empty));
    }
}
