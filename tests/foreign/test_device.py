"""The device of this folder against a running Trayline, beside a technician who uses the HTTP API."""

import asyncio
import os
import tempfile
import unittest
from pathlib import Path

import nkeys

from cable import Cable
from device import Device
from enrolment import Identity, Refused, post
from front import Front
from wire import CONFLICTS, MAX_TEXT_BYTES, TextRefused, new_id, said

URL = os.environ["TRAYLINE_URL"].rstrip("/")
TEXTS = [
    "hello",
    "👩‍👩‍👧‍👦 👋🏽 🇮🇱 e\u0301",
    "שלום \u202eabc\u202c مرحبا",
    " line one\r\n\tline two\n\n",
    '"quoted" \\ {"kind":"closed.v1"} <b>&amp;</b>',
    "é" * (MAX_TEXT_BYTES // 2),
    "\u0001" * MAX_TEXT_BYTES,
]


class Story(unittest.IsolatedAsyncioTestCase):
    """Each test has a technician, an enrolment key, and devices of its own."""

    async def asyncSetUp(self):
        asyncio.get_running_loop().slow_callback_duration = 1
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.front = Front(URL)
        self.addAsyncCleanup(self.front.close)
        await self.front.sign_in(os.environ["TRAYLINE_EMAIL"], os.environ["TRAYLINE_PASSWORD"])
        self.key = os.environ.get("TRAYLINE_ENROLMENT_KEY") or await self.front.enrolment_key()

    def enrolled(self, name="FOREIGN-01"):
        identity = Identity(self.folder / name)
        identity.enrol(URL, self.key, name)
        return identity

    async def connected(self, identity=None, **options):
        device = Device(identity or self.enrolled())
        await device.connect(**options)
        self.addAsyncCleanup(device.disconnect)
        return device

    async def all_stored(self, device):
        await device.until(lambda: len(device.outbox) == 0, "everything is stored")

    async def said(self, chat_id):
        return [(message["message_id"], message["text"]) for message in await self.front.messages(chat_id)]


class Enrolling(Story):
    async def test_the_same_key_is_the_same_device(self):
        first = self.enrolled()
        again = self.enrolled()
        self.assertEqual(again.asset_id, first.asset_id)
        self.assertNotEqual(self.enrolled("FOREIGN-02").asset_id, first.asset_id)

    async def test_what_is_not_right_is_refused(self):
        good = {"enrolment_key": self.key, "public_key": Identity(self.folder / "x").public_key, "name": "FOREIGN-01"}
        account = nkeys.from_seed(nkeys.encode_seed(os.urandom(32), nkeys.PREFIX_BYTE_ACCOUNT)).public_key.decode()
        for wrong, status, problem in [
            ({"enrolment_key": "tlk_wrong"}, 403, "/problems/enrolment-refused"),
            ({"public_key": account}, 400, "/problems/malformed"),
            ({"name": "two\nlines"}, 400, "/problems/malformed"),
            ({"colour": "teal"}, 400, "/problems/malformed"),
        ]:
            with self.subTest(wrong), self.assertRaises(Refused) as refused:
                post(f"{URL}/api/v1/enrolments", good | wrong)
            self.assertEqual((refused.exception.status, refused.exception.type), (status, problem))


class Talking(Story):
    async def test_texts_arrive_byte_for_byte_both_ways_and_in_order(self):
        device = await self.connected()
        self.assertEqual(device.about["asset_name"], "FOREIGN-01")
        mine = [(await device.say(text), text) for text in TEXTS]
        await self.all_stored(device)
        chat_id = device.open_chat
        self.assertEqual(await self.said(chat_id), mine)

        theirs = [(new_id(), text) for text in TEXTS]
        for message_id, text in theirs:
            await self.front.say(chat_id, message_id, text)
        await device.until(lambda: len(device.said_in(chat_id)) == 2 * len(TEXTS), "all answers were heard")
        self.assertEqual(device.said_in(chat_id), mine + theirs)

    async def test_what_is_not_a_text_is_refused_at_the_sender(self):
        device = await self.connected()
        for text in ["", "a" * (MAX_TEXT_BYTES + 1), "é" * (MAX_TEXT_BYTES // 2) + "a", "a\0b", "\ud83d"]:
            with self.subTest(text[:4]), self.assertRaises(TextRefused):
                await device.say(text)
        self.assertEqual((len(device.outbox), device.open_chat), (0, None))

    async def test_a_message_sent_again_is_one_message(self):
        device = await self.connected()
        fact = said("once")
        message_id = fact["message_id"]
        device.outbox.add(fact)
        await device.catch_up()
        chat_id = device.open_chat
        again = await device.publish_said(chat_id, fact)
        self.assertEqual((again["seq"], again.get("duplicate")), (device.sent[message_id], True))
        await self.all_stored(device)
        self.assertEqual(await self.said(chat_id), [(message_id, "once")])
        self.assertEqual(device.said_in(chat_id), [(message_id, "once")])

    async def test_a_sync_says_what_is_stored_when_the_receipt_was_lost(self):
        device = await self.connected()
        await device.say("the receipt comes, and the outbox is empty")
        await self.all_stored(device)
        stored = device.said_in(device.open_chat)[0][0]
        unknown = new_id()
        request = {"after": device.after, "pending": [stored, unknown]}
        answer = await device.ask(f"asset.{device.asset_id}.sync", request)
        self.assertEqual((answer["kind"], answer["stored"]), ("synced.v1", [stored]))

    async def test_read_marks_go_both_ways(self):
        device = await self.connected()
        message_id = await device.say("read me")
        await self.all_stored(device)
        chat_id = device.open_chat
        await self.front.call("PUT", f"chats/{chat_id}/read", {"upto": device.sent[message_id]})
        read = {"kind": "read.v1", "upto": device.sent[message_id]}
        await device.until(
            lambda: any(".read.tech." in subject and fact == read for subject, fact in device.facts.values()),
            "the technician has read it",
        )

        seq = (await self.front.say(chat_id, new_id(), "and you me"))["seq"]
        upto = (await self.front.call("GET", f"chats/{chat_id}"))["upto"]
        hearing = self.front.hear(upto, lambda event: event.get("leaf") == "read.client")
        await anext(hearing)
        self.assertIn("seq", await device.mark_read(chat_id, seq))
        heard = await asyncio.wait_for(anext(hearing), 10)
        self.assertEqual((heard["chat_id"], heard["fact"]), (chat_id, {"kind": "read.v1", "upto": seq}))
        await hearing.aclose()

    async def test_typing_goes_both_ways(self):
        device = await self.connected()
        await device.say("wait, there is more")
        await self.all_stored(device)
        chat_id = device.open_chat
        upto = (await self.front.call("GET", f"chats/{chat_id}"))["upto"]
        hearing = self.front.hear(upto, lambda event: event["type"] == "typing")
        await anext(hearing)
        await device.type(chat_id)
        heard = await asyncio.wait_for(anext(hearing), 10)
        self.assertEqual((heard["chat_id"], heard.get("technician_id")), (chat_id, None))
        await hearing.aclose()
        self.assertFalse(device.is_technician_typing(chat_id))

        await self.front.call("POST", f"chats/{chat_id}/typing")
        await device.until(lambda: device.is_technician_typing(chat_id), "the technician is typing")
        await self.front.say(chat_id, new_id(), "done")
        await device.until(lambda: not device.is_technician_typing(chat_id), "their message ends it")


class OpeningAndClosing(Story):
    async def test_a_second_opening_is_refused_and_the_open_chat_is_used(self):
        device = await self.connected()
        await device.say("the first")
        first = device.open_chat
        answer = await device.open(new_id(), 0)
        self.assertIn(answer["error"]["err_code"], CONFLICTS)
        await device.sync()
        self.assertEqual(device.open_chat, first)

    async def test_a_device_that_lost_the_race_takes_part_in_the_other_chat(self):
        device = await self.connected()
        started = await self.front.call("POST", "chats", {"asset_id": device.asset_id})
        device.state_seq, device.open_chat = 0, None  # as if the feed had not come yet
        message_id = await device.say("me too")
        await self.all_stored(device)
        self.assertEqual(await self.said(started["chat_id"]), [(message_id, "me too")])

    async def test_a_closed_chat_stays_closed_and_the_next_message_opens_another(self):
        device = await self.connected()
        await device.say("one")
        await self.all_stored(device)
        first = device.open_chat
        await self.front.call("POST", f"chats/{first}/close")
        await device.until(lambda: device.open_chat is None, "the chat is closed")
        await device.say("two")
        await self.all_stored(device)
        self.assertNotEqual(device.open_chat, first)
        self.assertEqual([text for _, text in await self.said(first)], ["one"])
        self.assertEqual([text for _, text in await self.said(device.open_chat)], ["two"])


class ComingBack(Story):
    async def test_everything_is_shown_once_after_a_time_away(self):
        identity = self.enrolled()
        device = Device(identity)
        await device.connect()
        before = [(await device.say(text), text) for text in ("one", "two")]
        await self.all_stored(device)
        chat_id = device.open_chat
        await device.disconnect()

        missed = [(new_id(), f"missed {number}") for number in range(20)]
        for message_id, text in missed:
            await self.front.say(chat_id, message_id, text)
        while_away = [(await device.say("written while away"), "written while away")]
        self.assertEqual(len(device.outbox), 1)
        await device.connect()
        self.addAsyncCleanup(device.disconnect)
        await self.all_stored(device)

        everything = before + missed + while_away
        await device.until(lambda: len(device.said_in(chat_id)) == len(everything), "all was heard")
        self.assertEqual(device.said_in(chat_id), everything)
        fresh = await self.connected(identity)
        self.assertEqual(fresh.said_in(chat_id), everything)
        self.assertEqual(await self.said(chat_id), everything)

    async def test_a_pulled_cable_loses_and_doubles_nothing(self):
        identity = self.enrolled()
        cable = Cable(identity.enrolled["broker_urls"][0])
        await cable.plug()
        self.addCleanup(cable.pull)
        identity.enrolled["broker_urls"] = [cable.url]
        device = await self.connected(identity)
        everything = [(await device.say("before"), "before")]
        await self.all_stored(device)
        chat_id = device.open_chat

        cable.pull()
        await device.until(lambda: not device.nats.is_connected, "the device has noticed")
        for text in ("meanwhile", "and more"):
            message_id = new_id()
            await self.front.say(chat_id, message_id, text)
            everything.append((message_id, text))
        everything.append((await device.say("written without a connection"), "written without a connection"))
        await cable.plug(cable.port)

        await self.all_stored(device)
        await device.until(lambda: len(device.said_in(chat_id)) == len(everything), "all was heard")
        self.assertEqual(device.said_in(chat_id), everything)
        self.assertEqual(await self.said(chat_id), everything)

    async def test_an_outbox_outlives_its_process(self):
        identity = self.enrolled()
        message_id = await Device(identity).say("before the power went")
        device = await self.connected(Identity(identity.folder))
        await self.all_stored(device)
        self.assertEqual(await self.said(device.open_chat), [(message_id, "before the power went")])

    async def test_a_long_absence_comes_page_by_page(self):
        device = await self.connected()
        texts = [str(number) + "x" * (MAX_TEXT_BYTES - 2) for number in range(10, 30)]
        for text in texts:
            await device.say(text)
        await self.all_stored(device)
        fresh = await self.connected(device.identity)
        self.assertEqual([text for _, text in fresh.said_in(device.open_chat)], texts)


class Rights(Story):
    async def test_a_denied_publish_is_an_error_event_and_no_answer(self):
        device = await self.connected()
        await device.say("mine")
        closed = f"chat.{device.asset_id}.{device.open_chat}.state.closed"
        asked = asyncio.create_task(device.ask(closed, {"kind": "closed.v1", "by": {"type": "client"}}, patience=1))
        await device.until(lambda: any("permissions violation" in error.lower() for error in device.broker_errors), "an event")
        self.assertIsNone(await asked)
        await device.sync()
        self.assertIsNotNone(device.open_chat)

    async def test_the_websocket_is_as_good(self):
        identity = self.enrolled()
        if not any(url.startswith("ws") for url in identity.enrolled["broker_urls"]):
            self.skipTest("this Trayline's broker has no WebSocket")
        device = await self.connected(identity, scheme=("ws", "wss"))
        message_id = await device.say("through the proxy")
        await self.all_stored(device)
        self.assertEqual(await self.said(device.open_chat), [(message_id, "through the proxy")])


if __name__ == "__main__":
    unittest.main()
