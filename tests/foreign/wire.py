"""What goes over the wire, and the checks that a sender owes: the broker does not look into payloads."""

import os
import re
import time
import uuid
from datetime import datetime, timezone

ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
MAX_TEXT_BYTES = 16_384
CONFLICTS = (10071, 10164)


class TextRefused(ValueError):
    """The text cannot be sent; the message can be shown to whoever wrote it."""


def new_id():
    """A UUIDv7: 48 bits of milliseconds, version, randomness."""
    raw = bytearray(int(time.time() * 1000).to_bytes(6, "big") + os.urandom(10))
    raw[6] = 0x70 | raw[6] & 0x0F
    raw[8] = 0x80 | raw[8] & 0x3F
    return str(uuid.UUID(bytes=bytes(raw)))


def said(text):
    """A message of the client, or `TextRefused`."""
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        raise TextRefused("the text has half a character") from None
    if size == 0:
        raise TextRefused("the text is empty")
    if size > MAX_TEXT_BYTES:
        raise TextRefused(f"the text has {size} bytes; the limit is {MAX_TEXT_BYTES}")
    if "\0" in text:
        raise TextRefused("the text has a NUL character")
    written_at = datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    by = {"type": "client"}
    return {"kind": "said.v1", "message_id": new_id(), "by": by, "text": text, "written_at": written_at}


def is_fact(subject, fact):
    """Whether a payload is what its subject promises, and of a version that this client knows."""
    leaf = ".".join(subject.split(".")[3:])
    kind = fact.get("kind") if isinstance(fact, dict) else None
    if leaf in ("state.opened", "state.closed"):
        return kind == leaf.removeprefix("state.") + ".v1"
    if leaf in ("said.client", "said.tech", "said.system"):
        return kind == "said.v1" and ID.fullmatch(str(fact.get("message_id"))) and isinstance(fact.get("text"), str)
    return leaf.startswith("read.") and kind == "read.v1" and isinstance(fact.get("upto"), int)
