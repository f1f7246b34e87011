"""Sending a server more than it takes, framed in every way that HTTP has."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True)
class Framing:
    header: str
    piece: Callable[[bytes], bytes]
    end: bytes = b""


def with_its_length(size: int) -> Framing:
    return Framing(f"Content-Length: {size}", lambda piece: piece)


def in_chunks(_size: int) -> Framing:
    return Framing("Transfer-Encoding: chunked", lambda piece: b"%x\r\n%s\r\n" % (len(piece), piece), b"0\r\n\r\n")


def with_a_length_that_lies(_size: int) -> Framing:
    return Framing("Content-Length: 10", lambda piece: piece)


async def pour(url: str, token: str, framed: Callable[[int], Framing], size: int) -> bytes:
    """Sends so many bytes as one body, until it is answered; the answer."""
    framing = framed(size)
    host, port = url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    head = ("POST /v1/visits HTTP/1.1", f"Host: {host}", f"Authorization: Bearer {token}", framing.header)
    writer.write("\r\n".join((*head, "Content-Type: application/json", "", "")).encode())
    answer = asyncio.create_task(_answer(reader))
    piece, sent = b'{"name": ' + b"0" * (MEBIBYTE // 4), 0
    while sent < size and not answer.done():
        writer.write(framing.piece(piece))
        sent += len(piece)
        with suppress(ConnectionError):
            await writer.drain()
        await asyncio.sleep(0)
    with suppress(ConnectionError):
        writer.write(framing.end)
    said = await asyncio.wait_for(answer, 30)
    writer.transport.abort()
    return said


async def _answer(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    length = head.lower().partition(b"content-length: ")[2].partition(b"\r")[0]
    return head + await reader.readexactly(int(length))
