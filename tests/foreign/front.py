"""The technician's side, over the HTTP API, as far as the tests need it."""

import json

import aiohttp


class Front:
    """Signed in as a technician."""

    def __init__(self, url):
        self.url = url
        # The jar keeps cookies of plain addresses, too.
        self.http = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))

    async def call(self, method, path, body=None):
        async with self.http.request(method, f"{self.url}/api/v1/{path}", json=body) as answer:
            text = await answer.text()
            if answer.status >= 400:
                raise AssertionError(f"{method} {path}: {answer.status} {text}")
            return json.loads(text) if text else None

    async def sign_in(self, email, password):
        await self.call("POST", "session", {"email": email, "password": password})

    async def enrolment_key(self):
        """A new key; only an administrator may."""
        customers = (await self.call("GET", "customers"))["customers"]
        customer = customers[0] if customers else await self.call("POST", "customers", {"name": "Bluebell Dental"})
        return (await self.call("POST", "enrolment-keys", {"customer_id": customer["customer_id"]}))["key"]

    async def messages(self, chat_id):
        """What was said, by rising sequence."""
        return (await self.call("GET", f"chats/{chat_id}/messages"))["messages"]

    async def say(self, chat_id, message_id, text):
        return await self.call("POST", f"chats/{chat_id}/messages", {"message_id": message_id, "text": text})

    async def hear(self, after, is_it):
        """The events of the live socket that `is_it`, after a first one that says that the socket is ready."""
        async with self.http.ws_connect(f"{self.url}/api/v1/live?after={after}") as live:
            async for frame in live:
                event = json.loads(frame.data)
                if event["type"] == "ready" or is_it(event):
                    yield event

    async def close(self):
        await self.http.close()
