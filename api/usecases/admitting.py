"""Whether a force's record may stand for the day of its visit (A35): whom it served, who came, who was stood down."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from api.domain.engagements import Dossier, engagement_faults, provider_of
from api.domain.errors import Fault
from api.domain.policy import Policy
from api.domain.references import ElderRef, WorkerRef
from api.store import Registers
from api.store.subjects import Subject
from api.usecases.taken import Force, Taken

Elders = Mapping[tuple[str, ElderRef], Sequence[Subject]]
Workers = Mapping[tuple[str, WorkerRef], Any]


@dataclass(frozen=True, slots=True)
class Admission:
    """What is known about the forces and the workers of some records, all in one query."""

    dossier: Dossier
    workers: Workers
    policy: Policy
    today: date
    alone: UUID | None  # the worker who sends it himself (探访员)

    @classmethod
    async def of(
        cls, registers: Registers, taken: Sequence[Taken], elders: Elders, workers: Workers, policy: Policy
    ) -> "Admission":
        """Nothing is asked where only people came of whom nothing was ever decided."""
        senders = {provider_of(each.sent.source) for each in taken} - {None}
        known = [row for row in workers.values() if row.provider_id or row.version > 1 or senders]
        dossier = await registers.forces.dossier(
            {each for each in (*senders, *(row.provider_id for row in known)) if each is not None},
            elders={hit.id for (source, _), hits in elders.items() if provider_of(source) for hit in hits},
            workers={row.id for row in known},
            places={ref.village for (source, ref) in elders if provider_of(source) and ref.village},
        )
        return cls(dossier, workers, policy, registers.today, registers.actor.worker_id)

    def bound(self, each: Taken) -> bool:
        """Whether the sender is a force, which comes only to whom it was sent."""
        return provider_of(each.sent.source) is not None

    def within_reach(self, each: Taken, hits: Sequence[Subject]) -> Sequence[Subject]:
        """Those whom the sender ever came to; of an office's people, all that are in sight."""
        provider_id = provider_of(each.sent.source)
        if provider_id is None:
            return hits
        return [hit for hit in hits if self.dossier.engagements(provider_id, hit.id, alone=self.alone)]

    def serves_in(self, each: Taken, village: str) -> bool:
        provider_id = provider_of(each.sent.source)
        return provider_id is not None and self.dossier.serves_in(provider_id, village)

    def unknown_workers(self, each: Taken) -> Iterator[Fault]:
        """Who is named by a number that the sender's roster does not have, or came in the sender's place."""
        for pointer, ref in each.said.came:
            worker = self.workers.get((each.sent.source, ref))
            another = self.alone is not None and pointer == "/worker" and (worker is None or worker.id != self.alone)
            if another or ((ref.id or ref.external_id) and worker is None):
                yield Fault("worker_unknown", pointer)

    def names_somebody_new(self, each: Taken) -> bool:
        """Whether the worker was never heard of: then nor was the record."""
        return each.record is None or (each.sent.source, each.record.worker) not in self.workers

    def day_faults(self, each: Taken) -> Iterator[Fault]:
        """Why the force could not come to this elder on that day, or no longer tells of it; who was stood down."""
        source, day, at = each.sent.source, each.said.day, each.said.day_at
        if day is None:
            return
        provider_id = provider_of(source)
        if provider_id is not None and each.subject is not None:
            engagements = self.dossier.engagements(provider_id, each.subject.id, alone=self.alone)
            told_on = None if each.sent.office else self.today
            yield from engagement_faults(engagements, day, at, told_on, self.policy)
        forces = [provider_id]
        for pointer, ref in each.said.came:
            if (worker := self.workers.get((source, ref))) is not None:
                forces.append(worker.provider_id)
                if not self.dossier.stands(worker.id, day):
                    yield Fault("worker_stood_down", pointer)
        if not all(self.dossier.stands(force, day) for force in forces):
            yield Fault("provider_stood_down", at)

    def force(self, each: Taken) -> Force | None:
        """Whose worker came, to an elder who is certain."""
        provider_id: UUID | None = provider_of(each.sent.source) or each.worker.provider_id
        if provider_id is None or each.said.day is None:
            return None
        engaged = self.dossier.engagements(provider_id, each.subject.id) if each.subject else []
        bought = any(engagement.bought and engagement.span.covers(each.said.day) for engagement in engaged)
        trained = self.dossier.trained(provider_id, each.worker.id, each.said.day)
        return Force(provider_id, bought, trained)
