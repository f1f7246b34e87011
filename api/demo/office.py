"""The demo's offices at work: requests over HTTP, by somebody, at an instant of the demo's past."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import httpx

from api.demo.cast import Cast
from api.demo.people import MadeUp
from api.demo.staff import Staff
from api.deps import Service
from api.domain.months import SHANGHAI, Month, civil_date

_TOKEN_LASTS = timedelta(minutes=10)
_PAGE = 200


@dataclass
class Clock:
    """Stands until it is set."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now


@dataclass(frozen=True)
class Office:
    """Everybody's desk. ``now``: when the demo is made; all of its past lies before."""

    client: httpx.AsyncClient
    service: Service
    clock: Clock
    now: datetime
    staff: Staff
    users: dict[str, UUID]
    cast: Cast
    _tokens: dict[str, tuple[str, datetime]] = field(default_factory=dict, repr=False)
    _known: dict[tuple[str, str], str] = field(default_factory=dict, repr=False)

    # --- when -----------------------------------------------------------------------------------------

    @property
    def today(self) -> date:
        return civil_date(self.now)

    @property
    def first_month(self) -> Month:
        """Since when visits are tracked."""
        return Month.of(self.today).previous().previous()

    def day(self, ago: int) -> date:
        return self.today - timedelta(days=ago)

    def at(self, day: date, clock: str = "09:00") -> datetime:
        """A time of day in Shanghai."""
        return datetime.combine(day, time.fromisoformat(clock), SHANGHAI)

    def ago(self, days: int, clock: str = "09:00") -> datetime:
        """A time of an earlier day."""
        return self.at(self.day(days), clock)

    def minutes_ago(self, minutes: int) -> datetime:
        return self.now - timedelta(minutes=minutes)

    # --- who ------------------------------------------------------------------------------------------

    async def id_of(self, elder: MadeUp) -> str:
        """The elder's file; all of them are looked up at once, when the rolls are in."""
        if not self._known:
            async for each in self.pages("supervisor", "/v1/elders"):
                self._known[each["village"], each["name"]] = each["id"]
        return self._known[elder.village.code, elder.name]

    # --- what -----------------------------------------------------------------------------------------

    async def post(self, who: str, path: str, **body: Any) -> dict[str, Any]:
        """The answer to a command, which must succeed."""
        return dict((await self._ask(who, "POST", path, json=body)).json())

    async def put(self, who: str, path: str, **body: Any) -> None:
        await self._ask(who, "PUT", path, json=body)

    async def post_file(self, who: str, path: str, content: bytes, media_type: str, query: Mapping[str, str]) -> None:
        await self._ask(who, "POST", path, content=content, params=query, headers={"Content-Type": media_type})

    async def get(self, who: str, path: str, **query: str | int) -> dict[str, Any]:
        return dict((await self._ask(who, "GET", path, params=query)).json())

    async def pages(self, who: str, path: str, **query: str) -> AsyncIterator[dict[str, Any]]:
        """Everything of a list."""
        page: dict[str, Any] = {"has_more": True}
        after: dict[str, str] = {}
        while page["has_more"]:
            page = await self.get(who, path, page_size=_PAGE, **query, **after)
            after = {"page_token": page["next_page_token"]}
            for each in page["data"]:
                yield each

    async def _ask(self, who: str, method: str, path: str, **sent: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {await self._token(who)}", **sent.pop("headers", {})}
        return _expected(await self.client.request(method, path, headers=headers, **sent))

    async def _token(self, who: str) -> str:
        token, until = self._tokens.get(who, ("", datetime.min.replace(tzinfo=SHANGHAI)))
        if self.clock.now >= until:
            token = await self._begin_session(self.users[who])
            self._tokens[who] = (token, self.clock.now + _TOKEN_LASTS)
        return token

    async def _begin_session(self, user_id: UUID) -> str:
        """As at the end of signing in. Passwords are left out: checking hundreds takes longer than all the rest."""
        async with self.service.store.accounts() as accounts:
            session_id = await accounts.sessions.begin(user_id)
        return self.service.tokens.issue(user_id, session_id, self.clock.now)


def _expected(answer: httpx.Response) -> httpx.Response:
    if not answer.is_success:
        asked = answer.request
        raise RuntimeError(f"{asked.method} {asked.url.path}: {answer.status_code} {answer.text}")
    return answer
