//! Passwords: argon2id, a few at a time, away from the threads that answer requests.

use std::sync::{Arc, LazyLock};

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use tokio::sync::Semaphore;

use crate::problem::Problem;

/// How many passwords are hashed at once; further ones wait. Each takes about 19 MiB.
const AT_ONCE: usize = 2;

/// How many sign-ins may wait; further ones are told to come back.
const WAITING: usize = 64;

/// How long a password must be, and may be.
const BYTES: std::ops::RangeInclusive<usize> = 8..=1024;

/// The hash of no password, checked when the address is unknown, so that the answer takes as long.
static NOBODY: LazyLock<Option<String>> = LazyLock::new(|| hash_password("").ok());

/// Hashes a password into PHC form. Slow on purpose.
///
/// # Errors
/// When the machine has no randomness or no memory.
pub fn hash_password(password: &str) -> Result<String, argon2::password_hash::Error> {
    Ok(Argon2::default().hash_password(password.as_bytes())?.to_string())
}

/// Refuses a new password that is too short, or longer than anybody types.
pub(crate) fn check_length(password: &str) -> Result<(), Problem> {
    if BYTES.contains(&password.len()) {
        Ok(())
    } else {
        Err(Problem::Malformed("a password has 8 to 1024 bytes".to_owned()))
    }
}

/// Hashes and checks passwords, a few at a time.
#[derive(Clone)]
pub(crate) struct Passwords {
    places: Arc<Semaphore>,
    queue: Arc<Semaphore>,
}

impl Passwords {
    pub(crate) fn new() -> Self {
        Self { places: Arc::new(Semaphore::new(AT_ONCE)), queue: Arc::new(Semaphore::new(AT_ONCE + WAITING)) }
    }

    pub(crate) async fn hash(&self, password: String) -> Result<String, Problem> {
        self.run(move || hash_password(&password)).await?.map_err(Problem::internal)
    }

    /// Whether `password` is the one behind `hash`. Without a hash it takes as long and is wrong.
    pub(crate) async fn check(&self, password: String, hash: Option<String>) -> Result<bool, Problem> {
        self.run(move || {
            let is_known = hash.is_some();
            let Some(hash) = hash.or_else(|| NOBODY.clone()) else { return false };
            let Ok(hash) = PasswordHash::new(&hash) else { return false };
            Argon2::default().verify_password(password.as_bytes(), &hash).is_ok() && is_known
        })
        .await
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Problem> {
        let _queued = self.queue.try_acquire().map_err(|_| Problem::Busy)?;
        let place = Arc::clone(&self.places).acquire_owned().await.map_err(Problem::internal)?;
        tokio::task::spawn_blocking(move || {
            let done = work();
            drop(place);
            done
        })
        .await
        .map_err(Problem::internal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_right_password_of_somebody_known_is_right() {
        let passwords = Passwords::new();
        let hash = passwords.hash("correct horse".to_owned()).await.unwrap();
        assert!(hash.starts_with("$argon2id$"), "{hash}");

        let check = async |password: &str, hash: Option<&str>| {
            passwords.check(password.to_owned(), hash.map(ToOwned::to_owned)).await.unwrap()
        };
        assert!(check("correct horse", Some(&hash)).await);
        assert!(!check("wrong horse", Some(&hash)).await);
        assert!(!check("", None).await);
    }
}
