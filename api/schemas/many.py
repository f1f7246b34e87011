"""Lists that are acted on as lists, on the wire."""

from collections.abc import Iterable
from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field

from api.domain.errors import Fault
from api.messages import Language
from api.schemas.base import FaultOut, In, Out

MOST_AT_ONCE = 200


class ManyIn(In):
    """The things to act on, by id."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"ids": ["01930000-0000-7000-8000-000000000001"]}]})

    ids: Annotated[list[UUID], Field(min_length=1, max_length=MOST_AT_ONCE)]


class DoneOut(Out):
    """What became of one of them; without errors ``state`` is how it stands now."""

    id: UUID
    state: str | None
    errors: list[FaultOut]


class ManyOut(Out):
    """In the order in which they were named."""

    items: list[DoneOut]

    @classmethod
    def of(cls, done: Iterable[Any], language: Language) -> "ManyOut":
        return cls(items=[DoneOut(id=d.id, state=d.state, errors=_said(d.faults, language)) for d in done])


def _said(faults: Iterable[Fault], language: Language) -> list[FaultOut]:
    return [FaultOut.of(fault, language) for fault in faults]
