"""Family members of an elder: relation and order in the open, everything else sealed."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select, update

from api.domain.errors import NotFound
from api.store.desk import Desk
from api.store.dialect import chunked
from api.store.scope import within
from api.store.tables import Elder, FamilyMember, table_of

_PLACE = "family_members.sealed"
_MEMBERS = table_of(FamilyMember)


@dataclass(frozen=True, slots=True)
class Member:
    """``facts``: the member as a document of what crosses the wire, without ``id`` and ``seq``."""

    id: UUID
    elder_id: UUID
    seq: int
    facts: Mapping[str, Any]


def member_row(
    desk: Desk, member_id: UUID, elder_id: UUID, village: str, seq: int, facts: Mapping[str, Any]
) -> dict[str, Any]:
    return {
        "id": member_id,
        "elder_id": elder_id,
        "village": village,
        "seq": seq,
        "relation": facts["relation"],
        "sealed": desk.sealer.seal_json(_PLACE, member_id, dict(facts)),
    }


class Families:
    """Rows only; the elder's version and history are raised by ``Elders.change``, in the same transaction."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._session = desk.session

    async def of(self, elder_id: UUID) -> list[Member]:
        """The members of one family, in order."""
        return (await self.of_many([elder_id])).get(elder_id, [])

    async def of_many(self, elder_ids: Collection[UUID]) -> dict[UUID, list[Member]]:
        found: dict[UUID, list[Member]] = {}
        for part in chunked(list(elder_ids)):
            rows = await self._session.execute(
                select(_MEMBERS)
                .where(_MEMBERS.c.elder_id.in_(part), within(_MEMBERS.c.village, self._desk.areas))
                .order_by(_MEMBERS.c.elder_id, _MEMBERS.c.seq, _MEMBERS.c.id)
            )
            for row in rows:
                found.setdefault(row.elder_id, []).append(self._member(row))
        return found

    async def get(self, elder_id: UUID, member_id: UUID) -> Member:
        """Raises NotFound."""
        member = next((each for each in await self.of(elder_id) if each.id == member_id), None)
        if member is None:
            raise NotFound()
        return member

    async def add(self, elder: Elder, facts: Mapping[str, Any]) -> Member:
        """The member, last in order."""
        seq = max((member.seq for member in await self.of(elder.id)), default=0) + 1
        member = Member(self._desk.new_id(), elder.id, seq, facts)
        row = member_row(self._desk, member.id, elder.id, elder.village, seq, facts)
        await self._session.execute(insert(_MEMBERS), [row])
        return member

    async def replace(self, member: Member, facts: Mapping[str, Any]) -> Member:
        sealed = self._desk.sealer.seal_json(_PLACE, member.id, dict(facts))
        await self._session.execute(
            update(_MEMBERS).where(_MEMBERS.c.id == member.id).values(relation=facts["relation"], sealed=sealed)
        )
        return Member(member.id, member.elder_id, member.seq, facts)

    async def remove(self, member: Member) -> None:
        await self._session.execute(delete(_MEMBERS).where(_MEMBERS.c.id == member.id))

    def _member(self, row: Any) -> Member:
        facts = self._desk.sealer.open_json(_PLACE, row.id, row.sealed)
        return Member(row.id, row.elder_id, row.seq, facts)
