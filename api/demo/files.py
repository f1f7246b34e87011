"""The offices' files: a roll per township when tracking begins, then the visitors' records every few days."""

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

from openpyxl import Workbook

from api.demo import months, people
from api.demo.months import Record, Rounds
from api.demo.office import Office
from api.demo.people import MadeUp
from api.demo.stories import Story
from api.domain.months import Month, months_between

_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_EVERY = 3  # days between two files of visits
_CLERK = "clerk"  # neither of the officials who will look at the records a second time


async def rolls(office: Office, elders: Sequence[MadeUp], folder: Path) -> Story:
    """Everybody is on duty from the first day of the first month."""
    first = office.first_month.first
    query = {"status": "confirmed", "tracking_starts_on": first.isoformat()}
    for township in dict.fromkeys(elder.township.code for elder in elders):
        yield office.at(first, "08:00")
        roll = _roll_file([each for each in elders if each.township.code == township])
        (folder / f"台账-{township}.xlsx").write_bytes(roll)
        await office.post_file(_CLERK, "/v1/elder-imports", roll, _SHEET_TYPE, query)


def written(office: Office, rounds: Rounds, folder: Path) -> list[Record]:
    """What the visitors wrote down up to yesterday, also kept as one file a month."""
    records: list[Record] = []
    for month in months_between(office.first_month, Month.of(office.today)):
        found = list(rounds.records(month, office.day(1)))
        (folder / f"探访记录-{month}.csv").write_bytes(_visit_file(found))
        records += found
    return records


async def visits(office: Office, records: Sequence[Record], slow: str) -> Story:
    """A file every few days, in time for all but what the village ``slow`` forgot."""
    for first, last in _spans(office.first_month.first, office.day(1)):
        yield min(office.at(last + timedelta(days=1), "20:00"), office.minutes_ago(400))
        sent = [each for each in records if first <= each.noted_on <= last and not _forgotten(office, each, slow)]
        await send(office, sent)


async def forgotten(office: Office, records: Sequence[Record], slow: str) -> Story:
    """The second half of the village's first month, found when the month is closed."""
    yield office.at(office.first_month.next().first + timedelta(days=18), "16:00")
    await send(office, [each for each in records if _forgotten(office, each, slow)])


def _forgotten(office: Office, record: Record, slow: str) -> bool:
    return record.village == slow and Month.of(record.day) == office.first_month and record.day.day > 15


def _spans(first: date, last: date) -> Iterator[tuple[date, date]]:
    while first <= last:
        end = min(first + timedelta(days=_EVERY - 1), last)
        yield first, end
        first = end + timedelta(days=1)


async def send(office: Office, records: Sequence[Record]) -> None:
    """Records as a file of the office's, if there are any."""
    if records:
        query = {"source": "office"}
        await office.post_file(_CLERK, "/v1/visit-imports", _visit_file(records), "text/csv", query)


def _roll_file(elders: Sequence[MadeUp]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(elders[0].township.name)
    sheet.append([f"{elders[0].township.name}特殊困难老年人基本信息台账"])
    sheet.append(people.HEADINGS)
    for elder in elders:
        sheet.append(elder.row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _visit_file(records: Sequence[Record]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([months.HEADINGS, *(each.row for each in records)])
    return out.getvalue().encode("utf-8-sig")
