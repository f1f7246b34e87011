"""Lists page by page: what a client asks for, where it goes on, and the link to there."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Literal, Protocol, TypeVar
from uuid import UUID

from fastapi import Depends, Query, Request, Response

from api.schemas.paging import PAGE_SIZE, PageSize, PageToken
from api.store import Registers
from api.store.paging import decode_token, encode_token

T = TypeVar("T")
Filter = Mapping[str, Any]
Fetch = Callable[..., Awaitable[Sequence[T]]]  # (*, after, size): what follows that place, at most so many


class Pager:
    """One page of a list; a token is good for the operation, filter and reader it was given for."""

    def __init__(
        self,
        request: Request,
        response: Response,
        page_size: Annotated[PageSize, Query()] = PAGE_SIZE,
        page_token: Annotated[PageToken | None, Query()] = None,
    ) -> None:
        self._request = request
        self._response = response
        self._token = page_token
        self.size = page_size

    async def by_id(self, registers: Registers, wanted: Filter, fetch: Fetch[T]) -> tuple[Sequence[T], str | None]:
        """This page of a list in order of id, and the token of the next; ``wanted``: all that the caller asked."""
        after = self.after(registers, wanted)
        rows = await fetch(after=UUID(after[0]) if after else None, size=self.size + 1)
        return self.cut(registers, wanted, rows, lambda row: [str(_of(row, "id"))])

    async def by_day(
        self, registers: Registers, wanted: Filter, fetch: Fetch[T], day: str
    ) -> tuple[Sequence[T], str | None]:
        """The same of a list in order of the attribute ``day``, a date, and of id within a day."""
        after = self.after(registers, wanted)
        place = (date.fromisoformat(after[0]), UUID(after[1])) if after else None
        rows = await fetch(after=place, size=self.size + 1)
        return self.cut(registers, wanted, rows, lambda row: [_of(row, day).isoformat(), str(_of(row, "id"))])

    def after(self, registers: Registers, wanted: Filter) -> list[Any] | None:
        """The place behind which this page begins; None for the first. Raises ``page_token_invalid``."""
        if self._token is None:
            return None
        operation, owner = registers.trace.operation, registers.actor.id
        return decode_token(registers.desk.sealer, operation, wanted, owner, self._token)

    def cut(
        self, registers: Registers, wanted: Filter, entries: Sequence[T], place: Callable[[T], Sequence[Any]]
    ) -> tuple[Sequence[T], str | None]:
        """Of at most ``size + 1`` entries those of this page, and the token of the next if there is one."""
        shown = entries[: self.size]
        if len(entries) <= self.size:
            return shown, None
        operation, owner = registers.trace.operation, registers.actor.id
        token = encode_token(registers.desk.sealer, operation, wanted, owner, place(shown[-1]))
        self._response.headers["Link"] = f'<{self._request.url.include_query_params(page_token=token)}>; rel="next"'
        return shown, token


def _of(row: object, name: str) -> Any:
    return getattr(row, name)


class Countable(Protocol):
    """A list that knows how long it is."""

    async def count(self) -> int: ...


class CountingPager(Pager):
    """One page of a list that can also say how long it is."""

    def __init__(
        self,
        request: Request,
        response: Response,
        page_size: Annotated[PageSize, Query()] = PAGE_SIZE,
        page_token: Annotated[PageToken | None, Query()] = None,
        count: Annotated[Literal["exact"] | None, Query()] = None,
    ) -> None:
        super().__init__(request, response, page_size, page_token)
        self._counts = count is not None

    async def total(self, listing: Countable) -> int | None:
        """The number of entries on all pages, if it was asked for."""
        return await listing.count() if self._counts else None


MyPage = Annotated[Pager, Depends()]
MyCountedPage = Annotated[CountingPager, Depends()]
