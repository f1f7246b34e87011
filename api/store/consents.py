"""What was said about being visited, by whom and when; nothing is ever taken back out."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update

from api.domain.consents import Consent as ConsentFact
from api.domain.consents import ConsentKind, SpokenBy, Word
from api.domain.errors import NotFound, WrongState
from api.store.desk import Desk
from api.store.dialect import chunked
from api.store.scope import within
from api.store.tables import Consent, Elder, table_of

_CONSENTS = table_of(Consent)
_SERVICE = ConsentKind.SERVICE.value


class Consents:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._session = desk.session

    async def of(self, elder_id: UUID) -> list[Any]:
        """Everything said, in order of day and of recording."""
        query = (
            select(_CONSENTS)
            .where(_CONSENTS.c.elder_id == elder_id, within(_CONSENTS.c.village, self._desk.areas))
            .order_by(_CONSENTS.c.on, _CONSENTS.c.recorded_at, _CONSENTS.c.id)
        )
        return list(await self._session.execute(query))

    async def on_visits(self, elder_id: UUID) -> list[ConsentFact]:
        """What was said about the visits themselves."""
        return [_fact(row) for row in await self.of(elder_id) if row.kind == _SERVICE]

    async def on_visits_of_many(self, elder_ids: Collection[UUID]) -> Mapping[UUID, list[ConsentFact]]:
        """What was said about the visits themselves, of those elders of whom anything was."""
        found: defaultdict[UUID, list[ConsentFact]] = defaultdict(list)
        for part in chunked(list(elder_ids)):
            query = select(_CONSENTS).where(_CONSENTS.c.elder_id.in_(part), _CONSENTS.c.kind == _SERVICE)
            for row in await self._session.execute(query.where(within(_CONSENTS.c.village, self._desk.areas))):
                found[row.elder_id].append(_fact(row))
        return found

    async def get(self, elder_id: UUID, consent_id: UUID) -> Any:
        """Raises NotFound."""
        found = next((row for row in await self.of(elder_id) if row.id == consent_id), None)
        if found is None:
            raise NotFound()
        return found

    async def record(
        self,
        elder: Elder,
        kind: ConsentKind,
        word: Word,
        by: SpokenBy,
        on: date,
        evidence: str | None,
        approved: bool,
    ) -> UUID:
        consent_id = self._desk.new_id()
        row = self._row(consent_id, elder.id, elder.village, word, by, on)
        if evidence is not None:
            row["evidence"] = self._desk.sealer.seal("consents.evidence", consent_id, evidence.encode())
        await self._session.execute(insert(_CONSENTS).inline(), [{**row, "kind": kind.value, "approved": approved}])
        return consent_id

    async def record_many(self, words: list[tuple[UUID, str, Word, date]]) -> None:
        """The elders' own words on being visited: (elder, village, word, day)."""
        for part in chunked(words):
            rows = [
                self._row(self._desk.new_id(), elder_id, village, word, SpokenBy.SELF, on)
                for elder_id, village, word, on in part
            ]
            await self._session.execute(insert(_CONSENTS).inline(), rows)

    async def approve(self, consent: Any) -> None:
        """The township stands behind a legal guardian's word. Raises WrongState when nobody waits for it."""
        changed = await self._session.execute(
            update(_CONSENTS)
            .where(_CONSENTS.c.id == consent.id, _CONSENTS.c.by == SpokenBy.LEGAL_GUARDIAN.value)
            .where(_CONSENTS.c.approved.is_(False))
            .values(approved=True)
            .returning(_CONSENTS.c.id)
        )
        if changed.first() is None:
            raise WrongState("approved" if consent.approved else consent.by, ["pending"])

    def _row(
        self, consent_id: UUID, elder_id: UUID, village: str, word: Word, by: SpokenBy, on: date
    ) -> dict[str, Any]:
        return {
            "id": consent_id,
            "elder_id": elder_id,
            "village": village,
            "kind": _SERVICE,
            "word": word.value,
            "by": by.value,
            "on": on,
            "approved": True,
            "recorded_by": self._desk.actor.id,
            "recorded_at": self._desk.now,
            "evidence": None,
        }


def _fact(row: Any) -> ConsentFact:
    return ConsentFact(Word(row.word), SpokenBy(row.by), row.on, row.recorded_at, row.approved)
