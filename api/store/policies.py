"""The policy's dated versions: kept as JSON, whole; read together as the book an area lives by."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import delete, insert, select

from api.domain.months import Month
from api.domain.policy import PLAN, Frequency, Method, PeriodKind, Place, Policy, PolicyBook, Tier
from api.store.desk import Desk
from api.store.scope import within
from api.store.tables import MonthPlan, PolicyVersion, table_of

NUMBERS = tuple(sorted(f.name for f in fields(Policy) if f.type is int))
_LENGTHS = (12, 9, 6)
_VERSIONS, _PLANS = table_of(PolicyVersion), table_of(MonthPlan)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Published:
    """A version as an area published it; ``area`` None: the plan's own, which nobody had to."""

    area: str | None
    policy: Policy
    created_at: datetime | None
    created_by: UUID | None


PLANS_OWN = Published(None, PLAN, None, None)


class Policies:
    """Versions are added, never changed; a later one for the same day takes the place of an earlier."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._session = desk.session

    async def published(self, area: str) -> list[Published]:
        """The plan's own and what the area and those around it published, in order of the day it holds from."""
        around = [area[:length] for length in _LENGTHS if len(area) >= length]
        query = select(_VERSIONS).where(_VERSIONS.c.area.in_(around)).order_by(*IN_ORDER)
        rows = await self._session.execute(query)
        theirs = [Published(row.area, policy_from(row), row.created_at, row.created_by) for row in rows]
        return sorted([PLANS_OWN, *theirs], key=lambda each: each.policy.valid_from)

    async def publish(self, area: str, policy: Policy) -> Published:
        """Keep a version; the whole of it, so that it reads the same whatever the plan's values become."""
        version_id, actor = self._desk.new_id(), self._desk.actor.id
        await self._session.execute(
            insert(_VERSIONS).values(
                id=version_id,
                area=area,
                version=policy.version,
                valid_from=policy.valid_from,
                document=policy_document(policy),
                created_at=self._desk.now,
                created_by=actor,
            )
        )
        self._desk.trace.saw([version_id], ["policy"])
        return Published(area, policy, self._desk.now, actor)

    async def forget_plans(self, area: str, since: Month | None = None) -> None:
        """Have the area's months planned and judged anew, from ``since`` on or all of them."""
        which = [within(_PLANS.c.village, [area])]
        if since is not None:
            which.append(_PLANS.c.month >= str(since))
        await self._session.execute(delete(_PLANS).where(*which))


# --- books --------------------------------------------------------------------------------------------

IN_ORDER = (_VERSIONS.c.valid_from, _VERSIONS.c.created_at, _VERSIONS.c.id)


def books_from(versions: Iterable[Any], settings: Iterable[Any]) -> dict[str, PolicyBook]:
    """The book of every area that has set anything, from rows in order; other areas live by a wider one's."""
    own: defaultdict[str, dict[date, Policy]] = defaultdict(dict)
    for row in versions:
        own[row.area][row.valid_from] = policy_from(row)
    starts = {row.area: row.tracking_starts_on for row in settings if row.tracking_starts_on is not None}
    return {
        area: PolicyBook(_lived_under(own, area), nearest(starts, area)) for area in sorted(own.keys() | starts.keys())
    }


def _lived_under(own: Mapping[str, Mapping[date, Policy]], area: str) -> tuple[Policy, ...]:
    """The wider area's versions until the area's own first one, from then on its own alone."""
    versions: Sequence[Policy] = (PLAN,)
    for length in sorted(_LENGTHS):
        if len(area) >= length and (mine := own.get(area[:length])):
            versions = [*(each for each in versions if each.valid_from < min(mine)), *mine.values()]
    return tuple(versions)


def nearest(values: Mapping[str, T], area: str) -> T | None:
    """The value of the narrowest area that contains ``area`` and has one."""
    codes = (area[:length] for length in _LENGTHS if len(area) >= length)
    return next((values[code] for code in codes if code in values), None)


# --- documents ----------------------------------------------------------------------------------------


def policy_from(row: Any) -> Policy:
    """The policy of a ``policy_versions`` row; what its document leaves out is the plan's."""
    document: Mapping[str, Any] = row.document
    values: dict[str, Any] = {name: document[name] for name in NUMBERS if name in document}
    if frequencies := document.get("frequencies"):
        said = {Tier(tier): value and frequency_from(value) for tier, value in frequencies.items()}
        asked = {**PLAN.frequencies, **said}
        values["frequencies"] = {tier: frequency for tier, frequency in asked.items() if frequency is not None}
    if reminders := document.get("gap_reminder_days"):
        values["gap_reminder_days"] = {Tier(tier): days for tier, days in reminders.items()}
    return replace(PLAN, version=row.version, valid_from=row.valid_from, **values)


def policy_document(policy: Policy) -> dict[str, Any]:
    """Everything a version says; a tier of which nothing is asked stands there as null."""
    asked = {tier: policy.frequencies.get(tier) for tier in Tier}
    return {
        **{name: getattr(policy, name) for name in NUMBERS},
        "frequencies": {tier.value: frequency and frequency_document(frequency) for tier, frequency in asked.items()},
        "gap_reminder_days": {tier.value: days for tier, days in policy.gap_reminder_days.items()},
    }


def frequency_from(value: Mapping[str, Any]) -> Frequency:
    return Frequency(
        period=PeriodKind(value["period"]),
        days=value.get("days", 0),
        min_visits=value.get("min_visits", 1),
        methods=frozenset(map(Method, value.get("methods", (Method.HOME,)))),
        places=frozenset(map(Place, value.get("places", Frequency(PeriodKind.MONTH).places))),
    )


def frequency_document(frequency: Frequency) -> dict[str, Any]:
    return {
        "period": frequency.period.value,
        "days": frequency.days,
        "min_visits": frequency.min_visits,
        "methods": sorted(frequency.methods),
        "places": sorted(frequency.places),
    }
