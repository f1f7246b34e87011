"""What the remarks of a roll (备注) say of where an elder is: gone, in hospital, away, moved, in an institution.

Offices note it there and nowhere else. A remark decides nothing: it is proposed to the township, with the day if
one is stated. What is said of relatives (子女外出务工), denied (未住院) or over (已出院) is not said of the elder.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from api.domain.absences import SuspensionReason
from api.domain.proposals import ProposalKind


@dataclass(frozen=True, slots=True)
class StatusWord:
    """``day``: as stated; the latest such day that is not ahead, where no year is. ``reason``: of a suspension."""

    kind: ProposalKind
    day: date | None = None
    reason: SuspensionReason | None = None


_WORDS: tuple[tuple[re.Pattern[str], ProposalKind, SuspensionReason | None], ...] = tuple(
    (re.compile(pattern), kind, reason)
    for pattern, kind, reason in (
        ("去世|死亡|过世|病故|亡故|逝世|已故|身故", ProposalKind.EXIT_DEATH, None),
        ("敬老院|养老院|福利院|护理院|养老机构|养老公寓", ProposalKind.EXIT_INSTITUTION, None),
        ("住院", ProposalKind.SUSPENSION, SuspensionReason.HOSPITAL),
        ("搬|迁出|迁往|迁居", ProposalKind.EXIT_MOVED_OUT, None),
        ("外出|在外地|去外地|到外地", ProposalKind.SUSPENSION, SuspensionReason.AWAY),
    )
)
_CLAUSE = re.compile(r"[，,；;。、\s]+")
_OF_OTHERS = re.compile("[子女儿媳婿孙兄弟姐妹侄甥父母]|老伴|丈夫|妻|配偶|亲属|家属|家人|邻居|监护人")
_DENIED = re.compile("[未不没无曾拟]")
_OVER = re.compile("出院|返回|回来|回家|已回|离开")
_DAY = re.compile(
    r"(?:(?P<year>20\d\d)[年./-])?(?<!\d)(?P<month>1[0-2]|0?[1-9])[月./-](?P<day>[12]\d|3[01]|0?[1-9])(?!\d)"
)


def status_in(remark: str, today: date) -> StatusWord | None:
    """What a remark says of the elder; of several things the one that weighs most."""
    said = [word for clause in _CLAUSE.split(remark) for word in _in_clause(clause, today)]
    order = [kind for _, kind, _ in _WORDS]
    return min(said, key=lambda word: order.index(word.kind), default=None)


def _in_clause(clause: str, today: date) -> Iterator[StatusWord]:
    """Whoever is named before the word is whom it is about; after it, it is where the elder has gone."""
    if _OVER.search(clause):
        return
    for pattern, kind, reason in _WORDS:
        found = pattern.search(clause)
        if found and not _OF_OTHERS.search(clause, 0, found.start()) and not _DENIED.search(clause, 0, found.start()):
            yield StatusWord(kind, _day_in(clause, today), reason)


def _day_in(clause: str, today: date) -> date | None:
    found = _DAY.search(clause)
    if found is None:
        return None
    years = [int(found["year"])] if found["year"] else [today.year, today.year - 1]
    days = (_date(year, int(found["month"]), int(found["day"])) for year in years)
    return next((day for day in days if day is not None and day <= today), None)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
