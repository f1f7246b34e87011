"""A file on its way in: from the body of a request into a temporary file, piece by piece."""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from tempfile import SpooledTemporaryFile

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.types import Message

from api.domain.errors import DomainError, Fault, Refused
from api.imports.sent_back import LINES
from api.imports.shelves import IN_MEMORY
from api.usecases.imports import Upload

FORM = "multipart/form-data"
_LINES_ENDINGS = (".ndjson", ".jsonl")
_SHA_256 = re.compile(r"sha-256=:([A-Za-z0-9+/=]{1,100}):")
_PIECE = 256 * 1024


@asynccontextmanager
async def received(request: Request, media_types: Sequence[str]) -> AsyncIterator[Upload]:
    """The file of a request, whole, and as its ``Content-Digest`` says; it is gone afterwards.

    Raises 415 for another media type, ``content_digest_invalid`` and ``content_digest_mismatch`` (RFC 9530).
    """
    media_type = _media_type(request.headers.get("content-type"))
    if media_type not in (*media_types, FORM):
        raise HTTPException(415, headers={"Accept-Post": ", ".join((*media_types, FORM))})
    stated = _stated_digest(request)
    body = _Body(request)
    if media_type == FORM:
        async with Request(request.scope, body).form(max_files=1, max_fields=1) as form:
            file = form.get("file")
            if not isinstance(file, UploadFile):
                raise Refused([Fault("field_missing", "/file")])
            body.check(stated)
            yield await _from_form(file)
        return
    with SpooledTemporaryFile(IN_MEMORY) as spooled:
        async for piece in Request(request.scope, body).stream():
            spooled.write(piece)
        body.check(stated)
        yield Upload(spooled, lines=media_type == LINES, digest=body.digest)


async def _from_form(file: UploadFile) -> Upload:
    """The digest is that of the file: the boundaries around it differ from form to form."""
    digest = hashlib.sha256()
    while piece := await file.read(_PIECE):
        digest.update(piece)
    name = file.filename or ""
    lines = _media_type(file.content_type) == LINES or name.lower().endswith(_LINES_ENDINGS)
    return Upload(file.file, name, lines, digest.hexdigest())


class _Body:
    """What a request sends, with the digest of all of it."""

    def __init__(self, request: Request) -> None:
        self._receive = request.receive
        self._sha = hashlib.sha256()

    async def __call__(self) -> Message:
        message = await self._receive()
        self._sha.update(message.get("body", b""))
        return message

    @property
    def digest(self) -> str:
        return self._sha.hexdigest()

    def check(self, stated: bytes | None) -> None:
        if stated is not None and not hmac.compare_digest(stated, self._sha.digest()):
            raise DomainError("content_digest_mismatch")


def _stated_digest(request: Request) -> bytes | None:
    """The SHA-256 that the sender computed; other algorithms are not looked at, as the RFC allows."""
    members = ",".join(request.headers.getlist("content-digest")).split(",")
    stated = [member.strip() for member in members if member.strip().startswith("sha-256=")]
    if not stated:
        return None
    match = _SHA_256.fullmatch(stated[-1])
    try:
        digest = base64.b64decode(match[1], validate=True) if match else b""
    except binascii.Error:
        digest = b""
    if len(digest) != hashlib.sha256().digest_size:
        raise DomainError("content_digest_invalid")
    return digest


def _media_type(header: str | None) -> str:
    return (header or "").split(";")[0].strip().lower()
