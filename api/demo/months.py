"""What the demo's visitors wrote down: a month's records as a provider exports them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from api.demo.people import MadeUp, a_name
from api.domain.months import Month

HEADINGS = (
    "记录编号",
    "姓名",
    "身份证号",
    "探访日期",
    "开始时间",
    "结束时间",
    "服务方式",
    "探访结果",
    "去向",
    "拒访人",
    "人口变化",
    "表达能力",
    "行动能力",
    "疾病状况",
    "情绪状态",
    "燃气安全",
    "水暖安全",
    "用电安全",
    "个人卫生",
    "家庭卫生",
    "室内环境",
    "关爱服务需求及落实情况",
    "服务人员类别",
    "服务人员",
    "服务对象签字",
)
_KINDS = ("网格员", "养老服务人员", "志愿者", "社会工作者")
_USUAL = ("无变化",) * 92 + ("较好",) * 5 + ("较差",) * 3
_ABLE = ("无变化",) * 499 + ("较差",)  # each asks for an assessment
_SAFE = ("安全",) * 7 + ("较安全",)
_AT_HOME = 0.95  # rather than on the telephone
_ANSWERED = 0.85
_SAFETIES = 3  # gas, plumbing, power
_NOTES = ("", "", "", "宣传防诈骗知识", "需要助餐", "帮助量血压")
_WHEREABOUTS = ("邻居见到",) * 50 + ("电话联系上",) * 38 + ("走亲戚",) * 7 + ("不详",) * 5


@dataclass(frozen=True, slots=True)
class Record:
    """A line of the file; ``noted_on``: the day it, or the attempt before it, was made."""

    noted_on: date
    day: date
    village: str
    row: Sequence[str]


@dataclass(frozen=True, slots=True)
class Unsafe:
    """What is wrong in a home, from a day to before another: the place of its box on the form."""

    box: int
    since: date
    until: date


Absences = Mapping[str, Sequence[tuple[date, date]]]
"""The days, by number of the elder, on which nobody is at home to be visited; both included."""


def unsafe_homes(elders: Iterable[MadeUp], first: date, today: date, random: Random) -> Mapping[str, Unsafe]:
    """Every thirtieth home has something unsafe for some weeks or to this day."""
    return {elder.number: _unsafe(first, today, random) for elder in elders if random.random() < 1 / 30}


def _unsafe(first: date, today: date, random: Random) -> Unsafe:
    since = first + timedelta(days=random.randrange(-20, max((today - first).days - 5, 1)))
    return Unsafe(random.randrange(_SAFETIES), since, since + timedelta(days=random.choice((25, 40, 60, 400))))


class Rounds:
    """The visitors of every village: how diligent they are, and what they find."""

    def __init__(self, elders: Sequence[MadeUp], unsafe: Mapping[str, Unsafe], absences: Absences, random: Random):
        self._elders = elders
        self._unsafe = unsafe
        self._absences = absences
        self._random = random
        villages = dict.fromkeys(elder.village.code for elder in elders)
        self._diligence = {code: min(0.99, random.gauss(0.93, 0.06)) for code in villages}
        self._workers = {code: (random.choice(_KINDS), a_name(random)) for code in villages}

    def records(self, month: Month, today: date) -> Iterator[Record]:
        """A month up to ``today``: most periods visited, some missed, some not met or refused."""
        number = 0
        for elder in self._elders:
            for first, last in _periods(month, elder.priority):
                if first > today or self._random.random() > self._diligence[elder.village.code]:
                    continue
                noted_on = first + timedelta(days=self._random.randrange((min(last, today) - first).days + 1))
                if self._is_away(elder, noted_on):
                    continue
                for result, day in _attempts(noted_on, last, today, self._random):
                    number += 1
                    home = self._random.random() < _AT_HOME
                    row = self._row(f"D{month}-{number:06d}", elder, day, result, home=home)
                    yield Record(noted_on, day, elder.village.code, row)

    def calls(self, day: date) -> Iterator[Record]:
        """Most of those of the first tier are telephoned on a day."""
        callees = (elder for elder in self._elders if elder.priority and not self._is_away(elder, day))
        for number, elder in enumerate(callees):
            if self._random.random() < _ANSWERED:
                row = self._row(f"C{day}-{number:06d}", elder, day, "完成", home=False)
                yield Record(day, day, elder.village.code, row)

    def _is_away(self, elder: MadeUp, day: date) -> bool:
        return any(first <= day <= last for first, last in self._absences.get(elder.number, ()))

    def _row(self, number: str, elder: MadeUp, day: date, result: str, *, home: bool) -> Sequence[str]:
        random = self._random
        hour, minute = random.randrange(8, 17), random.choice((0, 10, 20, 30))
        method = "上门探访" if home else random.choice(("电话探访", "互联网音（视）频探访"))
        inside = [*self._safeties(elder, day), *(random.choice(_USUAL) for _ in range(3))]
        worker = self._workers[elder.village.code]
        return (
            number,
            elder.name,
            elder.number,
            day.isoformat(),
            f"{hour:02}:{minute:02}",
            f"{hour:02}:{minute + 25:02}",
            method,
            result,
            random.choice(_WHEREABOUTS) if result == "未遇" else "",
            "本人" if result == "拒访" else "",
            "无变化",
            random.choice(_ABLE),
            random.choice(_ABLE),
            "无变化",
            random.choice(_USUAL),
            *(inside if home else [""] * 6),
            random.choice(_NOTES),
            worker[0],
            worker[1],
            "已签字" if home else "",
        )

    def _safeties(self, elder: MadeUp, day: date) -> list[str]:
        found = [self._random.choice(_SAFE) for _ in range(_SAFETIES)]
        unsafe = self._unsafe.get(elder.number)
        if unsafe is not None and unsafe.since <= day < unsafe.until:
            found[unsafe.box] = "不安全"
        return found


def _periods(month: Month, priority: bool) -> list[tuple[date, date]]:
    middle = month.first + timedelta(days=14)
    if priority:
        return [(month.first, middle), (middle + timedelta(days=1), month.last)]
    return [(month.first, month.last)]


def _attempts(day: date, last: date, today: date, random: Random) -> list[tuple[str, date]]:
    dice = random.random()
    if dice < 0.02:
        return [("未遇", day)]
    if dice < 0.03:
        return [("拒访", day)]
    if dice < 0.06 and day < min(last, today):
        return [("未遇", day), ("完成", day + timedelta(days=1))]
    return [("完成", day)]
