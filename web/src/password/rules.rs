//! Which passwords are taken: long ones that nobody guesses, whatever characters they have. Nothing leaves the machine for this; the
//! lists of passwords that were found elsewhere are part of the program.

use zxcvbn::Score;

/// How many characters a password has at least.
const SHORTEST: usize = 12;

/// How many bytes a password has at most. Longer ones are only work.
const LONGEST_BYTES: usize = 1024;

/// What takes at least some hundred million guesses of somebody who knows what people like to take.
const STRENGTH: Score = Score::Three;

/// What everybody who guesses here tries.
const OURS: [&str; 2] = ["trayline", "helpdesk"];

/// Why a password is not taken, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PasswordRefusal {
    /// It has too few characters.
    #[error("A password has at least 12 characters. A few words that do not belong together are easy to keep in mind.")]
    TooShort,
    /// It has too many.
    #[error("A password has at most 1024 bytes.")]
    TooLong,
    /// It is on a list of passwords that leaked elsewhere, or is made by a pattern of which guessers know.
    #[error("This password is too easy to guess: {0}")]
    Guessable(String),
}

/// Refuses a password that somebody else could guess; `about` is what they know of its owner, such as the name.
///
/// # Errors
/// When it must not be taken.
pub fn refuse_weak_password(password: &str, about: &[&str]) -> Result<(), PasswordRefusal> {
    if password.chars().count() < SHORTEST {
        return Err(PasswordRefusal::TooShort);
    }
    if password.len() > LONGEST_BYTES {
        return Err(PasswordRefusal::TooLong);
    }
    let parts = about.iter().flat_map(|text| text.split(|letter: char| !letter.is_alphanumeric()));
    let known: Vec<&str> = OURS.into_iter().chain(about.iter().copied()).chain(parts).collect();
    let entropy = zxcvbn::zxcvbn(password, &known);
    if entropy.score() >= STRENGTH {
        return Ok(());
    }
    let warning = entropy.feedback().and_then(zxcvbn::feedback::Feedback::warning);
    let reason =
        warning.map_or_else(|| "Add a word or two that do not belong to it.".to_owned(), |warning| warning.to_string());
    Err(PasswordRefusal::Guessable(reason))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_long_and_not_one_that_is_guessed() {
        let priya = ["Priya Raman", "priya.raman@bluebell.example"];
        for password in ["kettle-orbit-mango", "correct horse battery", "Größe unter Wolken 7"] {
            assert_eq!(refuse_weak_password(password, &priya), Ok(()), "{password}");
        }
        for password in ["passwordpassword", "qwertyuiop1234", "aaaaaaaaaaaaaaaa", "priyapriyapriya", "trayline2026"] {
            let refusal = refuse_weak_password(password, &priya);
            assert!(matches!(refusal, Err(PasswordRefusal::Guessable(_))), "{password}: {refusal:?}");
        }
        assert_eq!(refuse_weak_password("x7#Qp2!zLm9", &priya), Err(PasswordRefusal::TooShort));
        assert_eq!(refuse_weak_password(&"kettle ".repeat(200), &priya), Err(PasswordRefusal::TooLong));
    }
}
