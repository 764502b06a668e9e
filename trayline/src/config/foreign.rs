//! Configuration files, given anything at all: what cannot be meant stops the start with words, and nothing falls over.

use figment::Figment;
use figment::providers::{Format, Toml};
use proptest::prelude::*;
use proptest::sample::Index;

use super::{Config, ConfigError, DEFAULTS};

fn with(toml: &str) -> Result<Config, ConfigError> {
    Config::extract(&Figment::from(Toml::string(DEFAULTS)).merge(Toml::string(toml)))
}

/// Understood, or refused with words. What is understood can be started with as far as it goes.
fn judge(toml: &str) -> Result<(), TestCaseError> {
    match with(toml) {
        Ok(config) => {
            prop_assert!(config.shutdown_seconds > 0 && !config.broker.urls.is_empty());
            _ = config.web.public_url_on(config.web.listen);
            _ = config.web.tls_files();
            _ = config.broker.addresses_for_devices();
        }
        Err(error) => prop_assert!(error.to_string().len() > "the configuration is wrong:\n".len()),
    }
    Ok(())
}

proptest! {
    #[test]
    fn any_text_is_understood_or_refused(toml in "([a-z_.]{1,12} ?= ?)?(.|[\\[\\]\"'=\n]){0,80}") {
        judge(&toml)?;
    }

    #[test]
    fn any_value_of_any_key_is_understood_or_refused(
        line in any::<Index>(),
        value in "(-?[0-9]{1,30})|(\"[^\"\\\\]{0,20}\")|\\[.{0,10}\\]|\\{.{0,10}\\}|.{0,12}",
    ) {
        let lines: Vec<_> = DEFAULTS.lines().collect();
        let keys: Vec<_> = (0..lines.len()).filter(|at| lines[*at].contains(" = ") && !lines[*at].starts_with('#')).collect();
        let changed = *line.get(&keys);
        let (key, _) = lines[changed].split_once(" = ").unwrap();
        let mut lines: Vec<_> = lines.into_iter().map(str::to_owned).collect();
        lines[changed] = format!("{key} = {value}");
        judge(&lines.join("\n"))?;
    }
}
