//! The postman: attempts what is on its way, in order for each technician and channel, until it has arrived or is given up.
//! Any number of instances share the work; what one held that is killed is taken over when its lease ends.

mod address;
mod email;
mod not_sent;
mod pace;
mod reset;
mod webhook;
mod wording;

use std::sync::Arc;
use std::time::Duration;

use broker_config::Clock;
use sqlx::PgPool;
use sqlx::postgres::PgListener;
use store::deliveries::{self, Channel, Leased};
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::runner::{Backoff, chain};

pub use email::{Encryption, MailServer, MailSettings, MailSettingsError};
pub use pace::Pace;
pub use webhook::WebhookSettings;

use email::Mailer;
use not_sent::NotSent;
use webhook::Webhooks;
use wording::Wording;

/// Why no e-mail is sent where none can be.
const NO_MAIL_SERVER: &str = "no mail server is configured (mail.host)";

/// How many deliveries one instance attempts at once.
const AT_ONCE: usize = 16;

/// How long one attempt may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long the outcome of an attempt is kept for a database that is away. The lease is longer than both.
const RECORD_PATIENCE: Duration = Duration::from_secs(20);

/// How long a delivery belongs to the instance that attempts it.
const LEASE: Duration = Duration::from_mins(1);
const _: () = assert!(PATIENCE.as_secs() + RECORD_PATIENCE.as_secs() < LEASE.as_secs());

/// How long what was begun may take once we shut down. What is not done by then is taken over like that of one that is killed.
const FINISH_PATIENCE: Duration = Duration::from_secs(10);

/// The longest nap without being woken, in case a wake-up was lost with its connection, and the shortest.
pub(crate) const LONGEST_NAP: Duration = Duration::from_mins(1);
const SHORTEST_NAP: Duration = Duration::from_millis(100);

/// Delivers what is pending. Cheap to clone.
#[derive(Clone)]
pub struct Postman(Arc<Parts>);

struct Parts {
    db: PgPool,
    clock: Arc<dyn Clock>,
    mailer: Option<Mailer>,
    webhooks: Webhooks,
    public_url: String,
    pace: Pace,
}

/// What an operator decides about deliveries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostmanSettings {
    /// The mail server; without one there is no e-mail.
    pub mail: Option<MailSettings>,
    /// Webhooks.
    pub webhook: WebhookSettings,
    /// Where technicians' browsers find the front.
    pub public_url: String,
    /// How often a delivery is attempted, and with which pauses.
    pub pace: Pace,
}

impl Postman {
    /// It takes what is pending in `db`, and signs webhooks with the time of `clock`.
    ///
    /// # Errors
    /// When it cannot send mail with these settings.
    pub fn new(db: PgPool, clock: Arc<dyn Clock>, settings: PostmanSettings) -> Result<Self, MailSettingsError> {
        let PostmanSettings { mail, webhook, public_url, pace } = settings;
        let mailer = mail.map(Mailer::new).transpose()?;
        let webhooks = Webhooks::new(webhook);
        Ok(Self(Arc::new(Parts { db, clock, mailer, webhooks, public_url, pace })))
    }

    /// Delivers until `shutdown`, then finishes what it has begun, as far as that is soon done.
    pub async fn run(&self, shutdown: &CancellationToken) {
        if self.0.cannot(Channel::Email) {
            tracing::warn!("{NO_MAIL_SERVER}: e-mails are not sent, as the log of deliveries says of each");
        }
        let woken = Notify::new();
        tokio::select! {
            never = self.listen(&woken) => match never {},
            () = self.deliver(&woken, shutdown) => {}
        }
    }

    /// Wakes at every new delivery. The database forgets who listened when a connection is lost, so that wakes as well.
    async fn listen(&self, woken: &Notify) -> std::convert::Infallible {
        let mut backoff = Backoff::default();
        loop {
            match PgListener::connect_with(&self.0.db).await {
                Ok(mut listener) => {
                    let mut listening = listener.listen(deliveries::WOKEN_BY).await;
                    while listening.is_ok() {
                        backoff = Backoff::default();
                        woken.notify_one();
                        listening = listener.try_recv().await.map(|_| ());
                    }
                }
                Err(error) => tracing::warn!(error = chain(&error), "cannot listen for deliveries; trying again"),
            }
            // Nobody shuts this down but by dropping it.
            let _ = backoff.pause(&CancellationToken::new()).await;
        }
    }

    /// Attempts are tasks of their own: those that have a connection to the database go on while we wait for one.
    async fn deliver(&self, woken: &Notify, shutdown: &CancellationToken) {
        let mut under_way = JoinSet::new();
        let mut backoff = Backoff::default();
        while !shutdown.is_cancelled() {
            let nap = match self.take(AT_ONCE - under_way.len()).await {
                Ok((leased, nap)) => {
                    backoff = Backoff::default();
                    for leased in leased {
                        let parts = Arc::clone(&self.0);
                        under_way.spawn(async move { parts.attempt(leased).await });
                    }
                    nap
                }
                Err(error) => {
                    tracing::error!(error = chain(&error), "deliveries wait for the database; trying again");
                    let _ = backoff.pause(shutdown).await;
                    continue;
                }
            };
            tokio::select! {
                () = shutdown.cancelled() => {}
                () = woken.notified() => {}
                Some(_) = under_way.join_next() => {}
                () = tokio::time::sleep(nap) => {}
            }
        }
        let finished = async { while under_way.join_next().await.is_some() {} };
        if tokio::time::timeout(FINISH_PATIENCE, finished).await.is_err() {
            tracing::warn!("some deliveries were not finished; they will be attempted again");
        }
    }

    /// What can be attempted now, and how long it is until there may be more.
    async fn take(&self, places: usize) -> sqlx::Result<(Vec<Leased>, Duration)> {
        if places == 0 {
            return Ok((Vec::new(), LONGEST_NAP));
        }
        let leased = deliveries::lease(&self.0.db, i64::try_from(places).unwrap_or(i64::MAX), LEASE).await?;
        let due_in = deliveries::next_due_in(&self.0.db).await?;
        Ok((leased, due_in.unwrap_or(LONGEST_NAP).clamp(SHORTEST_NAP, LONGEST_NAP)))
    }
}

impl Parts {
    /// Whether nothing goes by this channel, which was said at the start.
    fn cannot(&self, channel: Channel) -> bool {
        channel == Channel::Email && self.mailer.is_none()
    }

    async fn attempt(&self, leased: Leased) {
        let outcome = match tokio::time::timeout(PATIENCE, self.send(&leased)).await {
            Ok(outcome) => outcome,
            Err(_) => Err(NotSent::again("there was no answer in time")),
        };
        let (delivery, channel) = (leased.delivery_id, leased.channel.name());
        match &outcome {
            Ok(()) => tracing::info!(delivery.id = %delivery, channel, "delivered"),
            Err(error) if self.cannot(leased.channel) => {
                tracing::debug!(delivery.id = %delivery, channel, error = %error, "not delivered");
            }
            Err(error) => tracing::warn!(delivery.id = %delivery, channel, error = %error, "not delivered"),
        }
        if tokio::time::timeout(RECORD_PATIENCE, self.record(&leased, &outcome)).await.is_err() {
            tracing::error!(delivery.id = %delivery, channel, "an outcome was not recorded; it will be attempted again");
        }
    }

    async fn send(&self, leased: &Leased) -> Result<(), NotSent> {
        let letter = deliveries::letter(&self.db, leased.delivery_id).await;
        let letter = letter.map_err(|_| NotSent::again("the database did not answer"))?;
        let letter = letter.ok_or_else(|| NotSent::for_good("the technician is gone"))?;
        if letter.is_disabled {
            return Err(NotSent::for_good("the technician is disabled"));
        }
        match leased.channel {
            Channel::InApp => Ok(()),
            Channel::Email => match &self.mailer {
                Some(mailer) => {
                    let wording = if letter.resets_password {
                        reset::wording(&self.db, letter.technician_id, &self.public_url).await?
                    } else {
                        Wording::of(&letter, &self.public_url, mailer.includes_text())
                    };
                    mailer.send(&letter, &wording).await
                }
                None => Err(NotSent::for_good(NO_MAIL_SERVER)),
            },
            Channel::Webhook => self.webhooks.send(&letter, &self.public_url, self.clock.now()).await,
        }
    }

    /// Writes down what became of an attempt, as soon as the database takes it.
    async fn record(&self, leased: &Leased, outcome: &Result<(), NotSent>) {
        let mut backoff = Backoff::default();
        loop {
            let recorded = match outcome {
                Ok(()) => deliveries::sent(&self.db, leased).await,
                Err(error) => {
                    let again_in = error.again_in(&self.pace, leased.attempts);
                    deliveries::not_sent(&self.db, leased, &error.reason, again_in).await
                }
            };
            match recorded {
                Ok(()) => return,
                Err(error) => tracing::warn!(error = chain(&error), "an outcome waits for the database"),
            }
            let _ = backoff.pause(&CancellationToken::new()).await;
        }
    }
}
