//! A device that ends in the middle of taking another credential, for tests: `ending_rotation FOLDER PLACE` ends at the `PLACE`th place
//! at which it may; with 0 it goes on to the end.

use std::path::PathBuf;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().expect("a folder"));
    let place = arguments.next().expect("a place").parse().expect("a number");
    agent::fault::end_at(place);
    let identity = agent::Identity::load(&folder).expect("an identity");
    agent::rotate(identity, true).await.expect("another credential");
}
