use std::fs;
use std::sync::{Arc, Mutex};

use broker_config::Line;
use proptest::prelude::*;

use super::*;

fn unsent(text: &str) -> Unsent {
    Unsent {
        message_id: MessageId::new(),
        by: Author::Client { session_user: Some(Line::new("ann").unwrap()) },
        text: Text::new(text).unwrap(),
        written_at: "2026-01-02T03:04:05Z".parse().unwrap(),
        chat_id: None,
    }
}

fn accept<D: Disk>(outbox: &mut Outbox<D>, text: &str) -> Result<Unsent, OutboxError> {
    let unsent = unsent(text);
    outbox.commit(vec![Change::Accepted(unsent.clone())])?;
    Ok(unsent)
}

fn all<D: Disk>(outbox: &Outbox<D>) -> Vec<Unsent> {
    outbox.unsent().cloned().collect()
}

#[test]
fn what_is_accepted_bound_and_not_stored_is_there_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let (mut outbox, salvage) = Outbox::open(folder.path()).unwrap();
    assert_eq!(salvage, Salvage::default());
    let stored = accept(&mut outbox, "a\nb").unwrap();
    let mut bound = accept(&mut outbox, "👩‍👩‍👧 \u{202e}é").unwrap();
    let waiting = accept(&mut outbox, "c").unwrap();
    let (message_id, chat_id) = (bound.message_id, ChatId::new());
    outbox.commit(vec![Change::Bound { message_id, chat_id }]).unwrap();
    outbox.commit(vec![Change::Bound { message_id, chat_id: ChatId::new() }]).unwrap();
    outbox.forget(&[stored.message_id]);
    drop(outbox);

    let (outbox, salvage) = Outbox::open(folder.path()).unwrap();
    bound.chat_id = Some(chat_id);
    assert_eq!((all(&outbox), salvage), (vec![bound, waiting], Salvage::default()));
}

#[test]
fn a_second_agent_on_the_same_folder_is_refused_until_the_first_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let first = Outbox::open(folder.path()).unwrap();
    assert!(matches!(Outbox::open(folder.path()), Err(OutboxError::InUse(_))));
    drop(first);
    Outbox::open(folder.path()).unwrap();
}

#[cfg(unix)]
#[test]
fn only_the_owner_may_read_the_files() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("new");
    let (mut outbox, _) = Outbox::open(&folder).unwrap();
    accept(&mut outbox, "a").unwrap();
    outbox.rewrite().unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&folder), mode(&folder.join("outbox.jsonl"))), (0o700, 0o600));
}

#[test]
fn a_journal_cut_at_any_byte_keeps_every_whole_line_and_takes_new_ones() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("outbox.jsonl");
    let (mut outbox, _) = Outbox::open(folder.path()).unwrap();
    let mut steps = vec![(0, all(&outbox))];
    let mut note = |outbox: &Outbox| {
        steps.push((usize::try_from(fs::metadata(&path).unwrap().len()).unwrap(), all(outbox)));
    };
    let first = accept(&mut outbox, "é").unwrap();
    note(&outbox);
    accept(&mut outbox, "b").unwrap();
    note(&outbox);
    let (message_id, chat_id) = (first.message_id, ChatId::new());
    outbox.commit(vec![Change::Bound { message_id, chat_id }]).unwrap();
    note(&outbox);
    outbox.forget(&[message_id]);
    note(&outbox);
    drop(outbox);
    let whole = fs::read(&path).unwrap();

    for length in 0..=whole.len() {
        fs::write(&path, &whole[..length]).unwrap();
        let (mut outbox, salvage) = Outbox::open(folder.path()).unwrap();
        let (at, expected) = steps.iter().rev().find(|(at, _)| *at <= length).unwrap();
        // A line that lacks nothing but its line break is as good as whole.
        let next = steps.iter().find(|(at, _)| *at == length + 1).map(|(_, expected)| expected);
        assert_eq!(&all(&outbox), next.unwrap_or(expected), "{length}");
        assert_eq!(salvage, Salvage { damaged_lines: 0, torn: *at != length }, "{length}");
        let added = accept(&mut outbox, "new").unwrap();
        drop(outbox);
        let (outbox, salvage) = Outbox::open(folder.path()).unwrap();
        assert_eq!((all(&outbox).last(), salvage), (Some(&added), Salvage::default()), "{length}");
    }
}

#[test]
fn damaged_lines_are_kept_aside_and_the_others_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("outbox.jsonl");
    let (mut outbox, _) = Outbox::open(folder.path()).unwrap();
    let kept = [accept(&mut outbox, "a").unwrap(), accept(&mut outbox, "c").unwrap()];
    drop(outbox);
    let journal = fs::read_to_string(&path).unwrap();
    let damaged = b"\xff\xfe\n{\"kind\":\"accepted.v1\"}\n";
    let (first, last) = journal.split_at(journal.find('\n').unwrap() + 1);
    fs::write(&path, [first.as_bytes(), damaged, last.as_bytes()].concat()).unwrap();

    let (outbox, salvage) = Outbox::open(folder.path()).unwrap();
    assert_eq!((all(&outbox), salvage.damaged_lines, salvage.torn), (kept.to_vec(), 2, false));
    assert_eq!(fs::read(folder.path().join("outbox.damaged")).unwrap(), damaged);
    drop(outbox);
    assert_eq!(Outbox::open(folder.path()).unwrap().1, Salvage::default());
}

#[test]
fn a_journal_about_messages_long_gone_does_not_grow() {
    let folder = tempfile::tempdir().unwrap();
    let (mut outbox, _) = Outbox::open(folder.path()).unwrap();
    let waiting = accept(&mut outbox, "waiting").unwrap();
    let text = "x".repeat(1000);
    for _ in 0..500 {
        let message_id = accept(&mut outbox, &text).unwrap().message_id;
        outbox.forget(&[message_id]);
    }
    let bytes = fs::metadata(folder.path().join("outbox.jsonl")).unwrap().len();
    assert!(bytes <= COMPACT_BYTES + 2000, "{bytes}");
    assert_eq!(all(&outbox), [waiting]);
}

#[test]
fn an_outbox_has_room_for_so_much_and_no_more() {
    let (mut outbox, _) = Outbox::over(FaultyDisk::default(), b"").unwrap();
    assert!(outbox.has_room(MAX_UNSENT, 1) && !outbox.has_room(MAX_UNSENT + 1, 1));
    accept(&mut outbox, "ab").unwrap();
    assert!(!outbox.has_room(MAX_UNSENT, 1));
    assert!(outbox.has_room(1, MAX_UNSENT_BYTES - 2) && !outbox.has_room(1, MAX_UNSENT_BYTES - 1));
}

/// A disk in memory that fails at one operation and at those after it, and knows what a power cut would leave.
#[derive(Clone, Default)]
struct FaultyDisk {
    written: Arc<Mutex<Vec<u8>>>,
    synced: Arc<Mutex<Vec<u8>>>,
    operations: Arc<Mutex<usize>>,
    fails: Arc<Mutex<std::ops::Range<usize>>>,
}

impl FaultyDisk {
    fn attempt(&self) -> std::io::Result<()> {
        let mut operations = self.operations.lock().unwrap();
        *operations += 1;
        if self.fails.lock().unwrap().contains(&(*operations - 1)) {
            Err(io::ErrorKind::StorageFull.into())
        } else {
            Ok(())
        }
    }
}

impl Disk for FaultyDisk {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        let result = self.attempt();
        // A full disk takes what fits.
        let taken = if result.is_ok() { bytes.len() } else { bytes.len() / 2 };
        self.written.lock().unwrap().extend_from_slice(&bytes[..taken]);
        result
    }

    fn sync(&mut self) -> io::Result<()> {
        self.attempt()?;
        *self.synced.lock().unwrap() = self.written.lock().unwrap().clone();
        Ok(())
    }

    fn cut(&mut self, length: u64) -> io::Result<()> {
        self.attempt()?;
        self.written.lock().unwrap().truncate(usize::try_from(length).unwrap());
        Ok(())
    }

    fn replace(&mut self, contents: &[u8]) -> io::Result<()> {
        self.attempt()?;
        *self.written.lock().unwrap() = contents.to_vec();
        *self.synced.lock().unwrap() = contents.to_vec();
        Ok(())
    }

    fn keep_aside(&mut self, _: &[u8]) -> io::Result<()> {
        self.attempt()
    }
}

proptest! {
    #[test]
    fn whatever_fails_what_was_promised_survives_and_what_was_refused_does_not_come_back(
        first_failure in 0_usize..30,
        failures in 1_usize..6,
        stored_after in 1_usize..4,
    ) {
        let disk = FaultyDisk::default();
        *disk.fails.lock().unwrap() = first_failure..first_failure + failures;
        let (mut outbox, _) = Outbox::over(disk.clone(), b"").unwrap();
        let (mut promised, mut refused, mut forgotten) = (Vec::new(), Vec::new(), Vec::new());
        for number in 1..=10 {
            match accept(&mut outbox, &format!("message {number}")) {
                Ok(unsent) => promised.push(unsent.message_id),
                Err(error) => {
                    prop_assert!(matches!(error, OutboxError::DiskFull(_)), "{error:?}");
                    refused.push(format!("message {number}"));
                }
            }
            if number % stored_after == 0 && !promised.is_empty() {
                let message_id = promised.remove(0);
                outbox.forget(&[message_id]);
                forgotten.push(message_id);
            }
        }
        let ids = |outbox: &Outbox<FaultyDisk>| outbox.unsent().map(|unsent| unsent.message_id).collect::<Vec<_>>();
        prop_assert_eq!(ids(&outbox), promised.clone());
        // Once the disk works again, one more message puts everything right.
        *disk.fails.lock().unwrap() = 0..0;
        let last = accept(&mut outbox, "last").unwrap();
        promised.push(last.message_id);
        let survived = disk.synced.lock().unwrap().clone();
        let (reopened, salvage) = Outbox::over(FaultyDisk::default(), &survived).unwrap();
        prop_assert_eq!(salvage, Salvage::default());
        // What is stored may come back after a power cut; it is recognised by its id.
        let reopened_ids: Vec<_> = ids(&reopened).into_iter().filter(|id| !forgotten.contains(id)).collect();
        prop_assert_eq!(reopened_ids, promised);
        for unsent in reopened.unsent() {
            prop_assert!(!refused.contains(&unsent.text.to_string()), "{:?}", unsent.text);
        }
    }
}
