//! Logs and metrics, set up once per process.

use std::fs::OpenOptions;
use std::io::IsTerminal;
use std::path::Path;
use std::time::Duration;

use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use tracing::level_filters::LevelFilter;
use tracing::{Level, Metadata};
use tracing_subscriber::filter::{FilterExt, ParseError, filter_fn};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, Registry, fmt};

use crate::config::{Log, LogFormat};

/// Upper bounds of what is measured in seconds: from a fifth of a millisecond to a minute.
const SECONDS: [f64; 15] =
    [0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 15.0, 60.0];

/// Upper bounds of what is counted, such as the facts of a batch.
const COUNTS: [f64; 12] = [1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0, 2000.0, 5000.0];

/// How often the recorder folds what was measured into its buckets, so that its memory stays bounded when nobody reads.
const UPKEEP: Duration = Duration::from_secs(5);

/// The crates whose most talkative level is written. What libraries say at `trace` is what they send and get: tokens, and what
/// people write.
const OURS: [&str; 5] = ["broker_config", "store", "trayline", "web", "workers"];

/// Starts logging to stderr.
pub fn log_to_terminal(log: &Log) -> Result<(), TelemetryError> {
    Registry::default().with(layer(log, std::io::stderr)?).init();
    Ok(())
}

/// Starts logging to `file`; stderr, where a person waits, gets warnings and worse.
pub fn log_to_file(log: &Log, file: &Path) -> Result<(), TelemetryError> {
    let file = OpenOptions::new().create(true).append(true).open(file).map_err(TelemetryError::File)?;
    let for_people = fmt::layer()
        .compact()
        .with_ansi(std::io::stderr().is_terminal())
        .with_target(false)
        .without_time()
        .with_writer(std::io::stderr);
    Registry::default()
        .with(layer(log, std::sync::Mutex::new(file))?)
        .with(for_people.with_filter(LevelFilter::WARN))
        .init();
    Ok(())
}

/// Starts recording metrics. The handle renders them.
///
/// To be called within a runtime.
pub fn record_metrics() -> Result<PrometheusHandle, TelemetryError> {
    let handle = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &SECONDS)?
        .set_buckets(&COUNTS)?
        .install_recorder()?;
    let recorder = handle.clone();
    tokio::spawn(async move {
        let mut ticks = tokio::time::interval(UPKEEP);
        loop {
            ticks.tick().await;
            recorder.run_upkeep();
        }
    });
    Ok(handle)
}

fn layer<W>(log: &Log, writer: W) -> Result<Box<dyn Layer<Registry> + Send + Sync>, TelemetryError>
where
    W: for<'a> fmt::MakeWriter<'a> + Send + Sync + 'static,
{
    let filter = EnvFilter::builder().parse(&log.filter).map_err(TelemetryError::Filter)?;
    let filter = filter.and(filter_fn(is_without_payloads));
    Ok(match log.format {
        LogFormat::Pretty => fmt::layer().with_ansi(false).with_writer(writer).with_filter(filter).boxed(),
        LogFormat::Json => fmt::layer().json().flatten_event(true).with_writer(writer).with_filter(filter).boxed(),
    })
}

fn is_without_payloads(event: &Metadata<'_>) -> bool {
    let origin = event.target().split("::").next().unwrap_or_default();
    *event.level() != Level::TRACE || OURS.contains(&origin)
}

/// Why logs or metrics cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The filter of the configuration cannot be read.
    #[error("log.filter cannot be read")]
    Filter(#[source] ParseError),
    /// The log file cannot be opened.
    #[error("the log file cannot be opened")]
    File(#[source] std::io::Error),
    /// The metrics' recorder cannot be set up.
    #[error("metrics cannot be recorded")]
    Metrics(#[from] BuildError),
}
