"""What operations work on, each in the state from which they succeed; made by the verbs that make it in life."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import date
from io import BytesIO
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from api.domain.access import AreaCode, Role
from api.domain.accounts import NewGrant
from api.domain.consents import ConsentKind, SpokenBy, Word
from api.domain.errors import Fault
from api.domain.identity import uuid7
from api.domain.imports import FileKind, FileReport, ImportState, RowReport, figures
from api.domain.open_items import DutyTask
from api.domain.openings import TaskKind
from api.schemas.base import parsed
from api.schemas.duty import ExitIn, SuspendIn
from api.schemas.elders import EnrolIn
from api.schemas.family import FamilyMemberIn
from api.store import Registers
from api.store.accounts import Accounts
from api.store.tables import Elder, User
from api.store.tasks import NewTask
from api.usecases.enrolment import enrol_elder, verify_elder
from api.usecases.exits import leave
from api.usecases.families import facts_of
from api.usecases.imports import Upload
from api.usecases.records import take
from api.usecases.standing import new_task
from api.usecases.suspensions import suspend
from api.usecases.taken import Sent
from tests.builders import VILLAGE, Person, settle
from tests.matrix.roll import a_form_of
from tests.matrix.world import Caller, Thing, World, area_of
from tests.visits.test_intake import a_visit

Make = Callable[[World, str, Caller], Awaitable[Thing]]

_numbers = count(1)
_AWAY = {"reason": "hospital", "starts_on": "2026-11-01", "ends_on": "2026-11-20"}


def beside(village: str) -> str:
    """A village of the same township in which nothing else happens."""
    return f"{village[:9]}203"


async def a_place(world: World, village: str, caller: Caller) -> Thing:
    """The village itself."""
    return Thing(village)


# --- elders -------------------------------------------------------------------------------------------


async def a_draft(world: World, village: str, caller: Caller) -> Thing:
    elder_id, _ = await world.roll.next(village, confirmed=False)
    return Thing(village, {"elder_id": elder_id})


async def a_verified(world: World, village: str, caller: Caller) -> Thing:
    draft = await a_draft(world, village, caller)
    async with _file_of(world, draft) as (registers, elder):
        await verify_elder(registers, elder)
    return draft


async def outside_every_category(world: World, village: str, caller: Caller) -> Thing:
    form = parsed(EnrolIn, a_form_of(village, categories=[]))
    assert isinstance(form, EnrolIn), form
    async with world.registers() as registers:
        elder = await verify_elder(registers, await enrol_elder(registers, form))
    return Thing(village, {"elder_id": elder.id})


async def on_the_roll(world: World, village: str, caller: Caller) -> Thing:
    elder_id, _ = await world.roll.next(village, confirmed=True)
    return Thing(village, {"elder_id": elder_id})


async def told_of(world: World, village: str, caller: Caller) -> Thing:
    """Somebody on the roll who is named by a number, or by village and name; and who comes, if that is fixed."""
    elder_id, form = await world.roll.next(village, confirmed=True)
    comes = {"worker_id": caller.worker_id} if caller.worker_id else {}
    return Thing(village, {"elder_id": elder_id}, comes, {name: form[name] for name in ("name", "resident_id")})


async def who_left(world: World, village: str, caller: Caller) -> Thing:
    elder = await on_the_roll(world, village, caller)
    async with _file_of(world, elder) as (registers, file):
        said = {"kind": "institution", "last_day_on": "2026-10-31", "source": "family"}
        await leave(registers, file, ExitIn.model_validate(said))
    return elder


async def bound_for(world: World, village: str, caller: Caller) -> Thing:
    """Somebody within everybody's reach who might be moved to the village."""
    home = beside(VILLAGE) if caller.reaches(beside(VILLAGE)) else VILLAGE
    return Thing(village, known=(await on_the_roll(world, home, caller)).ids)


async def with_family(world: World, village: str, caller: Caller) -> Thing:
    draft = await a_draft(world, village, caller)
    async with _file_of(world, draft) as (registers, elder):
        facts = facts_of(FamilyMemberIn(name="林小明", relation="20"))
        member = await registers.elders.families.add(elder, facts)
    return _with(draft, member_id=member.id)


async def with_word_of_guardian(world: World, village: str, caller: Caller) -> Thing:
    """A legal guardian said something, and the township has not yet stood behind it."""
    elder = await on_the_roll(world, village, caller)
    async with _file_of(world, elder) as (registers, file):
        said = (ConsentKind.SERVICE, Word.REFUSED, SpokenBy.LEGAL_GUARDIAN, date(2026, 11, 1))
        consent_id = await registers.consents.record(file, *said, evidence="监护判决书", approved=False)
    return _with(elder, consent_id=consent_id)


async def reported_away(world: World, village: str, caller: Caller) -> Thing:
    """By the village; the township has not yet said anything."""
    elder = await on_the_roll(world, village, caller)
    async with world.registers_of(Role.VILLAGE_LIAISON, village, uuid4()) as registers:
        return await _suspended(registers, elder, **_AWAY)


async def away(world: World, village: str, caller: Caller) -> Thing:
    elder = await on_the_roll(world, village, caller)
    async with world.registers() as registers:
        return await _suspended(registers, elder, **_AWAY)


async def an_exception(world: World, village: str, caller: Caller) -> Thing:
    """An absence told of too late, which would free an owed month; and, by itself, tasks."""
    elder = await on_the_roll(world, village, caller)
    async with world.registers() as registers:
        past = {**_AWAY, "starts_on": "2026-10-01", "ends_on": "2026-10-30"}
        suspended = await _suspended(registers, elder, **past)
    return _with(suspended, exception_id=suspended.ids["suspension_id"])


async def a_task(world: World, village: str, caller: Caller) -> Thing:
    draft = await a_draft(world, village, caller)
    async with _file_of(world, draft) as (registers, elder):
        task = new_task(elder, DutyTask.SEE_IN_PERSON, registers.today, registers.today)
        [task_id] = (await registers.tasks.open([task])).values()
    return _with(draft, task_id=task_id)


async def a_check(world: World, village: str, caller: Caller) -> Thing:
    """Something to look at when somebody comes next, whoever that is."""
    elder = await on_the_roll(world, village, caller)
    async with _file_of(world, elder) as (registers, file):
        task = NewTask(file.id, village, TaskKind.CHECK_NEXT_VISIT, "seen", registers.today, registers.today)
        [task_id] = (await registers.tasks.open([task])).values()
    return _with(elder, task_id=task_id)


@asynccontextmanager
async def _file_of(world: World, elder: Thing) -> AsyncIterator[tuple[Registers, Elder]]:
    async with world.registers() as registers:
        yield registers, await registers.elders.locked(elder.ids["elder_id"])


async def _suspended(registers: Registers, elder: Thing, **said: Any) -> Thing:
    file = await registers.elders.locked(elder.ids["elder_id"])
    await suspend(registers, file, SuspendIn.model_validate(said))
    [suspension] = await registers.stints.suspensions(file.id)
    return _with(elder, suspension_id=suspension.id)


def _with(elder: Thing, **parts: UUID) -> Thing:
    return Thing(elder.village, {**elder.ids, **parts}, elder.known, elder.words)


def part_of_another(make: Make, whole: str = "elder_id") -> Make:
    """A part of something of the village, asked for as if it were of something within everybody's reach."""

    async def made(world: World, village: str, caller: Caller) -> Thing:
        near, other = await make(world, VILLAGE, caller), await make(world, village, caller)
        return Thing(
            village, {name: part for name, part in other.ids.items() if name != whole}, {whole: near.ids[whole]}
        )

    return made


# --- visit records ------------------------------------------------------------------------------------


def a_record(*, own: bool = False, **said: Any) -> Make:
    """A record of an elder on the roll: the caller's ``own``, or by somebody of the village."""

    async def make(world: World, village: str, caller: Caller) -> Thing:
        elder = await told_of(world, village, caller)
        record = a_visit(elder.id("elder_id"), **said, **himself(caller))
        if own and caller.user_id is not None and caller.reaches(village):
            return await _recorded(world, elder, caller.user_id, record, caller)
        return await _recorded(world, elder, uuid4(), a_visit(elder.id("elder_id"), **said))

    return make


async def a_held_record(world: World, village: str, caller: Caller) -> Thing:
    """Of somebody whom the sender could not tell for certain; the caller's own, where that is a provider."""
    elder = await on_the_roll(world, village, caller)
    stranger = a_visit(None, elder={"village": village, "name": "没有这个人"}, **himself(caller))
    if caller.of_provider and caller.user_id is not None and caller.reaches(village):
        held = await _recorded(world, elder, caller.user_id, stranger, caller)
    else:
        held = await _recorded(world, elder, uuid4(), stranger | {"worker": a_visit(None)["worker"]})
    return _with(elder, held_id=held.ids["visit_id"])


async def to_be_assigned(world: World, village: str, caller: Caller) -> Thing:
    """An elder of the village, and a held record that the caller may decide upon."""
    held = await a_held_record(world, VILLAGE, caller)
    elder = await on_the_roll(world, village, caller)
    return Thing(village, elder.ids, {"held_id": held.ids["held_id"]})


def himself(caller: Caller) -> dict[str, Any]:
    """A visitor names himself as the worker."""
    return {"worker": {"id": str(caller.worker_id)}} if caller.worker_id else {}


async def _recorded(
    world: World, elder: Thing, author: UUID, record: dict[str, Any], by: Caller | None = None
) -> Thing:
    """``by``: somebody of a provider, whose record it is then; else a liaison made it."""
    role, whose = Role.VILLAGE_LIAISON, dict[str, UUID | None]()
    if by is not None and by.role is not None and by.of_provider:
        role, whose = by.role, {"provider_id": by.provider_id, "worker_id": by.worker_id}
    async with world.registers_of(role, elder.village, author, **whose) as registers:
        [taken] = await take(registers, [Sent(0, 0, registers.actor.source, record)])
    assert taken.id is not None, taken.errors
    return _with(elder, visit_id=taken.id)


# --- files and jobs -----------------------------------------------------------------------------------


def a_file(kind: FileKind, *, own: bool = False) -> Make:
    """Taken in by the township's office, or the caller's ``own`` where that is a provider."""

    async def make(world: World, village: str, caller: Caller) -> Thing:
        async with _who_brings(world, village, caller if own else None) as registers:
            items = [RowReport("", 2, faults=(Fault("cell_missing", "姓名"),))]
            report = FileReport(
                id=registers.desk.new_id(),
                kind=kind,
                mode="commit",
                atomic="none",
                source=registers.actor.source,
                area=registers.actor.areas[0],
                state=ImportState.DONE,
                created_at=registers.now,
                stats=figures(items),
            )
            upload = Upload(BytesIO("姓名,身份证号,探访日期,服务方式,服务人员\n,1,2,3,4\n".encode()))
            await registers.imports.add(report, items, upload.pieces())
        return Thing(village, {"import_id": report.id})

    return make


def _who_brings(world: World, village: str, caller: Caller | None) -> AbstractAsyncContextManager[Registers]:
    if caller and caller.role and caller.user_id and caller.of_provider and caller.reaches(village):
        whose = {"provider_id": caller.provider_id, "worker_id": caller.worker_id}
        return world.registers_of(caller.role, area_of(caller.role), caller.user_id, **whose)
    return world.registers_of(Role.TOWNSHIP_INSTRUCTOR, village[:9], uuid4())


async def a_job(world: World, village: str, caller: Caller) -> Thing:
    """The caller's own in the liaison's village, somebody else's elsewhere."""
    asked_by = caller.user_id if village == VILLAGE else uuid4()
    async with world.service.store.chores() as chores:
        job_id = await chores.jobs.enqueue("import_file", area=village, requested_by=asked_by)
    return Thing(village, {"job_id": job_id})


# --- accounts -----------------------------------------------------------------------------------------


async def an_account(world: World, village: str, caller: Caller) -> Thing:
    """Of a liaison of the village."""
    async with world.accounts() as accounts:
        user = await _opened(accounts, village)
        [grant] = (await accounts.users.grants_of([user.id]))[user.id]
        return Thing(village, {"user_id": user.id, "grant_id": grant.id})


async def a_disabled_account(world: World, village: str, caller: Caller) -> Thing:
    async with world.accounts() as accounts:
        user = await _opened(accounts, village)
        user.disabled_at = accounts.now
        await accounts.users.save(user)
        return Thing(village, {"user_id": user.id})


async def to_be_granted(world: World, village: str, caller: Caller) -> Thing:
    """The village, for the account of somebody within every manager's reach."""
    return Thing(village, known=(await an_account(world, VILLAGE, caller)).ids)


async def to_be_deputy(world: World, village: str, caller: Caller) -> Thing:
    """An account of the village, and another within every manager's reach."""
    principal, deputy = await an_account(world, village, caller), await an_account(world, VILLAGE, caller)
    return Thing(village, {"principal": principal.ids["user_id"]}, {"user_id": deputy.ids["user_id"]})


async def a_session(world: World, village: str, caller: Caller) -> Thing:
    """Somebody's who signed in."""
    token = await settle(world.service, Person(((Role.VILLAGE_LIAISON, village),), username=a_username()))
    return Thing(village, words={"token": token})


async def _opened(accounts: Accounts, village: str) -> User:
    user = User(
        id=uuid7(accounts.now),
        username=a_username(),
        display_name="测试人员",
        password_hash="unset",
        must_change_password=False,
        area=village,
        created_at=accounts.now,
    )
    await accounts.users.add(user)
    grant = NewGrant(date(2020, 1, 1), None, Role.VILLAGE_LIAISON, AreaCode(village))
    await accounts.users.give(user.id, grant, None)
    return await accounts.users.get(user.id)


def next_number() -> int:
    return next(_numbers)


def a_username() -> str:
    return f"somebody-{next(_numbers)}"
