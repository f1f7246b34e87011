"""Three villages, somebody of every role, and a way to prepare what an operation works on.

A provider has a contract for the liaison's village, and its visitor is sent to everybody there.
"""

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import asdict, dataclass, field
from datetime import date
from enum import StrEnum
from itertools import count
from uuid import UUID, uuid4

import httpx

from api.deps import Service
from api.domain.access import AREA_LENGTH, FORCE_ROLES, Actor, AreaCode, Grant, Role, contains
from api.domain.months import Month
from api.store import Registers, Trace
from api.store.accounts import Accounts
from api.usecases.founding import found
from api.usecases.passwords import hashed
from tests.accounts.signing import PASSWORD
from tests.builders import DISTRICT, OTHER_VILLAGE, SIBLING_VILLAGE, VILLAGE, Person, a_client, settle
from tests.matrix.roll import Roll
from tests.populations import as_system, planned

NOBODY = "nobody"  # without a token
LAPSED = "lapsed"  # a supervisor until yesterday


class Position(StrEnum):
    """Where a thing lies, seen from the liaison's village."""

    OWN = "own"
    SIBLING = "sibling"
    OTHER_TOWNSHIP = "other_township"
    UNKNOWN = "unknown"


VILLAGE_AT = {
    Position.OWN: VILLAGE,
    Position.SIBLING: SIBLING_VILLAGE,
    Position.OTHER_TOWNSHIP: OTHER_VILLAGE,
    Position.UNKNOWN: f"{DISTRICT}999999",
}
SETTLED = tuple(village for position, village in VILLAGE_AT.items() if position is not Position.UNKNOWN)


def area_of(role: Role) -> AreaCode:
    """The area in which somebody of the role works: village, township or district of VILLAGE."""
    return AreaCode(VILLAGE[: AREA_LENGTH.get(role, len(VILLAGE))])


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who asks: with a role today, with a lapsed one, or without a token."""

    name: str
    role: Role | None
    client: httpx.AsyncClient
    user_id: UUID | None = None
    provider_id: UUID | None = None
    worker_id: UUID | None = None

    @property
    def of_provider(self) -> bool:
        return self.role in FORCE_ROLES

    def reaches(self, village: str) -> bool:
        return self.role is not None and contains(area_of(self.role), village)


@dataclass(frozen=True, slots=True)
class Thing:
    """Something in a village, with the ids by which paths and bodies name it.

    ``known``: ids of what lies within everybody's reach wherever the village is. ``words``: what else bodies
    say of it.
    """

    village: str
    ids: Mapping[str, UUID] = field(default_factory=dict)
    known: Mapping[str, UUID] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)

    def id(self, name: str) -> str:
        return str(self.ids[name])

    @property
    def unknown(self) -> "Thing":
        """The same of a village and under ids that nobody knows, and with nothing to say of it."""
        return Thing(VILLAGE_AT[Position.UNKNOWN], {name: uuid4() for name in self.ids}, self.known)


@dataclass
class World:
    """What the callers' operations work on. ``village_of``: where each known id lies."""

    service: Service
    village_of: dict[str, str] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        self.roll = Roll(self.service)

    async def founded(self) -> None:
        """Divisions, duty since long ago."""
        await found(self.service.store, DISTRICT)
        async with self.registers() as registers:
            await registers.places.start_tracking(DISTRICT, date(2023, 7, 1))
        await self.roll.found_force()

    async def planned(self) -> None:
        """This month and the last, so that reading plans nothing."""
        this = Month.of(date(2026, 11, 1))
        await planned(self.service, this.previous(), this)

    def registers(self) -> AbstractAsyncContextManager[Registers]:
        """As the service itself, for the whole district."""
        opened: AbstractAsyncContextManager[Registers] = as_system(self.service)
        return opened

    def registers_of(
        self, role: Role, area: str, user_id: UUID, **whose: UUID | None
    ) -> AbstractAsyncContextManager[Registers]:
        """As a person works with them; ``whose``: the provider and the worker for whom."""
        actor = Actor(user_id, (Grant(role, AreaCode(area), date(2020, 1, 1), **whose),))
        return self.service.store.opened(actor, Trace("prepare", "prepare", "test"), writes=True)

    def accounts(self) -> AbstractAsyncContextManager[Accounts]:
        return self.service.store.accounts()

    def knows(self, thing: Thing) -> Thing:
        self.village_of |= {str(each): thing.village for each in thing.ids.values()}
        return thing


@asynccontextmanager
async def callers_of(world: World, app: object) -> AsyncIterator[list[Caller]]:
    """One person of every role, signed in; one whose grant ran out; and nobody."""
    lapsed = Person(((Role.DISTRICT_SUPERVISOR, DISTRICT),), username="one-lapsed", ends_on=date(2026, 11, 2))
    async with AsyncExitStack() as stack:
        yield [
            Caller(NOBODY, None, await stack.enter_async_context(a_client(app))),
            *[await stack.enter_async_context(caller_of(world, app, role)) for role in Role],
            await stack.enter_async_context(_signed_in(world, app, lapsed, LAPSED, role=None)),
        ]


def caller_of(world: World, app: object, role: Role, *, what: str = "one") -> AbstractAsyncContextManager[Caller]:
    """A person of a role, signed in; ``what``: tells those of one role apart."""
    whose = {Role.PROVIDER: {"provider_id": world.roll.force.provider_id}, Role.VISITOR: asdict(world.roll.force)}
    person = Person(((role, area_of(role)),), username=f"{what}-{role.value}", **whose.get(role, {}))
    return _signed_in(world, app, person, role.value, role=role)


@asynccontextmanager
async def _signed_in(
    world: World, app: object, person: Person, name: str, *, role: Role | None
) -> AsyncIterator[Caller]:
    token = await settle(world.service, person)
    user_id = world.service.tokens.read(token, world.service.clock()).user_id
    password_hash = await hashed(PASSWORD)
    async with world.accounts() as accounts:
        await accounts.users.keep_password(user_id, password_hash, must_change=False)
    async with a_client(app, token) as client:
        yield Caller(name, role, client, user_id, person.provider_id, person.worker_id)
