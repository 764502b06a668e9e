//! The agent ends at every place of its work with messages, one after the other, and is started again.

use std::process::Stdio;

use sqlx::PgPool;
use tests::{Bench, Program};
use tokio::process::Command;

use crate::device::{Device, stored};
use crate::running;

/// More places than there can be: beyond them the test would never end.
const MOST_PLACES: u32 = 200;

/// Says the texts and ends at `place`. Returns what was accepted, and whether all was stored.
async fn run(device: &Device, place: u32, texts: &[String]) -> (Vec<String>, bool) {
    let folder = device.write_identity();
    let program = Program::new("ending_agent", &[], &folder.join("output")).command();
    let mut command = Command::from(program);
    command.arg(folder).arg(place.to_string()).args(texts).stderr(Stdio::null());
    let output = command.output().await.unwrap();
    let accepted = String::from_utf8(output.stdout).unwrap();
    (accepted.lines().map(ToOwned::to_owned).collect(), output.status.success())
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn wherever_it_ends_nothing_accepted_is_lost_and_nothing_is_there_twice(db: PgPool) {
    let bench = Bench::new(db).await;
    running::workers(&bench);
    let device = Device::new(&bench).await;
    for place in 1.. {
        assert!(place < MOST_PLACES, "it always ends");
        let texts = ["a", "b"].map(|text| format!("{text}{place}"));
        let (accepted, all_stored) = run(&device, place, &texts).await;
        let (_, went_well) = run(&device, 0, &[]).await;
        assert!(went_well, "the next start, after it ended at {place}");

        let mut found = stored(&bench.db).await;
        found.retain(|text| texts.contains(text));
        assert!(texts.starts_with(&found), "ended at {place}: {found:?} of {texts:?}, each once and in order");
        assert!(found.starts_with(&accepted), "ended at {place}: accepted {accepted:?}, stored {found:?}");
        if all_stored {
            assert_eq!(found, texts);
            assert!(place > 10, "it ended at {place} places only");
            break;
        }
    }
}
