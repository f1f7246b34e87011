"""Accounts: who manages whom, whose rights a deputy holds, how long a sign-in lasts (plan 五(二)).

A supervisor manages the instructors and liaisons of her district, an instructor the liaisons of her
township, both the people of providers there, an administrator every account. An account is managed by
whoever could have given every grant it holds.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from api.domain.access import AREA_LENGTH, FORCE_ROLES, Actor, AreaCode, Grant, Role, Scope, contains, fits
from api.domain.errors import Fault

USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{2,31}")
ACCESS_TOKEN_LASTS = timedelta(minutes=15)
SESSION_LASTS = timedelta(hours=12)
SESSION_IDLES = timedelta(minutes=30)
REFRESH_GRACE = timedelta(seconds=10)  # for an answer that was lost on its way
MOST_FAILURES = 5
FAILURES_COUNT_FOR = timedelta(minutes=5)

MANAGES: dict[Role, frozenset[Role]] = {
    Role.DISTRICT_SUPERVISOR: frozenset({Role.TOWNSHIP_INSTRUCTOR, Role.VILLAGE_LIAISON}) | FORCE_ROLES,
    Role.TOWNSHIP_INSTRUCTOR: frozenset({Role.VILLAGE_LIAISON}) | FORCE_ROLES,
    Role.ADMIN: frozenset(Role),
}


@dataclass(frozen=True, slots=True)
class Reach:
    """Which roles may be given in which areas; ``Users`` holds its SQL twin."""

    parts: tuple[tuple[frozenset[Role], AreaCode], ...]

    @classmethod
    def of(cls, grants: Iterable[Grant]) -> "Reach":
        return cls(tuple((MANAGES[grant.role], grant.area) for grant in grants if grant.role in MANAGES))

    def covers(self, role: Role, area: str) -> bool:
        return any(role in roles and contains(within, area) for roles, within in self.parts)


EVERYTHING = Reach(((frozenset(Role), AreaCode("")),))  # of whoever is trusted with the machine itself


@dataclass(frozen=True, slots=True)
class Deputyship:
    """Standing in for a person from a day to a day, inclusive."""

    principal: UUID
    starts_on: date
    ends_on: date

    def of(self, grants: Iterable[Grant]) -> tuple[Grant, ...]:
        """The principal's own grants, for the days of the deputyship only."""
        return tuple(
            replace(
                grant,
                starts_on=max(grant.starts_on, self.starts_on),
                ends_on=min(grant.ends_on or self.ends_on, self.ends_on),
                deputy_for=self.principal,
            )
            for grant in grants
            if grant.deputy_for is None
        )


@dataclass(frozen=True, slots=True)
class SignIn:
    """A session as it stands: whose, until when, with which grants."""

    session_id: UUID
    user_id: UUID
    expires_at: datetime
    last_seen_at: datetime
    ended: bool
    must_change_password: bool
    grants: tuple[Grant, ...]
    stood_down: bool = False  # the provider, or the worker, of the grants
    scopes: frozenset[Scope] | None = None  # of a machine
    second_factor: bool = False  # whether the account has one in use

    def holds_at(self, now: datetime) -> bool:
        return not self.ended and now < self.expires_at and now - self.last_seen_at <= SESSION_IDLES

    def actor_on(self, day: date) -> Actor:
        """Who acts through this session: the person with the grants that run on the day."""
        return Actor(
            id=self.user_id,
            grants=running(self.grants, day),
            session_id=self.session_id,
            must_change_password=self.must_change_password,
            stood_down=self.stood_down,
            scopes=self.scopes,
            second_factor=self.second_factor,
        )


@dataclass(frozen=True, slots=True)
class NewGrant:
    """What is to be given: a role in an area (for a provider, as a worker of it), or the place of another person."""

    starts_on: date
    ends_on: date | None
    role: Role | None = None
    area: AreaCode | None = None
    deputy_for: UUID | None = None
    provider_id: UUID | None = None
    worker_id: UUID | None = None


def running(grants: Iterable[Grant], day: date) -> tuple[Grant, ...]:
    return tuple(grant for grant in grants if grant.runs_on(day))


def grant_faults(grant: NewGrant, pointer: str) -> list[Fault]:
    """What is wrong with a grant by itself.

    A role belongs to one level of area (6 digits the district, 9 a township, 12 a village); a deputy
    stands in for somebody until a stated day. A provider's roles name it, a visitor's also the worker, others
    neither.
    """
    faults = _force_faults(grant, pointer)
    if (grant.role is None) is not (grant.area is None) or (grant.role is None) is (grant.deputy_for is None):
        faults.append(Fault("grant_role_or_deputy", pointer))
    elif grant.role is not None and grant.area is not None and not fits(grant.role, grant.area):
        params = {"role": grant.role.value, "digits": AREA_LENGTH[grant.role]}
        faults.append(Fault("role_area_mismatch", f"{pointer}/area", params))
    elif grant.deputy_for is not None and grant.ends_on is None:
        faults.append(Fault("deputy_needs_end", f"{pointer}/ends_on"))
    if grant.ends_on is not None and grant.ends_on < grant.starts_on:
        faults.append(Fault("grant_ends_before_start", f"{pointer}/ends_on"))
    return faults


def mixed(grants: Iterable[Grant | NewGrant]) -> bool:
    """Whether an account would serve two: an office and a provider, two providers, or two workers."""
    return len({(grant.provider_id, grant.worker_id) for grant in grants}) > 1


def _force_faults(grant: NewGrant, pointer: str) -> list[Fault]:
    wanted = {
        "provider_id": grant.role in FORCE_ROLES,
        "worker_id": grant.role is Role.VISITOR,
    }
    return [
        Fault("grant_needs_force" if needed else "grant_names_force", f"{pointer}/{name}", {"field": name})
        for name, needed in wanted.items()
        if needed is (getattr(grant, name) is None)
    ]
