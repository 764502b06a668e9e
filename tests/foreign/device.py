"""A device, written from docs/asyncapi.yaml alone: nothing of Trayline's own code is used here."""

import asyncio
import base64
import json
import random

import nats
from nats.errors import ConnectionClosedError, NoRespondersError, StaleConnectionError
from nats.errors import TimeoutError as NatsTimeout

from outbox import Outbox
from wire import CONFLICTS, is_fact, new_id, said

PATIENCE = 10  # seconds for an answer, and for a receipt
TYPING_COUNTS = 6  # seconds
MAX_PENDING = 500
CONFIRM_EVERY = 256  # facts of the feed between two syncs
UNANSWERED = (NatsTimeout, NoRespondersError, ConnectionClosedError, StaleConnectionError)


class Device:
    """Keeps what it knows in memory and what it must not lose in its outbox."""

    def __init__(self, identity):
        self.identity = identity
        self.asset_id = identity.asset_id
        self.outbox = Outbox(identity.folder)
        self.facts = {}  # by sequence: (subject, fact)
        self.after = 0  # what the last sync was complete up to
        self.state_seq, self.open_chat = 0, None
        self.about = {}  # asset_name, organisation, menu
        self.sent = {}  # by message_id: the sequence in the broker's acknowledgement
        self.typing_until = {}  # by chat_id: loop time until which a technician counts as typing
        self.broker_errors = []
        self.nats = None
        self._believe = False
        self._heard = 0
        self._changed = asyncio.Event()
        self._busy = asyncio.Lock()
        self._tasks = set()

    async def connect(self, scheme=("nats", "tls")):
        """Connects, subscribes, syncs, and sends what the outbox holds, in this order."""
        urls = [url for url in self.identity.enrolled["broker_urls"] if url.split(":")[0] in scheme]
        self.nats = await nats.connect(
            urls,
            user_jwt_cb=lambda: self.identity.enrolled["jwt"].encode(),
            signature_cb=lambda nonce: base64.b64encode(self.identity.key_pair.sign(nonce.encode())),
            inbox_prefix=f"_INBOX_{self.asset_id}",
            error_cb=self._on_error,
            disconnected_cb=self._on_disconnected,
            reconnected_cb=self.catch_up,
            max_reconnect_attempts=-1,
        )
        feed = f"feed.chat.{self.asset_id}.*"
        for leaf in ("state.*", "said.*", "read.tech.*"):
            await self.nats.subscribe(f"{feed}.{leaf}", cb=self._on_fact)
        await self.nats.subscribe(f"live.{self.asset_id}.>", cb=self._on_live)
        await self.nats.subscribe(f"asset.{self.asset_id}.config", cb=self._on_config)
        await self.catch_up()

    async def disconnect(self):
        for task in self._tasks:
            task.cancel()
        await self.nats.close()

    async def catch_up(self):
        async with self._busy:
            await self.sync()
            await self._send_outbox()

    async def until(self, condition, what, seconds=30):
        """Waits until what is known here satisfies `condition`."""

        async def wait():
            while not condition():
                self._changed.clear()
                await self._changed.wait()

        try:
            await asyncio.wait_for(wait(), seconds)
        except asyncio.TimeoutError:
            raise AssertionError(f"not within {seconds} s: {what}") from None

    # What the client does.

    async def say(self, text):
        """Writes a message to the outbox, and sends it if it can. Returns its id, or raises `TextRefused`."""
        fact = said(text)
        self.outbox.add(fact)
        if self.nats is not None and self.nats.is_connected:
            async with self._busy:
                await self._send_outbox()
        return fact["message_id"]

    async def mark_read(self, chat_id, upto):
        return await self.ask(f"chat.{self.asset_id}.{chat_id}.read.client", {"kind": "read.v1", "upto": upto})

    async def type(self, chat_id):
        await self.nats.publish(f"live.{self.asset_id}.{chat_id}.typing.client", b"{}")

    def said_in(self, chat_id):
        """What was said in a chat, in the order of the log: (message_id, text), each message once."""
        messages = {}
        for seq in sorted(self.facts):
            subject, fact = self.facts[seq]
            if subject.split(".")[2] == chat_id and fact["kind"] == "said.v1":
                messages.setdefault(fact["message_id"], fact["text"])
        return list(messages.items())

    def is_technician_typing(self, chat_id):
        return self.typing_until.get(chat_id, 0) > asyncio.get_running_loop().time()

    # What goes out.

    async def sync(self):
        """Asks until nothing is missing. Tries again for as long as nobody answers."""
        more, pause = True, 0.25
        while more:
            pending = list(self.outbox.entries)[:MAX_PENDING]
            answer = await self.ask(f"asset.{self.asset_id}.sync", {"after": self.after, "pending": pending})
            kind = (answer or {}).get("kind")
            if kind == "synced.v1":
                more = self._synced(answer)
            elif kind == "refused.v1" and answer["reason"] != "retry":
                raise RuntimeError(f"the sync was refused: {answer['reason']}")
            else:
                await asyncio.sleep(pause * random.uniform(0.5, 1))
                pause = min(2 * pause, 60)
        self._heard = 0

    async def open(self, chat_id, expected):
        """Opens a chat if nothing was opened or closed since `expected`. Returns the broker's answer, if there was one."""
        headers = {
            "Nats-Msg-Id": chat_id,
            "Nats-Expected-Last-Subject-Sequence": str(expected),
            "Nats-Expected-Last-Subject-Sequence-Subject": f"chat.{self.asset_id}.*.state.*",
        }
        opened = {"kind": "opened.v1", "by": {"type": "client"}}
        return await self.ask(f"chat.{self.asset_id}.{chat_id}.state.opened", opened, headers)

    async def publish_said(self, chat_id, fact):
        headers = {"Nats-Msg-Id": fact["message_id"]}
        return await self.ask(f"chat.{self.asset_id}.{chat_id}.said.client", fact, headers)

    async def _send_outbox(self):
        for message_id, entry in list(self.outbox.entries.items()):
            if message_id in self.sent or message_id not in self.outbox:
                continue
            if entry["chat_id"] is None:
                while self.open_chat is None:
                    await self._open()
                self.outbox.bind(message_id, self.open_chat)
            answer = await self.publish_said(entry["chat_id"], entry["fact"])
            if not is_ack(answer):
                self._later(random.uniform(0.5, 1), self.catch_up)
                return  # the next ones would overtake it
            self.sent[message_id] = answer["seq"]
            self._later(PATIENCE, self._confirm, message_id)

    async def _open(self):
        chat_id = new_id()
        answer = await self.open(chat_id, self.state_seq)
        if is_ack(answer):
            self._set_state(answer["seq"], chat_id)
        else:
            if answer is not None and answer["error"]["err_code"] not in CONFLICTS:
                raise RuntimeError(f"opening was refused: {answer['error']}")
            self._believe = True
            await self.sync()

    async def _confirm(self, message_id):
        """No receipt yet: ask, and send again what is not stored."""
        if message_id in self.outbox:
            async with self._busy:
                await self.sync()
                if message_id in self.outbox:
                    self.sent.pop(message_id, None)
                    await self._send_outbox()

    async def ask(self, subject, payload, headers=None, patience=PATIENCE):
        """The answer to a request, or nothing when there is none."""
        try:
            encoded = json.dumps(payload, ensure_ascii=False).encode()
            answer = await self.nats.request(subject, encoded, timeout=patience, headers=headers)
            return json.loads(answer.data)
        except UNANSWERED:
            return None

    # What comes in.

    async def _on_fact(self, message):
        headers = message.headers or {}
        fact = decode(message.data)
        subject = message.subject.removeprefix("feed.")
        if "Nats-Sequence" in headers and is_fact(subject, fact):
            self._hear(int(headers["Nats-Sequence"]), subject, fact)
            self._heard += 1
            if self._heard == CONFIRM_EVERY:
                self._later(0, self.catch_up)

    async def _on_live(self, message):
        _, _, chat_id, leaf = message.subject.split(".", 3)
        payload = decode(message.data)
        if leaf == "typing.tech":
            self.typing_until[chat_id] = asyncio.get_running_loop().time() + TYPING_COUNTS
        elif leaf == "stored" and isinstance(payload, dict) and isinstance(payload.get("messages"), list):
            self.outbox.remove([receipt["message_id"] for receipt in payload["messages"]])
        self._changed.set()

    async def _on_config(self, _message):
        self._later(random.uniform(0, 5), self.catch_up)

    async def _on_error(self, error):
        self.broker_errors.append(str(error))
        self._changed.set()

    async def _on_disconnected(self):
        self._changed.set()

    def _synced(self, answer):
        if answer["upto"] < self.after:
            self.facts.clear()
            self.after, self.state_seq, self._believe = 0, 0, True
            self.sent.clear()
            return True
        self.about = {name: answer[name] for name in ("asset_name", "organisation", "menu")}
        self.after = answer["upto"]
        for synced in answer["facts"]:
            if is_fact(synced["subject"], synced["fact"]):
                self._hear(synced["seq"], synced["subject"], synced["fact"])
        self._set_state(answer["state_seq"], answer.get("open_chat"))
        self.outbox.remove(answer["stored"])
        self._changed.set()
        return answer["more"]

    def _hear(self, seq, subject, fact):
        if seq in self.facts:
            return
        self.facts[seq] = (subject, fact)
        chat_id = subject.split(".")[2]
        if fact["kind"] in ("opened.v1", "closed.v1"):
            is_open = fact["kind"] == "opened.v1"
            self._set_state(seq, chat_id if is_open else None)
        elif fact["kind"] == "said.v1" and not subject.endswith(".client"):
            self.typing_until.pop(chat_id, None)
        self._changed.set()

    def _set_state(self, state_seq, open_chat):
        if self._believe or state_seq >= self.state_seq:
            self.state_seq, self.open_chat = state_seq, open_chat
            self._believe = False

    def _later(self, seconds, work, *arguments):
        async def run():
            await asyncio.sleep(seconds)
            await work(*arguments)

        task = asyncio.create_task(run())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def is_ack(answer):
    return answer is not None and answer.get("stream") == "CHAT" and answer.get("seq", 0) > 0 and "error" not in answer


def decode(payload):
    try:
        return json.loads(payload)
    except ValueError:
        return None
