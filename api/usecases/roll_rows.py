"""Rows of a roll meeting the register: new people are filed, known ones compared, nobody is overwritten.

A draft follows the file. What a file says otherwise of somebody whom the township has confirmed is a
proposal to the township, made once. Nobody leaves the roll by being absent from a file.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from api.domain.consents import Consent, SpokenBy, Word, willingness
from api.domain.errors import Fault, Refused
from api.domain.identity import fold_name
from api.domain.imports import RowReport, RowResult
from api.domain.policy import Tier
from api.domain.proposals import ProposalKind
from api.schemas.base import parsed
from api.schemas.duty import ConsentIn
from api.schemas.elders import ElderFileIn
from api.schemas.merge_patch import merged
from api.store import Registers
from api.store.elders import Draft
from api.store.tables import Elder
from api.usecases.consents import record_consent
from api.usecases.elder_files import FileContent, FormReader, form_of
from api.usecases.enrolment import correct_elder
from api.usecases.imports import begun
from api.usecases.pacing import paced
from api.usecases.proposing import is_unconfirmed
from api.usecases.roll_news import News, RollLine, news_of
from api.usecases.roll_remarks import propose_status
from api.usecases.rolls import RollDecision, confirm_many
from api.usecases.standing import rejudge_many_from
from api.usecases.tiers import raised_by

ROLL = "roll"
"""Who declares the categories and the tier that a roll states."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """A row that could be read. ``day``: of its filing, and of every decision in it (A36)."""

    row: RollLine
    item: RowReport
    form: ElderFileIn
    day: date

    @property
    def number(self) -> str:
        return str(self.form.resident_id)

    @property
    def word(self) -> Word | None:
        return Word(self.row.consent) if self.row.consent else None

    @property
    def decision(self) -> RollDecision:
        return RollDecision(self.day, self.word)

    def refuse(self, faults: Iterable[Fault]) -> None:
        self.item.refuse(replace(fault, pointer=self.row.column_of(fault.pointer)) for fault in faults)


async def take_rows(registers: Registers, rows: Sequence[RollLine], *, confirmed: bool) -> Sequence[RowReport]:
    """Take rows in together; of those that are new or say nothing new, in a fixed number of statements.

    ``confirmed``: people who are not on the roll yet are taken on it, as decided on the day of their row.
    """
    items = [begun(row) for row in rows]
    entries = list(_entries(registers.today, rows, items))
    known = await _known(registers, rows, entries)
    reader = await FormReader.opened(registers)
    met = [(each, known[each.number]) for each in entries if each.number in known]
    met += await _enrol(registers, reader, [each for each in entries if each.number not in known], confirmed)
    drafts = [(entry, elder) for entry, elder in met if is_unconfirmed(elder)]
    others = [(entry, elder) for entry, elder in met if not is_unconfirmed(elder)]
    spoken = await registers.consents.on_visits_of_many([elder.id for _, elder in met])
    for entry, elder in drafts:
        await _follow(registers, entry, elder, spoken.get(elder.id, ()), confirmed)
    await _propose(registers, reader, others, spoken)
    if confirmed:
        await _confirm(registers, entries, {elder.id for _, elder in others})
    await propose_status(registers, list(zip(rows, items, strict=True)))
    for row, item in zip(rows, items, strict=True):
        if item.id is None and row.number in known:
            item.id = known[row.number].id  # refused, but not absent from the file
    return items


async def _known(registers: Registers, rows: Sequence[RollLine], entries: Sequence[_Entry]) -> dict[str, Elder]:
    """Who is on the register by the number of a row: the present one, or a former one of the same name."""
    known = await registers.elders.by_resident_ids([row.number for row in rows if row.number])
    named = {entry.number: fold_name(entry.form.name) for entry in entries if entry.number not in known}
    former = await registers.elders.by_former_ids(list(named))
    for number, elders in former.items():
        same = [elder for elder in elders if elder.name_folded == named[number]]
        if len(same) == 1:
            known[number] = same[0]
    return known


def _entries(today: date, rows: Sequence[RollLine], items: Sequence[RowReport]) -> Iterator[_Entry]:
    for row, item in zip(rows, items, strict=True):
        if row.elder is None:
            continue
        form = parsed(ElderFileIn, row.elder)
        if isinstance(form, ElderFileIn):
            yield _Entry(row, item, form, row.filed_on or today)
        else:
            item.refuse(replace(fault, pointer=row.column_of(fault.pointer)) for fault in form)


# --- people who are new -------------------------------------------------------------------------------


async def _enrol(
    registers: Registers, reader: FormReader, entries: Sequence[_Entry], confirmed: bool
) -> list[tuple[_Entry, Elder]]:
    """File them; those whom somebody else has filed in the meantime come back with their file."""
    overtaken: list[tuple[_Entry, Elder]] = []
    make = _to_be_confirmed if confirmed else _to_be_drafts
    made = [(entry, await make(registers, reader, entry)) async for entry in paced(entries)]
    drafts = [(entry, draft) for entry, draft in made if draft is not None]
    enrolments = await registers.elders.enrol_many([draft for _, draft in drafts])
    for (entry, _), enrolment in zip(drafts, enrolments, strict=True):
        if enrolment.elder_id is not None:
            entry.item.result, entry.item.id = RowResult.CREATED, enrolment.elder_id
        elif enrolment.holder is not None:
            overtaken.append((entry, enrolment.holder))
        else:
            entry.refuse([Fault("identity_taken", "/resident_id")])
    if not confirmed:
        filed = [(entry, draft) for entry, draft in drafts if entry.item.id == draft.id]
        await registers.consents.record_many([(d.id, d.village, e.word, e.day) for e, d in filed if e.word])
        await rejudge_many_from(registers, [(d.id, d.village, d.columns["filed_on"]) for _, d in filed])
    return overtaken


async def _to_be_confirmed(registers: Registers, reader: FormReader, entry: _Entry) -> Draft | None:
    """重点 in the file is a raise by the township, with the file as its reason."""
    content = await _content(reader, entry, entry.form)
    if content is None:
        return None
    details = dict(content.details)
    if entry.row.declared_tier is Tier.PRIORITY:
        reason = f"名册（{entry.row.sheet}第{entry.row.row}行）写明重点对象"
        details |= raised_by(registers, reason, entry.day, None)[1]
    return _draft(registers, {**content.columns, **content.judged}, details)


async def _to_be_drafts(registers: Registers, reader: FormReader, entry: _Entry) -> Draft | None:
    """What the file says of tier and consent waits with the draft for its confirmation."""
    form = entry.form.model_copy(update={"declared_tier": entry.row.declared_tier})
    content = await _content(reader, entry, form)
    if content is None:
        return None
    said = {
        "consent": entry.word.value if entry.word else None,
        "consented_on": entry.day if entry.word is Word.GIVEN else None,
    }
    return _draft(registers, {**content.columns, **content.judged, **said}, content.details)


def _draft(registers: Registers, columns: Mapping[str, Any], details: Mapping[str, Any]) -> Draft:
    return Draft(id=registers.desk.new_id(), columns=columns, details=details)


async def _content(reader: FormReader, entry: _Entry, form: ElderFileIn) -> FileContent | None:
    content = await reader.read(form, source=ROLL)
    if isinstance(content, FileContent):
        return content
    entry.refuse(content)
    return None


async def _confirm(registers: Registers, entries: Iterable[_Entry], others: Collection[UUID]) -> None:
    """Take everybody on the roll who was, or became, a draft in good order."""
    decisions = {
        entry.item.id: entry.decision for entry in entries if entry.item.id is not None and entry.item.id not in others
    }
    if decisions:
        await confirm_many(registers, list(decisions), decisions)


# --- people who are known -----------------------------------------------------------------------------


async def _follow(
    registers: Registers, entry: _Entry, elder: Elder, spoken: Sequence[Consent], confirmed: bool
) -> None:
    """A draft is changed to what the file says."""
    news = news_of(entry.row, entry.form, elder, registers.elders.details(elder), spoken)
    if confirmed and (bar := _bar(registers, entry, elder, spoken)):
        entry.refuse([bar])
        return
    try:
        if news.patch:
            await correct_elder(registers, await registers.elders.locked(elder.id), news.patch, source=ROLL)
    except Refused as refused:
        entry.refuse(refused.faults)
        return
    if news.word and not confirmed:
        said = ConsentIn.model_validate({"word": news.word, "by": SpokenBy.SELF, "on": entry.day.isoformat()})
        await record_consent(registers, await registers.elders.locked(elder.id), said)
    entry.item.result = RowResult.UPDATED if news or confirmed else RowResult.UNCHANGED
    entry.item.id = elder.id


def _bar(registers: Registers, entry: _Entry, elder: Elder, spoken: Sequence[Consent]) -> Fault | None:
    """What keeps a draft from being confirmed by a file."""
    if elder.id_conflict:
        return Fault("identity_in_conflict", "/resident_id")
    said = [Consent(entry.word, SpokenBy.SELF, entry.day, registers.now, approved=True)] if entry.word else []
    if entry.word is not Word.REFUSED and willingness([*spoken, *said]).withheld:
        return Fault("consent_withheld")
    return None


async def _propose(
    registers: Registers,
    reader: FormReader,
    met: Sequence[tuple[_Entry, Elder]],
    spoken: Mapping[UUID, Sequence[Consent]],
) -> None:
    proposed: list[tuple[_Entry, Elder, Mapping[str, Any]]] = []
    async for entry, elder in paced(met):
        details = registers.elders.details(elder)
        news = news_of(entry.row, entry.form, elder, details, spoken.get(elder.id, ()))
        entry.item.result, entry.item.id = RowResult.UNCHANGED, elder.id
        if not news:
            continue
        if faults := await _faults(registers, reader, elder, details, news):
            entry.refuse(faults)
        else:
            proposed.append((entry, elder, news.document(form_of(elder, details), entry.day)))
    once = [(elder, ProposalKind.ROLL_ROW, what) for _, elder, what in proposed]
    open_ones = await registers.proposals.propose_once(once)
    for (entry, _, _), is_open in zip(proposed, open_ones, strict=True):
        entry.item.result = RowResult.PROPOSED if is_open else RowResult.UNCHANGED


async def _faults(
    registers: Registers, reader: FormReader, elder: Elder, details: Mapping[str, Any], news: News
) -> tuple[Fault, ...]:
    """Why the file could not become what the row says."""
    form = parsed(ElderFileIn, merged(form_of(elder, details), news.patch))
    if isinstance(form, tuple):
        return form
    family = await registers.elders.families.of(elder.id)
    content = await reader.read(form, family, source=ROLL, known=details)
    return () if isinstance(content, FileContent) else content
