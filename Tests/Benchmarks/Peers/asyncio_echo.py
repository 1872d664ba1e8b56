"""An echo server on Python's asyncio or on uvloop; see the usage."""

import asyncio
import sys

USAGE = """usage: asyncio_echo.py asyncio|uvloop streams|protocol tcp|udp|unix PATH|spawn

Sends back what comes, with streams or with a protocol. There is udp for a protocol only; spawn, for
streams only, is tcp, but runs a program before it answers. Prints its port, 0 for unix, and serves
until it is killed."""

TCP = {"host": "127.0.0.1", "port": 0, "backlog": 1024}


class Echo(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.transport.write(data)


class DatagramEcho(asyncio.DatagramProtocol):
    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, address):
        self.transport.sendto(data, address)


async def echo(reader, writer):
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    writer.close()


async def spawn(reader, writer):
    while data := await reader.read(65536):
        child = await asyncio.create_subprocess_exec("/bin/true")
        if await child.wait() != 0:
            break
        writer.write(data)
        await writer.drain()
    writer.close()


async def serve(kind, transport, path=None):
    """Returns what listens, to keep it, and the port."""
    loop = asyncio.get_running_loop()
    match kind, transport:
        case "streams", "tcp":
            server = await asyncio.start_server(echo, **TCP)
        case "streams", "spawn":
            server = await asyncio.start_server(spawn, **TCP)
        case "streams", "unix":
            return await asyncio.start_unix_server(echo, path, backlog=1024), 0
        case "protocol", "tcp":
            server = await loop.create_server(Echo, **TCP)
        case "protocol", "unix":
            return await loop.create_unix_server(Echo, path, backlog=1024), 0
        case "protocol", "udp":
            endpoint, _ = await loop.create_datagram_endpoint(
                DatagramEcho, local_addr=("127.0.0.1", 0)
            )
            return endpoint, endpoint.get_extra_info("sockname")[1]
        case _:
            sys.exit(USAGE)
    return server, server.sockets[0].getsockname()[1]


async def main(arguments):
    server, port = await serve(*arguments)
    print(port, flush=True)
    await asyncio.Event().wait()


if not 4 <= len(sys.argv) <= 5 or sys.argv[1] not in ("asyncio", "uvloop"):
    sys.exit(USAGE)
if sys.argv[1] == "uvloop":
    import uvloop

    uvloop.run(main(sys.argv[2:]))
else:
    asyncio.run(main(sys.argv[2:]))
