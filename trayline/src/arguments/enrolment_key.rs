//! The words after `trayline admin enrolment-key`.

use broker_config::{CustomerId, Line, PolicyId};
use clap::{Args, Subcommand};

use super::line;

#[derive(Debug, Subcommand)]
pub enum EnrolmentKey {
    /// Make an enrolment key for a customer's devices, and print it. It is shown this once.
    #[command(after_help = KEY_EXAMPLES)]
    Add(EnrolmentKeyAdd),
}

#[derive(Debug, Args)]
pub struct EnrolmentKeyAdd {
    /// The customer: its id, or its name as far as it is the only one.
    #[arg(long, value_name = "ID|NAME")]
    pub customer: String,

    /// What administrators shall call the key, such as the occasion.
    #[arg(long, value_parser = line)]
    pub name: Option<Line>,

    /// The policy that the devices get.
    #[arg(long, value_name = "ID")]
    pub policy: Option<PolicyId>,

    /// For how many devices it is good. Any number without it.
    #[arg(long, value_parser = clap::value_parser!(i32).range(1..))]
    pub uses: Option<i32>,

    /// For how many days it is good. For ever without it.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=3650))]
    pub days: Option<u32>,

    /// Let in new machines alone. Without it, a machine that was set up anew comes in again as the asset that it was.
    #[arg(long)]
    pub new_machines_only: bool,
}

impl EnrolmentKeyAdd {
    /// The customer, if it was given by id.
    pub fn customer_id(&self) -> Option<CustomerId> {
        self.customer.parse().ok()
    }
}

const KEY_EXAMPLES: &str = "\
Example:
  trayline admin enrolment-key add --customer 'Harbour Dental' --uses 25 --days 14";
