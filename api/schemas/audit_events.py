"""The audit on the wire: who did what to whom and with which result; ids and names of fields, never values."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import StringConstraints

from api.schemas.base import Out

EntryWord = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_ -]*$", max_length=120)]


class AccessOut(Out):
    """``actor_id``: null where the service itself was at work, with the ``reason``. ``result``: ok or a code."""

    seq: int
    at: datetime
    actor_id: UUID | None
    actor_name: str | None
    roles: list[str]
    areas: list[str]
    reason: str | None
    operation: str
    fields: list[str]
    purpose: str | None
    result: str
    request_id: str


class AuditEventOut(AccessOut):
    """``object_ids``: of areas and days their names; at most a thousand, and a file names its import instead.

    ``source``: the address that asked.
    """

    session_id: UUID | None
    object_ids: list[str]
    source: str
