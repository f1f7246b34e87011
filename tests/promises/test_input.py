"""What comes in, however it is meant: refused with a code, soon, changing nothing and repeating nothing."""

import json
import time
from collections.abc import AsyncIterator, Mapping

import httpx
import pytest
from fastapi import FastAPI

from api.deps import Service
from api.messages import CATALOGUE
from api.schemas.base import MOST_FAULTS
from tests.conftest import Urls
from tests.fingerprints import fingerprints
from tests.promises.calls import Calls, calls_to
from tests.promises.names import promise
from tests.promises.plugin import Counted, Told

CANARY = "金丝雀七三一九"


@pytest.fixture
async def calls(app: FastAPI, service: Service) -> AsyncIterator[Calls]:
    async with calls_to(app, service) as made:
        yield made


def assert_refused(answer: httpx.Response) -> None:
    """With a problem that has a code and nothing of what was sent."""
    assert 400 <= answer.status_code < 500, f"{answer.request.method} {answer.request.url.path}: {answer.text}"
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] in CATALOGUE
    assert CANARY not in answer.text
    assert len(answer.json()["errors"]) <= MOST_FAULTS


async def unchanged(database: Urls) -> Mapping[str, object]:
    """What is equal as long as nothing was taken; a wrong password is counted all the same."""
    return {table: rows for table, rows in (await fingerprints(database)).items() if table != "failed_sign_ins"}


# --- P20 ----------------------------------------------------------------------------------------------

_DEEP, _WIDE, _LONG = 10_000, 20_000, 100_000
WHOLE: dict[str, bytes] = {
    "arrays in arrays": b"[" * _DEEP + b"]" * _DEEP,
    "objects in objects": b'{"a":' * _DEEP + b"1" + b"}" * _DEEP,
    "a little too deep": b'{"a":' * 33 + b"1" + b"}" * 33,
    "many keys": json.dumps({f"{CANARY}{n}": n for n in range(_WIDE)}).encode(),
    "a long array": b"[" + b"0," * _LONG + b"0]",
    "many objects": b"[" + b"{}," * _LONG + b"{}]",
    "a text without an end": b"{" * 40 + b'"' + b'\\"' * (_LONG * 5),
    "a long text": json.dumps(CANARY * _LONG).encode(),
    "a long key": json.dumps({CANARY * _LONG: 1}).encode(),
    "the same key twice": b'{"a":1,"a":2}',
    "the same key spelt twice": rb'{"a":1,"\u0061":2}',
    "UTF-16": json.dumps({"name": CANARY}).encode("utf-16"),
    "UTF-32": json.dumps({"name": CANARY}).encode("utf-32"),
    "no UTF-8": b'{"name":"\xc3\x28"}',
    "a byte order mark": b'\xef\xbb\xbf{"a":1}',
    "more behind the end": b"{} {}",
    "a comment": b"{/* */}",
    "half of one": b'{"a":',
}
VALUES: dict[str, bytes] = {
    "no number": b"NaN",
    "without end": b"Infinity",
    "without end below": b"-Infinity",
    "too large to keep": b"1e999",
    "an integer of 65 bits": b"36893488147419103232",
    "one beyond what is exact": b"-9007199254740993",
    "an integer of 5,000 digits": b"9" * 5_000,
    "half of a character": rb'"\ud83d"',
    "nothing at all": rb'"\u0000"',
    "a long array": b"[" + b"0," * 3_000 + b"0]",
    "a wide object": json.dumps({f"{CANARY}{n}": n for n in range(300)}).encode(),
}


@promise("P20")
async def test_a_body_made_to_hurt_is_refused_wherever_it_is_sent(
    calls: Calls, database: Urls, counted: Counted, told: Told
) -> None:
    made = await calls.of(calls.some(counted(12, 1000), lambda each: each.takes_json))
    made = [each for each in made if each.body is not None]
    before, slowest, sent = await unchanged(database), 0.0, 0
    for call in made:
        fields = sorted(call.body) or ["a"]
        said = [b"{" + b",".join(f'"{name}":'.encode() + value for name in fields) + b"}" for value in VALUES.values()]
        for body in [*WHOLE.values(), *said]:
            began = time.perf_counter()
            answer = await call.send(body)
            slowest, sent = max(slowest, time.perf_counter() - began), sent + 1
            if answer.status_code != 207:  # an answer item by item says so of each
                assert_refused(answer)
    assert await unchanged(database) == before
    assert slowest < 2
    told(f"{len(made)} operations, {sent} bodies, none taken, the slowest answer {slowest * 1000:.0f} ms")
