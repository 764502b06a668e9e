//! Looking up where a webhook's name leads: to public addresses alone, unless an operator allows others. The connection goes to
//! what was checked, so a name that leads elsewhere the next moment gains nothing.

use std::error::Error;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};

use hyper_util::client::legacy;
use hyper_util::client::legacy::connect::dns::Name;
use tower::Service;

use crate::notification::postman::address::is_public;

/// Looks names up. Cheap to clone.
#[derive(Debug, Clone, Copy)]
pub(super) struct Resolver {
    allow_private_addresses: bool,
}

/// All addresses of a name are of our own network.
#[derive(Debug, thiserror::Error)]
#[error("the name leads into a private network")]
struct Private;

impl Resolver {
    pub(super) fn new(allow_private_addresses: bool) -> Self {
        Self { allow_private_addresses }
    }

    async fn look_up(self, name: Name) -> std::io::Result<std::vec::IntoIter<SocketAddr>> {
        // The connector puts the port in.
        let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
        let allowed = |address: &SocketAddr| self.allow_private_addresses || is_public(address.ip());
        let addresses: Vec<_> = found.filter(allowed).collect();
        if addresses.is_empty() { Err(std::io::Error::other(Private)) } else { Ok(addresses.into_iter()) }
    }
}

impl Service<Name> for Resolver {
    type Response = std::vec::IntoIter<SocketAddr>;
    type Error = std::io::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, _context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: Name) -> Self::Future {
        Box::pin(self.look_up(name))
    }
}

/// Whether a request failed because its address is not allowed.
pub(super) fn was_refused(error: &legacy::Error) -> bool {
    let mut source = error.source();
    while let Some(error) = source {
        let inner = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        if error.is::<Private>() || inner.is_some_and(<dyn Error + Send + Sync>::is::<Private>) {
            return true;
        }
        source = error.source();
    }
    false
}
