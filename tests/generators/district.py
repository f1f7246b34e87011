"""A made-up district for a seed: who lives there, who was visited in one month, and what that comes to.

The answer is counted from the story itself, day by day, with nothing of ``api.domain``.
"""

import calendar
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random

from tests.imports.sheets import HANJIANG

FIGURES = ("due_elders", "visited_home", "fully_compliant", "obligations", "obligations_met", "visited_any")

_MONTHS = ((2026, 10), (2026, 9), (2026, 2), (2024, 2), (2025, 12), (2026, 11))
_FAMILIES, _GIVEN = "陈林黄郑吴张李许蔡刘", "金花秀英玉兰美珍国文水木天赐阿妹"
_WORKERS = ("林志远", "黄晓燕", "许建军")
_URGENT = frozenset({"孤寡", "重残"})
_HELPLESS = frozenset({"中度失能", "重度失能", "完全失能"})
DEFECTS = (
    "id_checksum",
    "id_digits_lost",
    "sex_id_mismatch",
    "under_60",
    "word_confused",
    "village_unknown",
    "name_missing",
    "person_repeated",
    "declared_category_contradicted",
    "certificate_level_not_severe",
)


@dataclass
class Person:
    """``defect``: the reason for which the row must be refused."""

    name: str
    male: bool
    born: date
    number: str
    township: str
    village: str
    code: str
    categories: list[str]
    ability: str | None
    tier: str | None
    filed: date
    willing: bool | None
    certificate: str | None = None
    defect: str | None = None

    def age_on(self, day: date) -> int:
        return day.year - self.born.year - ((day.month, day.day) < (self.born.month, self.born.day))

    def urgent_on(self, day: date) -> bool:
        """孤寡、高龄独居、重（中）度失能、重残, or written down as 重点."""
        old_and_alone = "独居" in self.categories and self.age_on(day) >= 80
        said = self.tier == "重点" or not _URGENT.isdisjoint(self.categories)
        return said or old_and_alone or self.ability in _HELPLESS


@dataclass
class Visit:
    person: Person
    day: date
    method: str
    outcome: str
    worker: str
    hour: int | None
    place: str | None = None

    @property
    def at_home(self) -> bool:
        return (self.method, self.outcome) == ("上门", "完成") and self.place in (None, "家中")

    @property
    def spoken_to(self) -> bool:
        return self.outcome == "完成" and self.method in ("电话", "视频")


@dataclass
class District:
    """``people`` in the order of the roll. ``strangers`` were visited, but stand on no roll."""

    days: list[date]
    today: date
    tracking: date
    people: list[Person]
    visits: list[Visit] = field(default_factory=list)
    strangers: list[Visit] = field(default_factory=list)

    @property
    def month(self) -> str:
        return f"{self.days[0]:%Y-%m}"

    @property
    def good(self) -> list[Person]:
        return [person for person in self.people if person.defect is None]

    def refusals(self) -> Counter[str]:
        return Counter(person.defect for person in self.people if person.defect)

    def figures(self) -> dict[str, Counter[str]]:
        """The figures by village code."""
        counted: dict[str, Counter[str]] = {}
        for person in self.good:
            counted.setdefault(person.code, Counter()).update(self._of(person))
        return counted

    def _of(self, person: Person) -> Counter[str]:
        duty = {day for day in self.days if self._on_duty(person, day)}
        owed = list(self._owed(person, duty))
        if not owed:
            return Counter()
        seen = [visit for visit in self.visits if visit.person is person and visit.day in duty]
        home = {visit.day for visit in seen if visit.at_home}
        met = sum(1 for period in owed if home & set(period))
        return Counter(
            due_elders=1,
            visited_home=int(bool(home)),
            visited_any=int(bool(home) or any(visit.spoken_to for visit in seen)),
            fully_compliant=int(met == len(owed)),
            obligations=len(owed),
            obligations_met=met,
        )

    def _on_duty(self, person: Person, day: date) -> bool:
        return person.willing is not False and day >= person.filed and day >= self.tracking and person.age_on(day) >= 60

    def _owed(self, person: Person, duty: set[date]) -> Iterator[list[date]]:
        """Half-months of the urgent, months of the others; at least half of the days on duty."""
        halves = ([day for day in self.days if day.day <= 15], [day for day in self.days if day.day > 15])
        for period, urgent in ((halves[0], True), (halves[1], True), (self.days, False)):
            active = [day for day in period if day in duty]
            if active and 2 * len(active) >= len(period) and person.urgent_on(active[0]) == urgent:
                yield period


def a_district(seed: int, people: int = 26, visits: int = 45) -> District:
    """The same district for the same seed; every defect stands in its roll once."""
    chance = Random(seed)
    year, month = _MONTHS[seed % len(_MONTHS)]
    days = [date(year, month, day + 1) for day in range(calendar.monthrange(year, month)[1])]
    today = days[-1] + timedelta(days=chance.randint(2, 20))
    tracking = chance.choice([days[0], days[0] - timedelta(days=45), days[4], days[11], days[19]])
    crowd = _Crowd(chance, days, today)
    roll = [crowd.person() for _ in range(people)]
    roll += [crowd.turning(age) for age in (60, 80, 80)]
    good = list(roll)
    for defect in DEFECTS:
        roll.insert(chance.randint(1, len(roll)), crowd.defective(defect, good))
    _repeat_after_the_first(roll)
    district = District(days, today, tracking, roll)
    district.visits = [crowd.visit(chance.choice(good)) for _ in range(visits)]
    district.strangers = [crowd.visit(crowd.person()) for _ in range(2)]
    return district


def _repeat_after_the_first(roll: list[Person]) -> None:
    """The first of two rows stands, so a repetition comes last; its sheet is the same."""
    for person in [each for each in roll if each.defect == "person_repeated"]:
        roll.remove(person)
        roll.append(person)


class _Crowd:
    """People and visits, one after another; no ID number is given twice."""

    def __init__(self, chance: Random, days: list[date], today: date) -> None:
        self._chance = chance
        self._days = days
        self._today = today
        self._numbers: set[str] = set()
        self._visits: set[tuple[str, date, str, int]] = set()
        self._villages = _some_villages(chance)

    def person(self, born: date | None = None) -> Person:
        chance = self._chance
        born = born or date(self._today.year - chance.randint(62, 96), chance.randint(1, 12), chance.randint(1, 28))
        male, township, (code, village) = chance.random() < 0.5, *chance.choice(self._villages)
        categories = sorted(chance.sample(["孤寡", "独居", "空巢", "留守", "失能", "重残"], chance.choice([1, 1, 2])))
        number = self._number(born, male)
        return Person(
            name=chance.choice(_FAMILIES) + "".join(chance.sample(_GIVEN, chance.randint(1, 2))),
            male=male,
            born=born,
            number=number,
            township=township,
            village=village,
            code=code,
            categories=categories,
            ability=self._ability(categories),
            tier=chance.choice(["重点", "一般", "一般", None]),
            filed=self._filed(),
            willing=chance.choices([True, False, None], [8, 1, 1])[0],
            certificate=number + f"{chance.randint(1, 7)}{chance.randint(1, 2)}" if "重残" in categories else None,
        )

    def turning(self, age: int) -> Person:
        """Somebody whose birthday lies within the month, alone and otherwise not urgent."""
        day = self._chance.choice([each for each in self._days if (each.month, each.day) != (2, 29)])
        person = self.person(date(day.year - age, day.month, day.day))
        person.categories, person.ability, person.tier, person.certificate = ["独居"], None, None, None
        return person

    def defective(self, defect: str, good: list[Person]) -> Person:
        person = self.person()
        person.defect = defect
        match defect:
            case "id_checksum":
                right = person.number[-1]
                person.number = person.number[:-1] + self._chance.choice("".join(set("0123456789X") - {right}))
            case "sex_id_mismatch":
                person.male = not person.male
            case "under_60":
                person.number = self._number(date(self._today.year - 55, 3, 3), person.male)
            case "word_confused":
                person.categories = [self._chance.choice(["孤独", "半失能", "独处"])]
            case "village_unknown":
                person.village = "无忧村"
            case "name_missing":
                person.name = ""
            case "person_repeated":
                first = self._chance.choice(good)
                person = replace(first, tier=person.tier, filed=person.filed, defect=defect)
            case "declared_category_contradicted":
                person.categories, person.ability = ["失能"], "能力完好"
            case "certificate_level_not_severe":
                person.categories, person.certificate = ["重残"], person.number + "43"
        if defect in ("id_checksum", "under_60"):
            person.categories, person.certificate = ["空巢"], None
        return person

    def visit(self, person: Person) -> Visit:
        """At an hour at which this worker was not at this person's that day, or at no stated hour."""
        chance = self._chance
        method = chance.choice(["上门", "上门", "上门", "电话", "视频", "其他"])
        outcome = chance.choices(["完成", "未遇", "拒访"], [8, 1, 1])[0]
        place = chance.choice([None, None, "家中", "食堂"]) if method == "上门" else None
        day, worker, hour = chance.choice(self._days), chance.choice(_WORKERS), chance.choice([None, *range(8, 18)])
        if hour is not None and (person.number, day, worker, hour) in self._visits:
            return self.visit(person)
        if hour is not None:
            self._visits.add((person.number, day, worker, hour))
        return Visit(person, day, method, outcome, worker, hour, place)

    def _ability(self, categories: list[str]) -> str | None:
        impaired = ["轻度失能", "中度失能", "重度失能", "完全失能", None]
        return self._chance.choice(impaired if "失能" in categories else ["能力完好", "能力完好", "轻度失能", None])

    def _filed(self) -> date:
        within = self._chance.random() < 0.3
        return self._chance.choice(self._days) if within else self._days[0] - timedelta(self._chance.randint(1, 150))

    def _number(self, born: date, male: bool) -> str:
        """18 characters with sequence numbers that are given to nobody; the last makes the sum 1 modulo 11."""
        while True:
            region = self._chance.choice(["350303", "350102", "352131"])
            sequence = self._chance.randrange(991 if male else 990, 1000, 2)
            digits = f"{region}{born:%Y%m%d}{sequence}"
            total = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(digits))
            number = digits + "0123456789X"[(1 - total) % 11]
            if number not in self._numbers:
                self._numbers.add(number)
                return number
            born += timedelta(days=1)


def _some_villages(chance: Random) -> list[tuple[str, tuple[str, str]]]:
    """A few villages of three townships, by the names that people use."""
    large = [each for each in HANJIANG.children("350303") if len(HANJIANG.children(each.code)) > 3]
    return [
        (township.name, (village.code, village.short_name))
        for township in chance.sample(large, 3)
        for village in chance.sample(list(HANJIANG.children(township.code)), 2)
    ]
