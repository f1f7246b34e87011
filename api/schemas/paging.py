"""Lists on the wire: a page of entries and where to go on."""

from collections.abc import Sequence
from typing import Annotated, Generic, Self, TypeVar

from pydantic import Field

from api.schemas.base import Out

T = TypeVar("T")

PAGE_SIZE = 50
MOST_PAGE_SIZE = 200
PageSize = Annotated[int, Field(ge=1, le=MOST_PAGE_SIZE)]
PageToken = Annotated[str, Field(json_schema_extra={"maxLength": 2000})]  # whatever is wrong: one code


class Page(Out, Generic[T]):
    """Entries in their order; ``next_page_token`` asks for those that follow.

    ``total``: of all pages together, only there where it was asked for (``count=exact``).
    """

    data: list[T]
    next_page_token: str | None
    has_more: bool
    total: Annotated[int | None, Field(exclude_if=lambda total: total is None)] = None

    @classmethod
    def of(cls, data: Sequence[T], token: str | None, total: int | None = None) -> Self:
        """``token``: of the page that follows, None after the last."""
        return cls(data=list(data), next_page_token=token, has_more=token is not None, total=total)
