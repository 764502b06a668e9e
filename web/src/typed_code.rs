//! Codes that people type: the one that sets up an installation, and those for whoever has lost their authenticator.

use data_encoding::BASE32_NOPAD;

use crate::secret::Secret;

/// How many random bytes it has: too many to be guessed, few enough to be typed.
const BYTES: usize = 10;

/// How many characters stand together.
const GROUP: usize = 4;

/// A new code. It does not print.
pub struct TypedCode(String);

impl TypedCode {
    /// Makes a code.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "a code is made on purpose, never by default")]
    pub fn new() -> Self {
        let bytes: [u8; BYTES] = rand::random();
        Self(BASE32_NOPAD.encode(&bytes))
    }

    /// The code, as it is shown to whoever may use it.
    #[must_use]
    pub fn reveal(&self) -> String {
        let groups: Vec<&str> = (0..self.0.len()).step_by(GROUP).map(|at| &self.0[at..at + GROUP]).collect();
        groups.join("-")
    }

    /// What is kept of it.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        Secret::hash_of(&self.0)
    }

    /// What was kept, if what somebody typed is a code of ours; in any case, with or without what separates its groups.
    pub(crate) fn hash_of(typed: &str) -> [u8; 32] {
        let plain: String =
            typed.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_uppercase()).collect();
        Secret::hash_of(&plain)
    }
}

impl std::fmt::Debug for TypedCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TypedCode(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_however_it_is_typed() {
        let code = TypedCode::new();
        let shown = code.reveal();
        assert_eq!(shown.len(), 19, "{shown}");
        for typed in [shown.clone(), shown.to_lowercase(), shown.replace('-', " "), format!(" {shown}\n")] {
            assert_eq!(TypedCode::hash_of(&typed), code.hash(), "{typed}");
        }
        assert_ne!(TypedCode::hash_of(&shown[1..]), code.hash());
    }
}
