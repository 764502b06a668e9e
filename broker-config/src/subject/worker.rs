//! Subjects of the workers themselves: their leases and their dead letters.

use crate::InstanceId;

use super::MalformedSubject;

/// The lease of one instance of a worker.
#[must_use]
pub fn worker_lease(worker: &str, instance_id: InstanceId) -> String {
    format!("$KV.PRESENCE.worker.{worker}.{instance_id}")
}

/// Where a worker's dead letters go.
#[must_use]
pub fn dead(worker: &str) -> String {
    format!("dead.{worker}")
}

/// The worker of a [`dead`] subject.
///
/// # Errors
/// When the subject is not one.
pub fn parse_dead(subject: &str) -> Result<&str, MalformedSubject> {
    subject.strip_prefix("dead.").filter(|worker| !worker.is_empty()).ok_or(MalformedSubject)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dead_letters_subject_names_its_worker() {
        assert_eq!(parse_dead(&dead("unavailable-due")), Ok("unavailable-due"));
        for other in ["dead.", "dead", "chat.x"] {
            assert_eq!(parse_dead(other), Err(MalformedSubject), "{other}");
        }
    }
}
