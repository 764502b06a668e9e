"""How a device gets in: its key, and what the server gives it for the public half."""

import json
import os
import urllib.error
import urllib.request
from pathlib import Path

import nkeys


class Refused(Exception):
    """The server's answer was a problem; `type` says which."""

    def __init__(self, status, problem):
        super().__init__(problem.get("detail"))
        self.status, self.type = status, problem.get("type")


class Identity:
    """Who this device is, kept in a folder that only it can read."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.key_pair = nkeys.from_seed(self._seed())
        enrolled = self.folder / "identity.json"
        self.enrolled = json.loads(enrolled.read_text()) if enrolled.exists() else None

    @property
    def public_key(self):
        return self.key_pair.public_key.decode()

    @property
    def asset_id(self):
        return self.enrolled["asset_id"]

    def enrol(self, front, enrolment_key, name):
        """Enrols this device. Again in the same folder, it is the same device."""
        asked = {"enrolment_key": enrolment_key, "public_key": self.public_key, "name": name}
        self.enrolled = post(f"{front}/api/v1/enrolments", asked)
        write(self.folder / "identity.json", json.dumps(self.enrolled).encode())

    def _seed(self):
        """The seed is on the disk before its public half goes anywhere."""
        path = self.folder / "device.seed"
        if not path.exists():
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            write(path, nkeys.encode_seed(os.urandom(32), nkeys.PREFIX_BYTE_USER))
        return bytearray(path.read_bytes())


def post(url, body):
    """Posts JSON. Returns the answer's, or raises `Refused`."""
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            raise Refused(error.code, json.load(error)) from None


def write(path, content):
    """Replaces a private file; afterwards it has the old or the new content, whatever happens to the machine."""
    new = path.with_suffix(".new")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
