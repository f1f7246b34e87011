"""A district's roll and month as some office would keep them: its own headings, order, spellings and clutter."""

import csv
import io
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from random import Random
from typing import Any

from openpyxl import Workbook

from tests.generators.district import District, Person, Visit
from tests.imports.sheets import a_workbook, saved

_OBSERVED = {
    "人口变化 表达能力 行动能力 疾病状况 情绪状态": ("无变化",),
    "燃气安全 水暖安全 用电安全": ("安全", "较安全"),
    "个人卫生 家庭卫生 室内环境": ("无变化", "较好"),
}
_TICKED = ("孤寡", "独居", "空巢", "留守", "失能", "重残")
_FULL_WIDTH = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")


def roll_file(district: District, seed: int) -> bytes:
    """An .xlsx of one sheet for each township, or of one sheet with a column for it."""
    chance = Random(f"roll {seed}")
    office = _RollOffice(chance, by_township=chance.random() < 0.6)
    return saved(office.workbook(district.people))


class _RollOffice:
    def __init__(self, chance: Random, *, by_township: bool) -> None:
        self._chance = chance
        self._by_township = by_township
        self._ticks = chance.random() < 0.4
        self._columns = self._chosen_columns()

    def workbook(self, people: Sequence[Person]) -> Workbook:
        sheets: dict[str, list[list[Any]]] = {}
        for person in people:
            name = person.township if self._by_township else "花名册"
            rows = sheets.setdefault(name, self._top(name))
            if self._chance.random() < 0.1:
                rows.append([])
            rows.append([cell(person) for _, cell in self._columns])
        for rows in sheets.values():
            rows += self._bottom()
        return a_workbook(sheets)

    def _chosen_columns(self) -> list[tuple[str, Callable[[Person], Any]]]:
        pick = self._chance.choice
        columns: list[tuple[str, Callable[[Person], Any]]] = [
            (pick(["村（居）", "所属村（社区）", "村 居", "行政村"]), self._village),
            (pick(["姓名", "老年人姓名", "姓 名", "名字"]), lambda person: person.name),
            (pick(["性别", "男/女"]), lambda person: "男" if person.male else "女"),
            (pick(["身份证号", "居民身份证号码", "公民身份号码", "证件号码"]), self._number),
            (pick(["能力程度", "自理能力", "健康情况"]), lambda person: person.ability),
            (pick(["残疾证号", "残疾人证号"]), lambda person: person.certificate),
            (pick(["重点/一般", "探访等级", "对象等级"]), self._tier),
            (pick(["建档日期", "登记时间", "入册日期"]), self._day),
            (pick(["是否自愿接受探访", "是否同意探访", "本人意愿"]), self._willing),
        ]
        if not self._by_township:
            columns.append((pick(["乡镇（街道）", "镇街", "所属乡镇"]), lambda person: person.township))
        if self._ticks:
            columns += [(word, lambda person, word=word: self._tick(person, word)) for word in (*_TICKED, "对象类型")]
        else:
            columns.append((pick(["对象类型", "类别", "老年人类型"]), self._categories))
        self._chance.shuffle(columns)
        return [("序号", lambda person: None), *columns]

    def _top(self, name: str) -> list[list[Any]]:
        titles = [[f"{name}特殊困难老年人台账"], ["填报单位：社事办    填报人："]]
        return [*titles[: self._chance.randint(0, 2)], [heading for heading, _ in self._columns]]

    def _bottom(self) -> list[list[Any]]:
        return self._chance.choice([[], [["合计", "人数", 12]], [[], ["填表人：", "审核人："]]])

    def _village(self, person: Person) -> str:
        return self._chance.choice([person.village, f" {person.village}"])

    def _number(self, person: Person) -> Any:
        if person.defect == "id_digits_lost":
            return int(person.number[:17] + "0")
        spaced = f"{person.number[:6]} {person.number[6:14]} {person.number[14:]}"
        return self._chance.choice([person.number, spaced, person.number.translate(_FULL_WIDTH), person.number.lower()])

    def _tier(self, person: Person) -> str | None:
        return self._chance.choice([person.tier, f"{person.tier}对象"]) if person.tier else None

    def _categories(self, person: Person) -> str:
        ending = self._chance.choice(["", "老人", "老年人"])
        return self._chance.choice(["、", "/", "，", " "]).join(word + ending for word in person.categories)

    def _tick(self, person: Person, word: str) -> Any:
        """Words that have no column of their own stand in the last one."""
        if word == "对象类型":
            return "、".join(each for each in person.categories if each not in _TICKED)
        return self._chance.choice(["√", 1, "是"]) if word in person.categories else None

    def _day(self, person: Person) -> Any:
        day = person.filed
        return self._chance.choice(
            [
                day.isoformat(),
                f"{day.year}年{day.month}月{day.day}日",
                f"{day.year}.{day.month}.{day.day}",
                f"{day.year}/{day.month}/{day.day}",
                datetime.combine(day, time()),  # a date cell
            ]
        )

    def _willing(self, person: Person) -> str | None:
        words = {True: ["是", "同意", "愿意", "√"], False: ["否", "不同意", "×"], None: [None]}
        return self._chance.choice(words[person.willing])


# --- the month ----------------------------------------------------------------------------------------


def month_file(district: District, seed: int) -> bytes:
    """A CSV as some provider's program writes it."""
    chance = Random(f"month {seed}")
    visits = [*district.visits, *district.strangers]
    chance.shuffle(visits)
    columns = _VisitOffice(chance).columns
    out = io.StringIO()
    writer = csv.writer(out, delimiter=chance.choice([",", ";", "\t"]))
    writer.writerow([heading for heading, _ in columns])
    writer.writerows([cell(number, visit) for _, cell in columns] for number, visit in enumerate(visits, start=1))
    return out.getvalue().encode(chance.choice(["utf-8-sig", "utf-8", "gb18030"]))


class _VisitOffice:
    def __init__(self, chance: Random) -> None:
        self._chance = chance
        pick = chance.choice
        columns: list[tuple[str, Callable[[int, Visit], Any]]] = [
            (pick(["姓名", "老人姓名", "服务对象"]), lambda _, visit: visit.person.name),
            (pick(["身份证号", "身份证号码", "公民身份号码"]), lambda _, visit: visit.person.number),
            (pick(["探访日期", "服务日期", "日期"]), lambda _, visit: self._day(visit.day)),
            (pick(["开始时间", "签到时间"]), lambda _, visit: f"{visit.hour:02}:15" if visit.hour else ""),
            (pick(["结束时间", "离开时间"]), lambda _, visit: f"{visit.hour:02}:40" if visit.hour else ""),
            (pick(["服务方式", "探访方式"]), lambda _, visit: self._method(visit.method)),
            (pick(["探访地点", "地点"]), lambda _, visit: visit.place or ""),
            (pick(["探访结果", "服务结果"]), lambda _, visit: visit.outcome),
            (pick(["服务人员", "探访人"]), lambda _, visit: visit.worker),
            ("服务人员类别", lambda _, __: pick(["志愿者", "网格员"])),
            ("服务对象签字", lambda _, visit: "已签字" if visit.method == "上门" else ""),
        ]
        if chance.random() < 0.7:
            columns.append((pick(["记录编号", "工单号"]), lambda number, _: f"R{number:04}"))
        for headings, words in _OBSERVED.items():
            columns += [(heading, lambda _, __, words=words: pick(words)) for heading in headings.split()]
        chance.shuffle(columns)
        self.columns = columns

    def _day(self, day: date) -> str:
        return self._chance.choice([day.isoformat(), f"{day.year}/{day.month}/{day.day}", f"{day:%Y%m%d}"])

    def _method(self, method: str) -> str:
        words = {"上门": ["上门", "上门探访", "入户"], "电话": ["电话", "电话探访"], "视频": ["视频", "微信视频"]}
        return self._chance.choice(words.get(method, [method]))
