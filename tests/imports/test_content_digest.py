"""A file whose sender says what it should hash to (RFC 9530) is taken in only if it does."""

from base64 import b64encode
from hashlib import sha256

import httpx
import pytest

from tests.conftest import Urls
from tests.fingerprints import fingerprints
from tests.imports.sending import XLSX, a_roll
from tests.imports.sheets import a_person


def digest(content: bytes) -> str:
    return f"sha-256=:{b64encode(sha256(content).digest()).decode()}:"


async def post(client: httpx.AsyncClient, content: bytes, said: str) -> httpx.Response:
    headers = {"content-type": XLSX, "content-digest": said}
    return await client.post("/v1/elder-imports", content=content, headers=headers)


async def test_a_file_that_is_what_its_digest_says_is_taken_in(instructor: httpx.AsyncClient) -> None:
    content = a_roll([a_person()])
    assert (await post(instructor, content, f"sha-512=:AAAA:, {digest(content)}")).status_code == 201


@pytest.mark.parametrize(
    ("said", "status", "code"),
    [
        (digest(b"another file"), 422, "content_digest_mismatch"),
        ("sha-256=:AAAA:", 400, "content_digest_invalid"),
        ("sha-256=abc", 400, "content_digest_invalid"),
    ],
)
async def test_nothing_is_kept_of_a_file_that_is_not_what_its_digest_says(
    instructor: httpx.AsyncClient, database: Urls, said: str, status: int, code: str
) -> None:
    before = await fingerprints(database)
    answer = await post(instructor, a_roll([a_person()]), said)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert await fingerprints(database) == before
