"""A client that costs next to nothing: ready-made requests over connections that stay open."""

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Posted:
    seconds: float
    statuses: Counter[int]
    latencies: tuple[float, ...]  # seconds, one per request

    @property
    def per_second(self) -> float:
        return sum(self.statuses.values()) / self.seconds


def request(path: str, token: str, body: bytes, key: str | None = None) -> bytes:
    """One POST as it goes over the wire."""
    named = f"Idempotency-Key: {key}\r\n" if key else ""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\n{named}"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def reading(path: str, token: str) -> bytes:
    """One GET as it goes over the wire."""
    return f"GET {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\n\r\n".encode()


async def post_all(server: str, requests: Sequence[Sequence[bytes]]) -> Posted:
    """Send the requests of each connection, all connections at once; each waits for its answer."""
    statuses: Counter[int] = Counter()
    latencies: list[float] = []
    started = time.perf_counter()
    await asyncio.gather(*(_drain(server, mine, statuses, latencies) for mine in requests))
    return Posted(time.perf_counter() - started, statuses, tuple(latencies))


async def _drain(server: str, requests: Sequence[bytes], statuses: Counter[int], latencies: list[float]) -> None:
    place = urlsplit(server)
    reader, writer = await asyncio.open_connection(place.hostname, place.port)
    for each in requests:
        sent = time.perf_counter()
        writer.write(each)
        statuses[await _answer(reader)] += 1
        latencies.append(time.perf_counter() - sent)
    writer.close()
    await writer.wait_closed()


async def _answer(reader: asyncio.StreamReader) -> int:
    head = await reader.readuntil(b"\r\n\r\n")
    lines = head.lower().split(b"\r\n")
    length = next(int(line[15:]) for line in lines if line.startswith(b"content-length:"))
    await reader.readexactly(length)
    return int(head[9:12])
