"""What was written here and is not known to be stored: on disk before it is shown, until a receipt or a sync."""

import json

from enrolment import write


class Outbox:
    def __init__(self, folder):
        self.path = folder / "outbox.json"
        # By message_id, in the order of writing: {"fact": …, "chat_id": where it was first published, or None}.
        self.entries = json.loads(self.path.read_text()) if self.path.exists() else {}

    def add(self, said):
        self.entries[said["message_id"]] = {"fact": said, "chat_id": None}
        self._save()

    def bind(self, message_id, chat_id):
        """From now on the message belongs to this chat."""
        if self.entries[message_id]["chat_id"] is None:
            self.entries[message_id]["chat_id"] = chat_id
            self._save()

    def remove(self, message_ids):
        """These are stored. Ids of others' messages are among them."""
        known = [message_id for message_id in message_ids if message_id in self.entries]
        for message_id in known:
            del self.entries[message_id]
        if known:
            self._save()

    def __contains__(self, message_id):
        return message_id in self.entries

    def __len__(self):
        return len(self.entries)

    def _save(self):
        write(self.path, json.dumps(self.entries).encode())
