"""What a router may ask for: the actor with a permission, opened registers, the day, the version it read."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated, Any, TypeVar
from uuid import UUID

from fastapi import Body, Depends, Header, Path, Request
from pydantic import BaseModel

from api.domain.access import Actor, Permission
from api.domain.months import civil_date
from api.schemas.etags import etag_of as etag_of
from api.schemas.late import Late
from api.security import Tokens
from api.settings import Settings
from api.store import Registers, Store, Trace
from api.store.accounts import Accounts
from api.usecases.intake import Intake
from api.usecases.planning import Figures
from api.usecases.quotas import Quotas

LONGEST_IF_MATCH = 200
DISTRICT = "district"  # the scope of what is handed over to whoever answers for it, wherever that is


@dataclass(frozen=True, slots=True)
class Service:
    """What a running service consists of; made once by ``create_app``. ``leaving``: the process was told to end."""

    settings: Settings
    store: Store
    tokens: Tokens
    intake: Intake
    quotas: Quotas
    clock: Callable[[], datetime]
    leaving: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(frozen=True, slots=True)
class Access:
    """How an operation is guarded; ``Route`` reads it from the endpoint's signature."""

    permission: Permission | None
    scope: str


class _Guard:
    """A dependency that hands the endpoint its actor; the guarding itself happened in ``Route``."""

    def __init__(self, access: Access) -> None:
        self.access = access

    async def __call__(self, request: Request) -> Actor | None:
        actor: Actor | None = getattr(request.state, "actor", None)
        return actor


def may(permission: Permission, *, scope: str = "area") -> Any:
    """``actor: Annotated[Actor, may(Permission.X)]``: only for who holds the permission, within those areas.

    With the scope ``DISTRICT`` the registers are opened for the whole district on the person's behalf.
    """
    return Depends(_Guard(Access(permission, scope)))


def public() -> Any:
    """``_: Annotated[None, public()]``: open to anybody, without a token."""
    return Depends(_Guard(Access(None, "none")))


def service_of(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


# Coroutines all of them, though they wait for nothing: what is none is sent to a thread and back.


async def _service(request: Request) -> Service:
    return service_of(request)


async def _registers(request: Request) -> Registers:
    registers: Registers = request.state.registers
    return registers


async def _accounts(request: Request) -> Accounts:
    accounts: Accounts = request.state.accounts
    return accounts


async def _reading(request: Request) -> Registers:
    return await _registers(request)


async def _intake(request: Request) -> Intake:
    return service_of(request).intake


async def _figures(request: Request) -> Figures:
    return Figures(service_of(request).store, request.state.actor, await _trace(request))


async def _trace(request: Request) -> Trace:
    trace: Trace = request.state.trace
    return trace


async def _now(request: Request) -> datetime:
    return service_of(request).clock()


async def _today(request: Request) -> date:
    return civil_date(await _now(request))


T = TypeVar("T", bound=BaseModel)
LateBody = Annotated[Late[T], Body()]  # read by the use-case, after it has looked at the state

MyService = Annotated[Service, Depends(_service)]
MyRegisters = Annotated[Registers, Depends(_registers)]  # writing, unless the method is GET
MyReading = Annotated[Registers, Depends(_reading)]  # reading, whatever the method
MyIntake = Annotated[Intake, Depends(_intake)]  # opens its own transaction, shared with others that wait
MyFigures = Annotated[Figures, Depends(_figures)]  # opens its own, to read what was planned before
MyAccounts = Annotated[Accounts, Depends(_accounts)]
MyTrace = Annotated[Trace, Depends(_trace)]
Now = Annotated[datetime, Depends(_now)]
Today = Annotated[date, Depends(_today)]


@dataclass(slots=True)
class Precondition:
    """The If-Match of a request, and whether it failed.

    It is compared when the version is known. ``Route`` answers 412 only when all else is well: a request that
    would fail anyway is told why (RFC 9110, 13.2.1).
    """

    stated: str | None
    failed: bool = False


KeptThough = Callable[[Registers], Awaitable[Mapping[str, Any]]]


def keep_though_refused(request: Request, keep: KeptThough) -> None:
    """Should the request be refused from here on, ``keep`` writes what stays all the same (api ruling 1).

    It runs after everything else was rolled back; what it answers goes beside the members of the problem.
    """
    request.state.kept_though_refused = keep


async def _if_match(
    request: Request, if_match: Annotated[str | None, Header(max_length=LONGEST_IF_MATCH)] = None
) -> Precondition:
    precondition = request.state.precondition = Precondition(if_match)
    return precondition


IfMatch = Annotated[Precondition, Depends(_if_match)]


def check_version(precondition: Precondition, version: int) -> None:
    """Lets the request end with 412 when the caller changes something that was changed since it was read."""
    if precondition.stated is None or precondition.stated.strip() == "*":
        return
    tags = {tag.strip().removeprefix("W/").strip('"').split("-")[0] for tag in precondition.stated.split(",")}
    precondition.failed = precondition.failed or str(version) not in tags


def held(register: Callable[[Registers], Any], name: str) -> Any:
    """``row: Annotated[Any, held(lambda registers: registers.needs, "need_id")]``: what the path names, locked.

    Where the caller read another version of it, the request ends with 412.
    """

    async def locked(case_id: Annotated[UUID, Path(alias=name)], registers: MyRegisters, if_match: IfMatch) -> Any:
        row = await register(registers).locked(case_id)
        check_version(if_match, row.version)
        return row

    return Depends(locked)
