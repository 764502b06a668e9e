//! The front: what every route needs, the router, and the server.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use broker_config::{Clock, DeviceSigner, Log};
use chrono::{DateTime, Utc};
use sqlx::PgPool;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::listener::{Peer, PlainListener};
use crate::live::Live;
use crate::oidc::Provider;
use crate::password::Passwords;
use crate::problem::{Problem, Thing};
use crate::settings::{Checked, Settings, SettingsError};
use crate::tls::TlsListener;
use crate::{live, routes};

/// How long requests and sockets may take to finish once the front shuts down.
const GRACE: Duration = Duration::from_secs(10);

/// How long the leases of tabs that have closed may take to be written.
const LEASES_PATIENCE: Duration = Duration::from_secs(1);

/// The web front. Cheap to clone.
#[derive(Clone)]
pub struct Front(Arc<Parts>);

struct Parts {
    settings: Checked,
    db: PgPool,
    log: Log,
    signer: DeviceSigner,
    clock: Arc<dyn Clock>,
    passwords: Passwords,
    live: Live,
    background: TaskTracker,
}

impl Front {
    /// A front that answers from `db`, appends to `log` and admits devices by `signer`. Nothing happens until it is served.
    ///
    /// # Errors
    /// When it cannot run with these settings.
    pub fn new(
        settings: Settings,
        db: PgPool,
        log: Log,
        signer: DeviceSigner,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, SettingsError> {
        Ok(Self(Arc::new(Parts {
            settings: settings.check()?,
            db,
            log,
            signer,
            clock,
            passwords: Passwords::new(),
            live: Live::new(),
            background: TaskTracker::new(),
        })))
    }

    /// Every route and page. The live socket needs [`Front::serve`], which follows the log.
    pub fn router(&self) -> Router {
        routes::router(self)
    }

    /// Serves on `listener` until `shutdown`, then lets requests finish and tells sockets to come back.
    ///
    /// # Errors
    /// When the listener fails, or the certificate cannot be used.
    pub async fn serve(self, listener: TcpListener, shutdown: CancellationToken) -> io::Result<()> {
        // Shown from the start, not from the first socket on.
        metrics::gauge!("trayline_sockets").set(0);
        let following = tokio::spawn({
            let (front, shutdown) = (self.clone(), shutdown.clone());
            async move { live::follow(&front, &shutdown).await }
        });
        let leases_end = CancellationToken::new();
        let leases = tokio::spawn({
            let (front, end) = (self.clone(), leases_end.clone());
            async move { live::keep_leases(&front, &end).await }
        });
        let router = self.router().into_make_service_with_connect_info::<Peer>();
        let stop = shutdown.clone().cancelled_owned();
        let serving = match &self.settings().tls {
            Some(files) => {
                let listener = TlsListener::new(listener, files.clone()).map_err(io::Error::other)?;
                axum::serve(listener, router).with_graceful_shutdown(stop).into_future()
            }
            None => axum::serve(PlainListener(listener), router).with_graceful_shutdown(stop).into_future(),
        };
        let patience = async {
            shutdown.cancelled().await;
            self.live().close();
            tokio::time::sleep(GRACE).await;
        };
        let served = tokio::select! {
            served = serving => served,
            () = patience => Ok(()),
        };
        self.finish().await;
        following.abort();
        leases_end.cancel();
        if tokio::time::timeout(LEASES_PATIENCE, leases).await.is_err() {
            tracing::warn!("the broker is away; the leases of open tabs end by themselves");
        }
        served
    }

    /// Waits for sockets and background work, within the grace.
    async fn finish(&self) {
        self.live().close();
        self.background().close();
        let finished = async {
            self.live().closed().await;
            self.background().wait().await;
        };
        if tokio::time::timeout(GRACE, finished).await.is_err() {
            tracing::warn!("sockets or background work did not finish in time");
        }
    }

    pub(crate) fn settings(&self) -> &Checked {
        &self.0.settings
    }

    pub(crate) fn db(&self) -> &PgPool {
        &self.0.db
    }

    pub(crate) fn log(&self) -> &Log {
        &self.0.log
    }

    pub(crate) fn signer(&self) -> &DeviceSigner {
        &self.0.signer
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.0.clock.now()
    }

    pub(crate) fn passwords(&self) -> &Passwords {
        &self.0.passwords
    }

    /// The provider by way of which technicians sign in.
    pub(crate) fn provider(&self) -> Result<&Provider, Problem> {
        self.settings().provider.as_ref().ok_or(Problem::NoSuch(Thing::Provider))
    }

    pub(crate) fn live(&self) -> &Live {
        &self.0.live
    }

    /// Work that goes on after its request was answered.
    pub(crate) fn background(&self) -> &TaskTracker {
        &self.0.background
    }
}

impl std::fmt::Debug for Front {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Front").field("origin", &self.0.settings.origin).finish_non_exhaustive()
    }
}
