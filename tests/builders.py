"""Made-up people and things, with defaults: a test says only what matters to it."""

from dataclasses import dataclass, field
from datetime import date
from itertools import count
from typing import Any
from uuid import UUID

import httpx

from api.deps import Service
from api.domain.access import AreaCode, Role
from api.domain.accounts import NewGrant
from api.domain.identity import uuid7
from api.store.tables import User

DISTRICT = "350303"
TOWNSHIP = "350303104"  # 江口镇
OTHER_TOWNSHIP = "350303101"  # 白塘镇
VILLAGE = "350303104201"
SIBLING_VILLAGE = "350303104202"
OTHER_VILLAGE = "350303101201"

_names = count(1)


@dataclass(frozen=True)
class Person:
    """Somebody with an account: the grants as (role, area)."""

    grants: tuple[tuple[Role, str], ...]
    username: str = field(default_factory=lambda: f"person{next(_names)}")
    display_name: str = "测试人员"
    starts_on: date = date(2020, 1, 1)
    ends_on: date | None = None
    must_change_password: bool = False
    provider_id: UUID | None = None  # of all the grants
    worker_id: UUID | None = None


def a_supervisor(area: str = DISTRICT, **more: Any) -> Person:
    return Person(((Role.DISTRICT_SUPERVISOR, area),), **more)


def an_instructor(area: str = TOWNSHIP, **more: Any) -> Person:
    return Person(((Role.TOWNSHIP_INSTRUCTOR, area),), **more)


def a_liaison(area: str = VILLAGE, **more: Any) -> Person:
    return Person(((Role.VILLAGE_LIAISON, area),), **more)


def an_admin(area: str = DISTRICT, **more: Any) -> Person:
    return Person(((Role.ADMIN, area),), **more)


def a_dashboard(area: str = DISTRICT, **more: Any) -> Person:
    return Person(((Role.DASHBOARD, area),), **more)


def an_auditor(area: str = DISTRICT, **more: Any) -> Person:
    return Person(((Role.AUDITOR, area),), **more)


async def settle(service: Service, person: Person) -> str:
    """Give the person an account and a session; answers an access token."""
    now = service.clock()
    user_id: UUID = uuid7(now)
    async with service.store.accounts() as accounts:
        known = await accounts.users.named(person.username)
        if known is None:
            await accounts.users.add(
                User(
                    id=user_id,
                    username=person.username,
                    display_name=person.display_name,
                    password_hash="unset",
                    must_change_password=person.must_change_password,
                    area=min(area for _, area in person.grants),
                    created_at=now,
                )
            )
            for role, area in person.grants:
                grant = NewGrant(
                    role=role,
                    area=AreaCode(area),
                    starts_on=person.starts_on,
                    ends_on=person.ends_on,
                    provider_id=person.provider_id,
                    worker_id=person.worker_id,
                )
                await accounts.users.give(user_id, grant, None)
        else:
            user_id = known.id
        session_id = await accounts.sessions.begin(user_id)
    return service.tokens.issue(user_id, session_id, now)


def a_client(app: Any, token: str | None = None) -> httpx.AsyncClient:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app, raise_app_exceptions=False),
        base_url="http://tanfang.test",
        headers=headers,
    )
