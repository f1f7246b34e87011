"""What the demo's visitors wrote down: a month's records as a provider exports them."""

from collections.abc import Iterable, Iterator, Sequence
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
_SAFETY = ("安全",) * 14 + ("较安全",) * 4 + ("不安全",)
_CHANGE = ("无变化",) * 8 + ("较好", "较差")
_NOTES = ("", "", "", "宣传防诈骗知识", "需要助餐", "帮助量血压")


def records(month: Month, elders: Iterable[MadeUp], today: date, random: Random) -> Iterator[Sequence[str]]:
    """The rows of a month up to ``today``: most periods visited, some missed, some not met or refused."""
    diligence: dict[str, float] = {}
    workers: dict[str, tuple[str, str]] = {}
    number = 0
    for elder in elders:
        chance = diligence.setdefault(elder.village.code, min(0.99, random.gauss(0.93, 0.06)))
        worker = workers.setdefault(elder.village.code, (random.choice(_KINDS), a_name(random)))
        for first, last in _periods(month, elder.priority):
            if first > today or random.random() > chance:
                continue
            day = first + timedelta(days=random.randrange((min(last, today) - first).days + 1))
            for result, on in _attempts(day, last, today, random):
                number += 1
                yield _row(f"D{month}-{number:06d}", elder, on, result, worker, random)


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


def _row(number: str, elder: MadeUp, day: date, result: str, worker: tuple[str, str], random: Random) -> Sequence[str]:
    hour, minute = random.randrange(8, 17), random.choice((0, 10, 20, 30))
    home = random.random() < 0.95
    method = "上门探访" if home else random.choice(("电话探访", "互联网音（视）频探访"))
    inside = [random.choice(_SAFETY) for _ in range(3)] + [random.choice(_CHANGE) for _ in range(3)]
    return (
        number,
        elder.name,
        elder.number,
        day.isoformat(),
        f"{hour:02}:{minute:02}",
        f"{hour:02}:{minute + 25:02}",
        method,
        result,
        "无变化",
        random.choice(_CHANGE),
        random.choice(_CHANGE),
        "无变化",
        random.choice(_CHANGE),
        *(inside if home else [""] * 6),
        random.choice(_NOTES),
        worker[0],
        worker[1],
        "已签字" if home else "",
    )
