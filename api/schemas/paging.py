"""Lists on the wire: a page of entries and where to go on."""

from typing import Annotated, Generic, TypeVar

from pydantic import Field

from api.schemas.base import Out

T = TypeVar("T")

PAGE_SIZE = 50
MOST_PAGE_SIZE = 200
PageSize = Annotated[int, Field(ge=1, le=MOST_PAGE_SIZE)]
PageToken = Annotated[str, Field(json_schema_extra={"maxLength": 2000})]  # whatever is wrong: one code


class Page(Out, Generic[T]):
    """Entries in their order; ``next_page_token`` asks for those that follow."""

    data: list[T]
    next_page_token: str | None
    has_more: bool
