"""Lists of leads in (线索导入): many people named at once; a list that is sent again names nobody anew."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

from api.domain.divisions import Gazetteer
from api.domain.errors import Fault
from api.domain.imports import RowReport, RowResult
from api.domain.leads import Origin
from api.schemas.base import parsed
from api.schemas.leads import LeadIn
from api.store import Registers
from api.usecases.imports import (
    FileRow,
    Imported,
    Importing,
    Order,
    Reading,
    Setting,
    Upload,
    Way,
    begun,
    import_file,
    parts_of,
    patiently,
    refused_with_the_rest,
)
from api.usecases.leads import lead_faults, report_leads


class LeadLine(FileRow, Protocol):
    """One person's row: ``lead`` in the wire's words, None where there are faults."""

    @property
    def lead(self) -> Mapping[str, Any] | None: ...


Reader = Callable[[Upload, Setting, Origin | None], Reading[LeadLine]]


async def import_leads(importing: Importing, order: Order, read: Reader) -> Imported:
    """Take a list in."""
    way = Way(lambda upload, setting: read(upload, setting, order.origin), _take)
    return await import_file(importing, order, way)


async def _take(importing: Importing, order: Order, rows: Sequence[LeadLine]) -> Sequence[RowReport]:
    if order.together:
        return refused_with_the_rest(await _part(importing, order, rows))
    return [item for part in parts_of(rows) for item in await _part(importing, order, part)]


async def _part(importing: Importing, order: Order, rows: Sequence[LeadLine]) -> Sequence[RowReport]:
    async def work(registers: Registers) -> Sequence[RowReport]:
        return await _name_all(registers, rows)

    taken = await patiently(lambda: importing.apart(order, work))
    if taken is not None:
        return taken
    items = [begun(row) for row in rows]
    for item in items:
        item.refuse(item.faults or [Fault("service_busy")])
    return items


async def _name_all(registers: Registers, rows: Sequence[LeadLine]) -> Sequence[RowReport]:
    items = [begun(row) for row in rows]
    gazetteer = await registers.places.gazetteer()
    good: list[tuple[RowReport, LeadIn]] = []
    for row, item in zip(rows, items, strict=True):
        if row.lead is None:
            continue
        form = parsed(LeadIn, dict(row.lead))
        faults = form if isinstance(form, tuple) else tuple(_faults(registers, gazetteer, form))
        if isinstance(form, LeadIn) and not faults:
            good.append((item, form))
        else:
            item.refuse(replace(fault, pointer=row.column_of(fault.pointer)) for fault in faults)
    for (item, _), reported in zip(good, await report_leads(registers, [form for _, form in good]), strict=True):
        item.result = RowResult.CREATED if reported.new else RowResult.UNCHANGED
        item.id = reported.lead_id
    return items


def _faults(registers: Registers, gazetteer: Gazetteer, form: LeadIn) -> Iterator[Fault]:
    yield from lead_faults(registers, gazetteer, form)
    if form.escalation_id is not None:  # a report is answered by a person, one at a time
        yield Fault("field_unknown", "/escalation_id")
