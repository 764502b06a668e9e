//! Which proxy a session is told to use: its address, and the hosts that are reached without.

/// The variables that name one, the first of which counts.
const VARIABLES: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];

pub(super) fn read(variable: impl Fn(&'static str) -> Option<String>) -> Option<(String, String)> {
    match VARIABLES.into_iter().find_map(&variable) {
        Some(address) => Some((address, variable("NO_PROXY").or_else(|| variable("no_proxy")).unwrap_or_default())),
        None => settings(),
    }
}

/// This system has no settings that are known.
#[cfg(not(windows))]
fn settings() -> Option<(String, String)> {
    None
}

/// As the person or their administrator set it in Windows. Scripts that choose a proxy are not run.
#[cfg(windows)]
fn settings() -> Option<(String, String)> {
    use windows_desktop::registry::{self, Hive};

    const KEY: &str = r"Software\Microsoft\Windows\CurrentVersion\Internet Settings";
    if registry::number(Hive::Person, KEY, "ProxyEnable") != Some(1) {
        return None;
    }
    let address = of_windows(&registry::text(Hive::Person, KEY, "ProxyServer")?)?;
    let except = registry::text(Hive::Person, KEY, "ProxyOverride").unwrap_or_default();
    Some((address, except_of_windows(&except)))
}

/// One address for everything, or one for each protocol: `http=a:80;https=b:80`.
#[cfg(any(windows, test))]
fn of_windows(server: &str) -> Option<String> {
    if !server.contains('=') {
        return Some(server.trim().to_owned()).filter(|server| !server.is_empty());
    }
    let mut each = server.split(';').filter_map(|one| one.split_once('='));
    each.find(|(protocol, _)| protocol.trim().eq_ignore_ascii_case("https"))
        .map(|(_, address)| address.trim().to_owned())
}

/// Separated by semicolons; `<local>` means names without a dot, which no server of ours has.
#[cfg(any(windows, test))]
fn except_of_windows(hosts: &str) -> String {
    let hosts: Vec<_> = hosts.split(';').map(str::trim).filter(|host| !host.is_empty() && *host != "<local>").collect();
    hosts.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_name_a_proxy_and_what_does_not_go_through_it() {
        let read = |set: &[(&str, &str)]| {
            read(|name| set.iter().find(|(set, _)| *set == name).map(|(_, value)| (*value).to_owned()))
        };
        let pair = |address: &str, except: &str| Some((address.to_owned(), except.to_owned()));
        assert_eq!(read(&[("ALL_PROXY", "a:1"), ("HTTPS_PROXY", "b:2")]), pair("b:2", ""));
        assert_eq!(read(&[("https_proxy", "a:1"), ("no_proxy", ".example")]), pair("a:1", ".example"));
        assert_eq!(read(&[("HTTP_PROXY", "a:1")]), None);
    }

    #[test]
    fn windows_names_one_proxy_for_all_or_one_for_each_protocol() {
        for (server, address) in [
            ("proxy.example:3128", Some("proxy.example:3128")),
            ("http=a:1;https=b:2", Some("b:2")),
            ("http=a:1;ftp=b:2", None),
            ("", None),
        ] {
            assert_eq!(of_windows(server).as_deref(), address, "{server}");
        }
        assert_eq!(except_of_windows("*.inner.example; near.example;<local>"), "*.inner.example,near.example");
    }
}
