"""Made-up elders, as an office would keep them: a roll, and what their visitors wrote down.

Names are put together from common characters; ID numbers use the sequence numbers 990–999, which are
given to nobody.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from api.domain.divisions import Division
from api.domain.identity import resident_number

_SURNAMES = "陈林黄吴郑朱刘李王张蔡许杨方郭余翁卓关徐"
_GIVEN = "水金玉秀美香兰凤花珠英明国文德福寿庆发顺元宝来春梅桂莲荣"
_HEADS = ("高血压", "糖尿病", "脑梗后遗症", "无", "冠心病", "")
_ABILITIES = ("能力完好",) * 12 + ("轻度失能",) * 4 + ("中度失能",) * 2 + ("重度失能",)
_CATEGORIES = (
    ("空巢老年人", 30),
    ("独居老年人、空巢老年人", 22),
    ("独居老年人", 14),
    ("留守老年人", 14),
    ("失能老年人", 9),
    ("孤寡老年人", 5),
    ("重残老年人", 4),
    ("计划生育特殊家庭", 2),
)
_RELATIONS = ("儿子", "女儿", "侄子", "儿媳", "邻居", "村干部")
_ECONOMIC = ("其他",) * 5 + ("低保", "低保边缘", "特困人员")


@dataclass(frozen=True, slots=True)
class MadeUp:
    """One elder of the demo: the roll's row, and what the visits need to know."""

    township: Division
    village: Division
    number: str
    name: str
    priority: bool
    willing: bool  # to be visited
    row: tuple[str | int | float, ...]


HEADINGS = (
    "序号",
    "村（社区）",
    "姓名",
    "性别",
    "居民身份证号码",
    "联系电话",
    "户籍地址",
    "居住地址（小组/门牌）",
    "能力程度",
    "曾患病史",
    "经济情况",
    "月可支配收入",
    "对象类型",
    "残疾证号",
    "重点/一般",
    "紧急联系人",
    "与服务对象关系",
    "紧急联系人电话",
    "第一探访联系人",
    "第一联系人关系",
    "第一联系人电话",
    "建档日期",
    "饮水是否安全",
    "生活用电是否安全",
    "住房是否安全",
    "帮扶单位",
    "是否自愿接受探访",
)


def a_name(random: Random, *, longer: float = 0.7) -> str:
    """Two characters, or with the chance ``longer`` three."""
    given = random.choice(_GIVEN) + (random.choice(_GIVEN) if random.random() < longer else "")
    return random.choice(_SURNAMES) + given


def a_phone(random: Random) -> str:
    return f"1{random.choice('35789')}{random.randrange(10**9):09d}"


def made_up(villages: Sequence[tuple[Division, Division]], count: int, today: date, random: Random) -> Iterator[MadeUp]:
    """``count`` elders spread over (township, village) pairs, a few more where villages are larger."""
    used: set[str] = set()
    weights = [random.uniform(0.5, 1.6) for _ in villages]
    places = [*villages, *random.choices(villages, weights, k=max(count - len(villages), 0))]
    for index, (township, village) in enumerate(sorted(places[:count], key=lambda pair: pair[1].code)):
        yield _one(index + 1, township, village, today, random, used)


def _one(index: int, township: Division, village: Division, today: date, random: Random, used: set[str]) -> MadeUp:
    categories = random.choices([c for c, _ in _CATEGORIES], [w for _, w in _CATEGORIES])[0]
    female = random.random() < 0.56
    number, born_on = _number(random, today, used, village.code[:6], female=female)
    ability = random.choice(_ABILITIES)
    if "失能" in categories and ability == "能力完好":
        ability = "轻度失能"
    certificate = f"{number}{random.choice('134')}{random.choice('12')}" if "重残" in categories else ""
    age = (today - born_on).days // 365
    alone = "独居" in categories
    priority = "孤寡" in categories or bool(certificate) or ability in ("中度失能", "重度失能") or (alone and age >= 80)
    name = a_name(random)
    filed_on = date(2023, 8, 1) + timedelta(days=random.randrange(600))
    willing = random.random() < 0.985
    door = f"{random.randrange(1, 15)}组{random.randrange(1, 200)}号"
    row = (
        index,
        village.name,
        name,
        "女" if female else "男",
        number,
        a_phone(random) if random.random() < 0.9 else "无",
        f"{township.name}{village.short_name}",
        door,
        ability,
        random.choice(_HEADS),
        random.choice(_ECONOMIC),
        random.choice((300, 600, 850, 1200, 1800)),
        categories,
        certificate,
        "重点对象" if priority else "一般对象",
        a_name(random),
        random.choice(_RELATIONS),
        a_phone(random),
        a_name(random),
        random.choice(_RELATIONS),
        a_phone(random),
        filed_on.isoformat(),
        "是",
        "是" if random.random() < 0.93 else "否",
        "是" if random.random() < 0.96 else "否",
        random.choice(("村（居）委员会", "志愿者", "党政机关", "无")),
        "同意" if willing else "否",
    )
    return MadeUp(township, village, number, name, priority, willing, row)


def an_id_number(random: Random, today: date, region: str = "350303", *, female: bool) -> tuple[str, date]:
    """Of somebody past sixty, with the day of birth in it."""
    born_on = today - timedelta(days=int(random.triangular(61, 97, 76) * 365.25))
    return resident_number(region, born_on, 990 + random.randrange(5) * 2 + (0 if female else 1)), born_on


def _number(random: Random, today: date, used: set[str], region: str, *, female: bool) -> tuple[str, date]:
    while True:
        number, born_on = an_id_number(random, today, region, female=female)
        if number not in used:
            used.add(number)
            return number, born_on
