//! Ports of the private servers: the same at every start, if they can be.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};

/// The port that was `remembered` from an earlier start, else the `usual` one, else any that is free.
///
/// It is free when this returns. Whoever takes it in the next moment is met by the server, which says so and ends.
pub fn choose(remembered: Option<u16>, usual: u16) -> std::io::Result<u16> {
    for port in remembered.into_iter().chain([usual]) {
        if is_free(port) {
            return Ok(port);
        }
    }
    Ok(listen(0)?.local_addr()?.port())
}

fn is_free(port: u16) -> bool {
    listen(port).is_ok()
}

fn listen(port: u16) -> std::io::Result<TcpListener> {
    TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_is_kept_while_it_is_free_and_replaced_when_it_is_taken() {
        let taken = listen(0).unwrap();
        let taken_port = taken.local_addr().unwrap().port();
        let first = choose(None, taken_port).unwrap();
        assert_ne!(first, taken_port);
        assert_eq!(choose(Some(first), taken_port).unwrap(), first);
        let other = choose(Some(taken_port), taken_port).unwrap();
        assert_ne!(other, taken_port);
    }
}
