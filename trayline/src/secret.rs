//! Values that are not printed.

use std::fmt;

use serde::{Deserialize, Serialize, Serializer};

/// What is shown in the place of a secret.
const HIDDEN: &str = "(hidden)";

/// The address of a database. Shown, logged and serialised without its password.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct DatabaseUrl(String);

impl DatabaseUrl {
    /// Takes an address that holds a password or none.
    pub fn new(url: String) -> Self {
        Self(url)
    }

    /// The address with its password.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some((scheme, rest)) = self.0.split_once("://") else {
            return f.write_str(HIDDEN);
        };
        // Parameters may hold a password as well (`?password=`).
        let rest = rest.split_once('?').map_or(rest, |(before, _)| before);
        match rest.rsplit_once('@') {
            Some((user, host)) => match user.split_once(':') {
                Some((user, _)) => write!(f, "{scheme}://{user}:{HIDDEN}@{host}"),
                None => write!(f, "{scheme}://{user}@{host}"),
            },
            None => write!(f, "{scheme}://{rest}"),
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for DatabaseUrl {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A password. Shown, logged and serialised as hidden, or as nothing when there is none.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Password(String);

impl Password {
    /// The password itself.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_empty() { "" } else { HIDDEN })
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Password {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_not_shown() {
        for (password, expected) in [("horse", "(hidden)"), ("", "")] {
            let password: Password = serde_json::from_value(password.into()).unwrap();
            assert_eq!(password.to_string(), expected);
            assert_eq!(format!("{password:?}"), expected);
            assert_eq!(serde_json::to_value(&password).unwrap(), expected);
        }
    }

    #[test]
    fn a_database_url_is_shown_without_its_password() {
        let shown = [
            ("postgres://me:p@ss@host:1/db", "postgres://me:(hidden)@host:1/db"),
            ("postgres://me@host/db", "postgres://me@host/db"),
            ("postgres://host/db?password=x", "postgres://host/db"),
            ("p4ssword", "(hidden)"),
        ];
        for (url, expected) in shown {
            let url = DatabaseUrl::new(url.to_owned());
            assert_eq!(url.to_string(), expected);
            assert_eq!(format!("{url:?}"), expected);
            assert_eq!(serde_json::to_value(&url).unwrap(), expected);
        }
    }
}
