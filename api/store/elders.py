"""The register of elders (特殊困难老年人台账): files found, read and changed within the actor's area.

A file is a row with what may stand in the open (name, village, levels, dates) and one sealed document with
everything else; numbers are found by keyed indexes.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, bindparam, delete, exists, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from api.domain.access import Permission
from api.domain.elders import Circumstances, ElderState
from api.domain.errors import Conflict, Forbidden, NotFound, PreconditionFailed
from api.domain.identity import fold_name
from api.store.aliases import Aliases
from api.store.circumstances import circumstances_of
from api.store.desk import Desk
from api.store.dialect import among, chunked, locking
from api.store.due_counts import Due, shift
from api.store.enrolling import Draft, Enrolment, enrol
from api.store.families import Families
from api.store.files import FilePlaces, sealed_details
from api.store.history import Change, History
from api.store.listings import Listing
from api.store.scope import within
from api.store.tables import Elder, ElderCategory, ElderExternalId, ElderPhone, ElderResidence, table_of

__all__ = ["Draft", "Elders", "Enrolment", "Filter", "Wanted"]

Details = dict[str, Any]

_ON_THE_ROLL = (ElderState.CONFIRMED, ElderState.SUSPENDED, ElderState.DECLINED)
_ELDERS = table_of(Elder)
_PHONES = table_of(ElderPhone)
_RESIDENCES = table_of(ElderResidence)
_CATEGORIES = table_of(ElderCategory)
_EXTERNAL = table_of(ElderExternalId)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which files to list; every condition that is given must hold."""

    area: str | None = None
    status: str | None = None
    tier: str | None = None
    category: str | None = None
    review_due_before: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Who is searched for: a name (its beginning), a whole number, now or former, a whole telephone number."""

    name: str | None = None
    resident_id: str | None = None
    phone: str | None = None
    short_no: str | None = None


class Elders:
    """Open for one actor: whoever lives outside the actor's area is not found here."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._session = desk.session
        self._places = FilePlaces(desk.sealer)
        self._history = History(desk)

    @cached_property
    def families(self) -> Families:
        return Families(self._desk)

    @cached_property
    def aliases(self) -> Aliases:
        return Aliases(self._desk)

    # --- finding --------------------------------------------------------------------------------------

    async def get(self, elder_id: UUID) -> Elder:
        """Raises NotFound for a stranger and for somebody out of sight alike."""
        return await self._one(self._visible().where(_ELDERS.c.id == elder_id))

    async def locked(self, elder_id: UUID) -> Elder:
        """The file, held until the transaction ends."""
        return await self._one(locking(self._session, self._visible().where(_ELDERS.c.id == elder_id)))

    async def many(self, ids: Iterable[UUID], *, lock: bool = False) -> list[Elder]:
        """Those of ``ids`` in sight, in order of id; locked in that order when asked."""
        found: list[Elder] = []
        for part in chunked(sorted(set(ids))):
            query = self._visible().where(_ELDERS.c.id.in_(part)).order_by(_ELDERS.c.id)
            found += await self._all(locking(self._session, query) if lock else query)
        return found

    def listing(self, wanted: Filter) -> Listing:
        """The files in order of id. Raises NotFound for an area out of reach, Forbidden for what a force may not ask.

        Whoever is not shown a category must not find out by asking for it.
        """
        if self._desk.actor.confined and wanted.category is not None:
            raise Forbidden(permission=Permission.REGISTERS_READ.value)
        query = self._visible().where(*self._conditions(wanted))
        return Listing(self._session, query, [_ELDERS.c.id], read=self._seen)

    async def absent(self, present: Collection[UUID], area: str, *, after: UUID | None, size: int) -> list[Elder]:
        """At most ``size`` files in order of id of those in ``area`` who are not ``present`` and have not left."""
        here = within(_ELDERS.c.village, self._desk.actor.narrowed(area))
        query = self._visible().where(here, _ELDERS.c.status != ElderState.EXITED)
        query = query.where(~among(_ELDERS.c.id, present)).order_by(_ELDERS.c.id).limit(size)
        return await self._all(query if after is None else query.where(_ELDERS.c.id > after))

    async def search(self, wanted: Wanted, *, most: int) -> list[Elder]:
        """Files that match everything given, in order of village, name and id."""
        order = (_ELDERS.c.village, _ELDERS.c.name_folded, _ELDERS.c.id)
        query = self._visible().where(*self._matches(wanted)).order_by(*order).limit(most)
        return await self._all(query)

    async def by_resident_id(self, number: str) -> Elder | None:
        """The elder of an ID number, wherever in the actor's area."""
        return (await self.by_resident_ids([number])).get(number)

    async def by_resident_ids(self, numbers: Collection[str]) -> dict[str, Elder]:
        indexes = {self._places.identity(number): number for number in numbers}
        found: list[Elder] = []
        for part in chunked(list(indexes)):
            found += await self._all(self._visible().where(_ELDERS.c.resident_id_index.in_(part)))
        return {indexes[bytes(elder.resident_id_index)]: elder for elder in found if elder.resident_id_index}

    async def by_former_ids(self, numbers: Collection[str]) -> dict[str, list[Elder]]:
        """Those in sight who once had each number, which is nobody's here now."""
        held = await self.by_resident_ids(numbers)
        ids = await self.aliases.of_numbers([number for number in numbers if number not in held])
        known = {elder.id: elder for elder in await self.many(each for found in ids.values() for each in found)}
        return {number: [known[each] for each in found if each in known] for number, found in ids.items()}

    async def by_external_id(self, source: str, external_id: str) -> Elder | None:
        """By the number under which ``source`` knows the elder."""
        known = select(_EXTERNAL.c.elder_id).where(_EXTERNAL.c.source == source, _EXTERNAL.c.external_id == external_id)
        found = await self._all(self._visible().where(_ELDERS.c.id.in_(known)))
        return found[0] if found else None

    async def confided(self, ids: Collection[UUID]) -> set[UUID]:
        """Those whom the actor's provider is sent to under a contract with the data clause; none for an office."""
        if not self._desk.actor.confined:
            return set()
        query = select(_ELDERS.c.id).where(_ELDERS.c.id.in_(ids), self._desk.confided(_ELDERS.c.id))
        return set(await self._session.scalars(query))

    # --- reading --------------------------------------------------------------------------------------

    def details(self, elder: Elder) -> Details:
        """The sealed part of the file, opened."""
        return self._places.details(elder)

    async def circumstances(self, elder: Elder) -> Circumstances:
        """What the categories and the tier are judged by, as the file stands."""
        return circumstances_of(elder, self.details(elder), await self.families.of(elder.id))

    async def circumstances_of_many(self, elders: Sequence[Elder]) -> dict[UUID, Circumstances]:
        families = await self.families.of_many([elder.id for elder in elders])
        return {elder.id: circumstances_of(elder, self.details(elder), families.get(elder.id, ())) for elder in elders}

    async def versions(self, elder_id: UUID) -> list[dict[str, Any]]:
        """Every version of the file, oldest first."""
        return await self._history.of("elder", elder_id)

    # --- writing --------------------------------------------------------------------------------------

    async def enrol(self, draft: Draft) -> Elder:
        """One new file. Raises Conflict ``identity_taken``; with ``elder_id`` if that file is in sight."""
        (enrolment,) = await self.enrol_many([draft])
        if enrolment.elder_id is None:
            raise identity_taken(enrolment.holder)
        return await self.get(enrolment.elder_id)

    async def enrol_many(self, drafts: Sequence[Draft]) -> list[Enrolment]:
        """New files, set-based, an outcome for each in order: a number that is taken refuses only its own."""
        inserted = await enrol(self._desk, drafts)
        numbers = [draft.number for draft in drafts if draft.id not in inserted and draft.number]
        holders = await self.by_resident_ids(numbers)
        return [
            Enrolment(draft.id) if draft.id in inserted else Enrolment(None, holders.get(draft.number or ""))
            for draft in drafts
        ]

    async def change(
        self,
        elder: Elder,
        command: str,
        columns: Mapping[str, Any] | None = None,
        details: Mapping[str, Any] | None = None,
        *,
        village: str | None = None,
        noted: Mapping[str, tuple[Any, Any]] | None = None,
    ) -> Elder:
        """Write columns and details of one file; the row comes back as it now stands.

        ``details``: entries of the sealed part to replace (None takes one out). ``village``: a transfer. A
        change of nothing leaves no trace.
        ``noted``: changes of the file's parts, for its history. Raises PreconditionFailed when somebody
        changed the file since ``elder`` was read, Conflict ``identity_taken`` for a number that is taken.
        """
        after = _replaced(self.details(elder), details or {})
        values = {**(columns or {}), **({"village": village} if village else {})}
        changes = {**self.differences(elder, values, details or {}), **(noted or {})}
        if not changes:
            return elder
        if "name" in values:
            values["name_folded"] = fold_name(values["name"])
        if "resident_id" in changes:
            number = after.get("resident_id")
            values["resident_id_index"] = self._places.identity(number) if number else None
        values["sealed"] = sealed_details(self._desk.sealer, elder.id, after)
        await self._update(elder, values, after.get("resident_id"))
        changed = await self.get(elder.id)
        if "phones" in changes:
            await self._index_phones(changed, after)
        if "former_resident_ids" in changes:
            await self.aliases.keep_numbers(changed, after.get("former_resident_ids", ()))
        change = Change("elder", changed.id, changed.village, changed.version, command, changes)
        await self._history.record([change])
        return changed

    async def set_reviews_due(self, due: Sequence[tuple[Elder, date]]) -> None:
        """When each of these locked files is to be looked through next, set-based."""
        changed = [(elder, day) for elder, day in due if elder.review_due_on != day]
        if not changed:
            return
        statement = update(_ELDERS).where(_ELDERS.c.id == bindparam("k_id"))
        values = {"review_due_on": bindparam("v_due"), "version": _ELDERS.c.version + 1, "updated_at": self._desk.now}
        rows = [{"k_id": elder.id, "v_due": day} for elder, day in changed]
        await self._session.execute(statement.values(values), rows)
        await self._history.record(
            [
                Change(
                    "elder",
                    elder.id,
                    elder.village,
                    elder.version + 1,
                    "review",
                    {"review_due_on": (elder.review_due_on, day)},
                )
                for elder, day in changed
            ]
        )

    def differences(
        self, elder: Elder, columns: Mapping[str, Any], details: Mapping[str, Any]
    ) -> dict[str, tuple[Any, Any]]:
        """What ``change`` would change: field → value before and after."""
        before = self.details(elder)
        return {**_changed(elder, columns), **_differing(before, _replaced(before, details))}

    async def settle(self, elder: Elder) -> None:
        """The only residence of a file that is not confirmed yet: where it says, from when it was filed."""
        await self._session.execute(
            update(_RESIDENCES)
            .where(_RESIDENCES.c.elder_id == elder.id)
            .values(lives_in=elder.village, from_day=elder.filed_on)
        )

    async def _update(self, elder: Elder, values: Mapping[str, Any], number: str | None) -> None:
        written = _ELDERS.c.village, _ELDERS.c.tier, _ELDERS.c.due_on, _ELDERS.c.away
        statement = (
            update(_ELDERS)
            .where(_ELDERS.c.id == elder.id, _ELDERS.c.version == elder.version, self._in_sight())
            .values(**values, version=elder.version + 1, updated_at=self._desk.now)
            .returning(*written)
        )
        try:
            async with self._session.begin_nested():
                row = (await self._session.execute(statement)).one_or_none()
                if row is None:
                    raise PreconditionFailed()
        except IntegrityError as error:
            if "resident_id_index" not in values or number is None:
                raise
            holder = await self.by_resident_id(number)
            raise identity_taken(holder) from error
        after = Due(*row)  # the day it is due is not of the version: another transaction may have moved it
        shift(self._desk.due_shifts, replace(after, village=elder.village, tier=elder.tier), after)

    async def _index_phones(self, elder: Elder, details: Mapping[str, Any]) -> None:
        await self._session.execute(delete(_PHONES).where(_PHONES.c.elder_id == elder.id))
        rows = self._places.phone_rows(elder.id, elder.village, details)
        if rows:
            await self._session.execute(insert(_PHONES), rows)

    # --- queries --------------------------------------------------------------------------------------

    def _in_sight(self) -> Any:
        """A force knows of nobody who is not on the roll yet, or not any more."""
        in_sight = self._desk.in_sight(_ELDERS.c.id, _ELDERS.c.village)
        return and_(in_sight, _ELDERS.c.status.in_(_ON_THE_ROLL)) if self._desk.actor.confined else in_sight

    def _visible(self) -> Select[Any]:
        return (
            select(Elder)
            .where(self._in_sight(), _ELDERS.c.erased_on.is_(None))
            .execution_options(populate_existing=True)
        )

    async def _one(self, query: Select[Any]) -> Elder:
        elder: Elder | None = (await self._session.execute(query)).scalar_one_or_none()
        if elder is None:
            raise NotFound()
        self._desk.trace.saw([elder.id])
        return elder

    async def _all(self, query: Select[Any]) -> list[Elder]:
        return self._seen(await self._session.execute(query))

    def _seen(self, rows: Iterable[Any]) -> list[Elder]:
        elders: list[Elder] = [elder for (elder,) in rows]
        self._desk.trace.saw(elder.id for elder in elders)
        return elders

    def _conditions(self, wanted: Filter) -> list[Any]:
        conditions: list[Any] = []
        if wanted.area is not None:
            conditions.append(within(_ELDERS.c.village, self._desk.actor.walled(wanted.area)))
        if wanted.status is not None:
            conditions.append(_ELDERS.c.status == wanted.status)
        if wanted.tier is not None:
            conditions.append(_ELDERS.c.tier == wanted.tier)
        if wanted.category is not None:
            conditions.append(self._is_of(wanted.category))
        if wanted.review_due_before is not None:
            conditions.append(_ELDERS.c.review_due_on < wanted.review_due_before)
        return conditions

    def _is_of(self, category: str) -> Any:
        today, rows = self._desk.today, _CATEGORIES.c
        return exists().where(
            rows.elder_id == _ELDERS.c.id,
            rows.category == category,
            rows.from_day <= today,
            or_(rows.to_day.is_(None), rows.to_day >= today),
        )

    def _matches(self, wanted: Wanted) -> list[Any]:
        conditions: list[Any] = []
        if wanted.name is not None:
            conditions.append(_ELDERS.c.name_folded.startswith(fold_name(wanted.name), autoescape=True))
        if wanted.resident_id is not None:
            now = _ELDERS.c.resident_id_index == self._places.identity(wanted.resident_id)
            conditions.append(now | self.aliases.once_had(wanted.resident_id))
        if wanted.phone is not None:
            index = self._places.phone(wanted.phone)
            conditions.append(exists().where(_PHONES.c.elder_id == _ELDERS.c.id, _PHONES.c.number_index == index))
        if wanted.short_no is not None:
            conditions.append(_ELDERS.c.short_no == wanted.short_no)
        return conditions


def identity_taken(holder: Elder | None) -> Conflict:
    """The number stands elsewhere: whose it is, is said only to who may see that file."""
    return Conflict("identity_taken", **({"elder_id": str(holder.id)} if holder else {}))


def _replaced(details: Mapping[str, Any], by: Mapping[str, Any]) -> Details:
    return {name: value for name, value in {**details, **by}.items() if value is not None}


def _changed(elder: Elder, values: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    return _differing({name: getattr(elder, name) for name in values}, values)


def _differing(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    names = dict.fromkeys((*before, *after))
    return {name: (before.get(name), after.get(name)) for name in names if before.get(name) != after.get(name)}
