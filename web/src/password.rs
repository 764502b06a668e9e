//! Passwords: argon2id, a few at a time, away from the threads that answer requests.

use std::sync::{Arc, LazyLock};

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;

use crate::problem::Problem;

mod rules;

pub use rules::{PasswordRefusal, refuse_weak_password};

/// How many passwords are hashed at once; further ones wait. Each takes about 19 MiB.
const AT_ONCE: usize = 2;

/// How many sign-ins may wait; further ones are told to come back.
const WAITING: usize = 64;

/// What one hash costs: 19 MiB, passed over twice by one thread, as OWASP advises for argon2id.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const THREADS: u32 = 1;

/// The hash of no password, checked when the address is unknown, so that the answer takes as long.
static NOBODY: LazyLock<Option<String>> = LazyLock::new(|| hash_password("").ok());

/// Hashes a password into PHC form. Slow on purpose.
///
/// # Errors
/// When the machine has no randomness or no memory.
pub fn hash_password(password: &str) -> Result<String, argon2::password_hash::Error> {
    let params = Params::new(MEMORY_KIB, PASSES, THREADS, None)?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    Ok(argon2.hash_password(password.as_bytes())?.to_string())
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

    /// Hashes a new password, unless it is one that may be guessed; `about` is what a guesser knows of its owner.
    pub(crate) async fn accept(&self, password: String, about: Vec<String>) -> Result<String, Problem> {
        self.run(move || {
            let about: Vec<&str> = about.iter().map(String::as_str).collect();
            refuse_weak_password(&password, &about)?;
            hash_password(&password).map_err(Problem::internal)
        })
        .await?
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
        let hash = hash_password("correct horse").unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");

        let check = async |password: &str, hash: Option<&str>| {
            passwords.check(password.to_owned(), hash.map(ToOwned::to_owned)).await.unwrap()
        };
        assert!(check("correct horse", Some(&hash)).await);
        assert!(!check("wrong horse", Some(&hash)).await);
        assert!(!check("", None).await);
    }
}
