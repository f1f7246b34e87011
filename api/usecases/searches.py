"""What records say of where elders are: who was sought in vain, what answers a check, who is missing (A13)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time
from uuid import UUID

from api.domain.escalations import RiskKind
from api.domain.hazards import Severity
from api.domain.months import SHANGHAI
from api.domain.openings import Opening, OpeningKind
from api.domain.policy import Method
from api.domain.visits import Outcome, Standing, VisitRecord, Whereabouts
from api.domain.whereabouts import Sight, answer_among, lost_since, whereabouts_of
from api.store import Registers
from api.store.revealed import Revealed
from api.store.visits import Contact
from api.store.whereabouts import RecordSight
from api.usecases.taken import Taken
from api.usecases.whereabouts import escalate_checks


class Searches:
    """What is known of the elders of one batch: by records, and by people who were asked before."""

    def __init__(self, sights: Mapping[UUID, Sequence[RecordSight]]) -> None:
        self._sights = sights

    @classmethod
    async def of(
        cls, registers: Registers, standing: Sequence[Taken], contacts: Mapping[UUID, Sequence[Contact]]
    ) -> "Searches":
        """``contacts``: from the very first of elders who were sought in vain."""
        sights: defaultdict[UUID, list[RecordSight]] = defaultdict(list)
        written = {each.id for each in standing}
        for elder_id, known in contacts.items():
            of_others = (each for each in known if each.visit_id not in written)
            sights[elder_id] += [seen for contact in of_others if (seen := _sight_of_contact(contact)) is not None]
        for each in standing:
            if each.subject is not None and each.record is not None and (sight := sight_of(each.record)) is not None:
                sights[each.subject.id].append(RecordSight(each.id, sight))
        for elder_id, told in (await registers.whereabouts.told(sought_in_vain(standing))).items():
            sights[elder_id] += [RecordSight(None, sight) for sight in told]
        return cls(sights)

    def alarm(self, each: Taken) -> list[Opening]:
        """A search in vain on a second day, with nothing learnt between or since."""
        record, subject = each.record, each.subject
        if record is None or subject is None:
            return []
        others = [seen.sight for seen in self._sights[subject.id] if seen.visit_id != each.id]
        if answer_among(record.moment, others) is not None:
            return []
        second = lost_since(record.moment, others)
        return [] if second is None else [_alarm(second)]

    async def settle(self, registers: Registers, stored: Iterable[tuple[Taken, Revealed, UUID]]) -> None:
        """Checks about which an alarm was raised say so; those that are answered by now are answered."""
        alarms = {
            check_id: (row_id, one.opening.found_at)
            for each, one, row_id in stored
            if one.opening.kind is OpeningKind.ESCALATION and one.opening.subkind == RiskKind.MISSING
            for check_id in each.opened.of(OpeningKind.WHEREABOUTS_CHECK)
        }
        if alarms:
            await escalate_checks(registers, alarms)
        await registers.whereabouts.settle(self._sights)


def sought_in_vain(standing: Iterable[Taken]) -> set[UUID]:
    """Elders whom a record did not find, and of whom nobody could say where they were."""
    return {
        each.subject.id
        for each in standing
        if each.subject and each.record and (sight := sight_of(each.record)) and sight.in_vain
    }


def sight_of(record: VisitRecord) -> Sight | None:
    """What a record says of where the elder was, if anything."""
    told = record.not_met.whereabouts if record.not_met else None
    where = whereabouts_of(record.outcome, record.method, refused_by_elder=record.refused_by_elder, told=told)
    return None if where is None else Sight(record.moment, where)


def _sight_of_contact(contact: Contact) -> RecordSight | None:
    if contact.standing != Standing.ACCEPTED:
        return None
    told = Whereabouts(contact.whereabouts) if contact.whereabouts else None
    where = whereabouts_of(
        Outcome(contact.outcome), Method(contact.method), refused_by_elder=contact.refused_by_elder, told=told
    )
    moment = contact.moment or datetime.combine(contact.visited_on, time(12), SHANGHAI)
    return None if where is None else RecordSight(contact.visit_id, Sight(moment, where))


def _alarm(since: datetime) -> Opening:
    return Opening(OpeningKind.ESCALATION, RiskKind.MISSING, since, severity=Severity.MAJOR)
