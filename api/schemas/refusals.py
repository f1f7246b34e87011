"""Where refusals are too many, on the wire (A33)."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from api.domain.refusals import RefusalsBy
from api.schemas.base import Out

MOST_REFUSED = 100  # records of one share, to be chosen for a second look


class RefusalShareOut(Out):
    """Of so many records of a worker, or in a village, so many say refused; ``visits``: these, at most 100."""

    by: RefusalsBy
    worker_id: UUID | None
    village: str | None
    refused: int
    records: int
    visits: Annotated[list[UUID], Field(max_length=MOST_REFUSED)]


class RefusalsOut(Out):
    """Those above ``percent``; nobody is listed for being turned away now and then."""

    month: str
    percent: int
    data: list[RefusalShareOut]
