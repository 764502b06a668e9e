"""A cable between a device and its broker that can be pulled."""

import asyncio
from urllib.parse import urlsplit


class Cable:
    """Listens on a free port of this machine, and passes everything on to `url`."""

    def __init__(self, url):
        self.end = urlsplit(url)
        self.writers = set()

    async def plug(self, port=0):
        self.server = await asyncio.start_server(self._pass_on, "127.0.0.1", port)
        self.port = self.server.sockets[0].getsockname()[1]
        self.url = f"nats://127.0.0.1:{self.port}"

    def pull(self):
        self.server.close()
        for writer in self.writers:
            writer.transport.abort()

    async def _pass_on(self, reader, writer):
        far_reader, far_writer = await asyncio.open_connection(self.end.hostname, self.end.port)
        self.writers |= {writer, far_writer}
        await asyncio.gather(pump(reader, far_writer), pump(far_reader, writer))


async def pump(reader, writer):
    try:
        while chunk := await reader.read(65536):
            writer.write(chunk)
            await writer.drain()
    except ConnectionError:
        pass
    writer.close()
