"""Lists page by page: what a client asks for, where it goes on, and the link to there."""

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Query, Request, Response

from api.schemas.paging import PAGE_SIZE, PageSize, PageToken
from api.store import Registers
from api.store.paging import decode_token, encode_token

T = TypeVar("T")
Filter = Mapping[str, Any]


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


MyPage = Annotated[Pager, Depends()]
