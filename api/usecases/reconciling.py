"""Comparing what a sender believes it has sent with what is stored (对账): only its own, in a few queries."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from api.domain.contents import published_hash
from api.domain.errors import Fault, Refused
from api.domain.visits import Standing
from api.schemas.reconciling import PeriodOut, ReconciledOut, ReconcileIn, StoredRecordOut
from api.schemas.visit_commands import HeldState
from api.store import Registers
from api.usecases.naming import waits

_GONE = frozenset({Standing.VOIDED, Standing.WITHDRAWN})
_MOST_DAYS = 366


async def reconcile(registers: Registers, source: str, form: ReconcileIn) -> ReconciledOut:
    """Name by name: what we lack, what says something else, what the sender did not name.

    A record that waits for its person is here, one that the township dismissed is not. One that was voided or
    withdrawn need not be named, and may be.
    Raises Refused for a name that is given twice and for a period that is none.
    """
    faults = [*_period_faults(form), *_repeated(form)]
    if faults:
        raise Refused(faults)
    named = {each.external_id: each for each in form.items}
    found = await registers.visits.of_period(source, form.period.starts_on, form.period.ends_on)
    rows = {row.external_id: row for row in found if _is_here(row)}
    elsewhere = await registers.visits.known((source, name) for name in named if name not in rows)
    rows |= {row.external_id: row for row in elsewhere.values() if _is_here(row)}
    mismatched, matched = [], 0
    for name, sent in named.items():
        if name not in rows:
            continue
        stored = StoredRecordOut(
            external_id=name, version=rows[name].external_version, sha256=hash_of(registers, rows[name])
        )
        if (stored.version, stored.sha256) == (sent.version, sent.sha256):
            matched += 1
        else:
            mismatched.append(stored)
    return ReconciledOut(
        period=PeriodOut.model_validate(form.period),
        matched=matched,
        missing=[name for name in named if name not in rows],
        mismatched=mismatched,
        unexpected=[name for name in _standing(rows) if name not in named],
    )


def hash_of(registers: Registers, row: Any) -> str:
    """The published hash of a stored record, or of one that waits."""
    said = registers.visits.held_content(row).record if waits(row) else registers.visits.content(row)
    return published_hash(said)


def _is_here(row: Any) -> bool:
    """A visit, or a record that still waits; what the township dismissed is nobody's."""
    return not waits(row) or row.state == HeldState.HELD


def _standing(rows: Mapping[str, Any]) -> Iterator[str]:
    """The names of those that the sender should know of."""
    return (name for name, row in rows.items() if waits(row) or row.standing not in _GONE)


def _period_faults(form: ReconcileIn) -> Iterable[Fault]:
    starts_on, ends_on = form.period.starts_on, form.period.ends_on
    if ends_on < starts_on:
        yield Fault("dates_out_of_order", "/period/ends_on")
    elif (ends_on - starts_on).days >= _MOST_DAYS:
        yield Fault("period_too_long", "/period/ends_on", {"days": _MOST_DAYS})


def _repeated(form: ReconcileIn) -> Iterator[Fault]:
    first: dict[str, int] = {}
    for index, each in enumerate(form.items):
        if each.external_id in first:
            yield Fault("duplicate_in_batch", f"/items/{index}/external_id", {"first": first[each.external_id] + 1})
        first.setdefault(each.external_id, index)
