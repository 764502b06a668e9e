//! What `trayline up` tells the person who waits for it.

use std::future::Future;
use std::io::Write;
use std::time::Duration;

use tokio::time::{Instant, sleep};

/// What takes longer than this is announced.
const UNANNOUNCED: Duration = Duration::from_secs(1);

/// How often somebody who waits is told that it goes on.
const STILL: Duration = Duration::from_secs(10);

/// Awaits `work`, and says what is being done if it takes longer than a second.
pub async fn during<T>(what: &str, work: impl Future<Output = T>) -> T {
    let began = Instant::now();
    tokio::pin!(work);
    tokio::select! {
        done = &mut work => return done,
        () = sleep(UNANNOUNCED) => say(&format!("{what} ...")),
    }
    loop {
        tokio::select! {
            done = &mut work => {
                say(&format!("{what}: done in {:.1} s", began.elapsed().as_secs_f32()));
                return done;
            }
            () = sleep(STILL) => say(&format!("{what}: still at it after {} s", began.elapsed().as_secs())),
        }
    }
}

/// Says something to the person at the terminal. Not the log: it goes on when there is none, and stdout is for results.
pub fn say(line: &str) {
    // Nobody may be there to read it.
    let _ = writeln!(std::io::stderr(), "{line}");
}
