//! An agent that ends in the middle of its work, for tests: `ending_agent FOLDER PLACE TEXT…` says the texts, prints how many it
//! has accepted, and ends at the `PLACE`th place at which it may. With 0 it ends when all is stored.

use std::io::Write as _;
use std::path::PathBuf;

use agent::{Agent, AgentSettings, Identity};

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().expect("a folder"));
    let place = arguments.next().expect("a place").parse().expect("a number");
    let identity = Identity::load(&folder).expect("an identity");
    agent::fault::end_at(place);
    let (agent, _events) = Agent::start(AgentSettings::new(identity, folder)).await.expect("started");
    for text in arguments {
        agent.say(&*text).await.expect("accepted");
        writeln!(std::io::stdout(), "{text}").expect("printed");
    }
    agent.all_stored().await.expect("stored");
}
