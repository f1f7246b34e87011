"""One real object for every operation, so that each has something to succeed on.

All objects lie where supervisor, instructor and liaison reach them. Commands change what they succeed on,
hence each has an object of its own; reads share one.
"""

from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

import httpx
from pydantic import SecretStr

from api.deps import Service
from api.domain.access import AreaCode, Role
from api.domain.accounts import NewGrant
from api.main import create_app, enveloped
from api.security import Keys
from api.settings import Mode, Settings
from api.usecases.accounts import open_account
from api.usecases.founding import found
from tests.accounts.signing import PASSWORD
from tests.builders import DISTRICT, TOWNSHIP, VILLAGE, Person, a_client, settle
from tests.conftest import Clock, Urls
from tests.duty.office import Office
from tests.elders.forms import a_whole_form
from tests.visits.test_intake import a_visit

NOW = datetime.fromisoformat("2026-11-03T10:00:00+08:00")
AREAS = {
    Role.DISTRICT_SUPERVISOR: DISTRICT,
    Role.TOWNSHIP_INSTRUCTOR: TOWNSHIP,
    Role.VILLAGE_LIAISON: VILLAGE,
    Role.ADMIN: DISTRICT,
    Role.DASHBOARD: DISTRICT,
    Role.AUDITOR: DISTRICT,
}
_LIAISON = {"role": "village_liaison", "area": VILLAGE}


@dataclass(frozen=True)
class Seed:
    """Path parameters, and a body where the document's own example says nothing that could succeed."""

    path: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Seeds:
    """A token of somebody with the role; ``common``: path parameters of reads; ``own``: by operation id."""

    token: str
    common: Mapping[str, str]
    own: Mapping[str, Seed]

    def as_json(self) -> dict[str, Any]:
        return {"common": dict(self.common), "own": {name: asdict(seed) for name, seed in self.own.items()}}


async def seeded(urls: Urls, keys: Keys, role: Role) -> Seeds:
    """Fill an empty, migrated database as an office would: over HTTP, on the days it happened."""
    settings = Settings(
        mode=Mode.TEST,
        database_url=SecretStr(urls.app),
        owner_database_url=SecretStr(urls.owner),
        run_jobs=False,
        log_level="ERROR",
    )
    clock = Clock(NOW)
    app = create_app(settings, keys=keys, clock=clock)
    service: Service = app.state.service
    async with app.router.lifespan_context(app), AsyncExitStack() as stack:

        async def client_of(person: Person) -> httpx.AsyncClient:
            token = await settle(service, person)
            return await stack.enter_async_context(a_client(enveloped(app, settings), token))

        await found(service.store, DISTRICT)
        own = await _of_elders(Office(service, clock, client_of))
        clock.now = NOW
        own |= await _of_accounts(service)
        common = own["show_elder"].path | own["show_user"].path
        actor = Person(((role, AREAS[role]),), username="acting")
        await _an_account(service, actor.username, role)
        return Seeds(await settle(service, actor), common, own)


# --- elders -------------------------------------------------------------------------------------------


async def _of_elders(office: Office) -> dict[str, Seed]:
    office.on("2026-11-03")
    states = {
        "correct": await office.drafted(),
        "verify": await office.drafted(),
        "confirm_elder": await office.verified(),
        "decline_elder": await office.verified(),
        "include_elder": await office.verified(),
    }
    for operation in (
        "show_elder",
        "record_consent",
        "exit_elder",
        "suspend_elder",
        "raise_tier",
        "set_elder_frequency",
        "transfer_elder",
        "review_elder",
    ):
        states[operation] = await office.confirmed("2026-10-05")
    single, batch = await office.confirmed("2026-10-05"), await office.confirmed("2026-10-05")
    return {
        **{operation: Seed({"elder_id": elder}) for operation, elder in states.items()},
        "enrol": Seed(body=a_whole_form()),
        "post_visit": Seed(body=a_visit(single)),
        "post_visits": Seed(body={"items": [a_visit(batch)]}),
        **await _of_families(office),
        **await _of_absences(office),
        **await _of_exits(office),
        **await _of_decisions(office),
    }


async def _of_families(office: Office) -> dict[str, Seed]:
    elder = await office.drafted()
    path = f"/v1/elders/{elder}/family-members"
    return {
        operation: Seed({"elder_id": elder, "member_id": member["id"]})
        for operation in ("correct_family_member", "remove_family_member")
        for member in [await office.does(office.instructor, path, name="林小明", relation="20")]
    }


async def _of_absences(office: Office) -> dict[str, Seed]:
    seeds = {}
    for operation, reporter in {
        "confirm_suspension": office.liaison,
        "reject_suspension": office.liaison,
        "end_suspension": office.instructor,
        "renew_suspension": office.instructor,
    }.items():
        elder = await office.confirmed("2026-10-05")
        office.on("2026-11-01")
        away = {"starts_on": "2026-11-01", "ends_on": "2026-11-20", "reason": "hospital"}
        state = await office.does(reporter, f"/v1/elders/{elder}/suspensions", **away)
        seeds[operation] = Seed({"elder_id": elder, "suspension_id": state["suspensions"][0]["id"]})
    return seeds


async def _of_exits(office: Office) -> dict[str, Seed]:
    seeds = {}
    for operation in ("reinstate_elder", "re_enter_elder"):
        elder = await office.confirmed("2026-10-05")
        office.on("2026-10-31")
        await office.tells(elder, "exit", kind="institution", last_day_on="2026-10-31", source="family")
        seeds[operation] = Seed({"elder_id": elder})
    return seeds


async def _of_decisions(office: Office) -> dict[str, Seed]:
    """What waits for somebody's word: a task, a guardian's refusal, absences told of too late."""
    elder = await office.confirmed("2026-10-05")
    [task] = (await office.reads(office.liaison, f"/v1/tasks?elder_id={elder}&kind=name_contact")).json()["data"]
    refusal = {"word": "refused", "by": "legal_guardian", "on": "2026-10-05", "evidence": "监护判决书"}
    await office.tells(elder, "consents", **refusal)
    [consent] = (await office.reads(office.liaison, f"/v1/elders/{elder}/consents")).json()["data"]
    seeds = {
        "finish_task": Seed({"task_id": task["id"]}),
        "approve_consent": Seed({"elder_id": elder, "consent_id": consent["id"]}),
    }
    for operation in ("approve_exception", "reject_exception"):
        elder = await office.confirmed("2026-10-05")
        office.on("2026-11-02")
        away = {"starts_on": "2026-10-06", "ends_on": "2026-11-05", "reason": "away"}
        state = await office.tells(elder, "suspensions", **away)
        seeds[operation] = Seed({"exception_id": state["suspensions"][0]["id"]})
    return seeds


# --- accounts -----------------------------------------------------------------------------------------


async def _of_accounts(service: Service) -> dict[str, Seed]:
    await _an_account(service, "signing-in")
    gaining, losing = await _an_account(service, "gaining"), await _an_account(service, "losing")
    enabled = await _an_account(service, "enabled")
    async with service.store.accounts() as accounts:
        [grant] = (await accounts.users.grants_of([losing]))[losing]
        user = await accounts.users.get(enabled)
        user.disabled_at = NOW
        await accounts.users.save(user)
    seeds = {
        operation: Seed({"user_id": str(await _an_account(service, operation))})
        for operation in ("show_user", "change_user", "disable", "reset_user_password")
    }
    return seeds | {
        "token": Seed(body={"grant_type": "password", "username": "signing-in", "password": PASSWORD}),
        "revoke": Seed(body={"token": "of-nobody"}),
        "change_my_password": Seed(body={"old_password": PASSWORD, "new_password": "a kettle over the moon"}),
        "create_user": Seed(body={"username": "newcomer", "display_name": "新来的", "grants": [_LIAISON]}),
        "give_user_grant": Seed({"user_id": str(gaining)}, _LIAISON),
        "revoke_user_grant": Seed({"user_id": str(losing), "grant_id": str(grant.id)}),
        "enable": Seed({"user_id": str(enabled)}),
    }


async def _an_account(service: Service, username: str, role: Role = Role.VILLAGE_LIAISON) -> Any:
    """Somebody who signs in with PASSWORD; answers the id."""
    grant = NewGrant(date(2020, 1, 1), None, role, AreaCode(AREAS[role]))
    async with service.store.accounts() as accounts:
        opened = await open_account(
            accounts, username=username, display_name="测试人员", grants=[grant], password=PASSWORD
        )
    return opened.user.id
