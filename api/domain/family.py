"""An elder's family: relations (GB/T 4761), what is known of each member, and who is first to look in.

Plan 二 (子女对老年人日常照护的第一责任): a child in the same place is the first contact (rules R9, A18);
for the childless the township designates one with the village (R11).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from api.domain.logic import Known, every, negated, same, some

RELATIONS: Mapping[str, str] = {
    "01": "本人",
    "02": "户主",
    "10": "配偶",
    "11": "夫",
    "12": "妻",
    "20": "子",
    "21": "独生子",
    "22": "长子",
    "23": "次子",
    "27": "养子或继子",
    "28": "女婿",
    "30": "女",
    "31": "独生女",
    "32": "长女",
    "37": "养女或继女",
    "38": "儿媳",
    "40": "孙辈",
    "41": "孙子",
    "42": "孙女",
    "43": "外孙子",
    "44": "外孙女",
    "50": "父母",
    "51": "父",
    "52": "母",
    "57": "继父或养父",
    "60": "祖父母",
    "70": "兄弟姐妹",
    "71": "兄",
    "73": "弟",
    "75": "姐",
    "77": "妹",
    "93": "侄子",
    "94": "侄女",
    "95": "外甥",
    "96": "外甥女",
    "97": "其他亲属",
    "99": "非亲属",
    "neighbour": "邻居",
    "village_cadre": "村干部",
    "other": "其他",
}
"""Relation to the elder: codes of GB/T 4761, and three for people who are not family."""

_EVERYDAY_WORDS: Mapping[str, str] = {
    "儿子": "20",
    "大儿子": "22",
    "小儿子": "20",
    "养子": "27",
    "继子": "27",
    "女儿": "30",
    "大女儿": "32",
    "小女儿": "30",
    "养女": "37",
    "继女": "37",
    "媳妇": "38",
    "丈夫": "11",
    "老公": "11",
    "妻子": "12",
    "老婆": "12",
    "老伴": "10",
    "爱人": "10",
    "父亲": "51",
    "母亲": "52",
    "外孙": "43",
    "兄弟": "70",
    "姐妹": "70",
    "哥哥": "71",
    "弟弟": "73",
    "姐姐": "75",
    "妹妹": "77",
    "侄儿": "93",
    "外甥子": "95",
    "亲戚": "97",
    "亲属": "97",
    "朋友": "99",
    "村居干部": "village_cadre",
    "社区干部": "village_cadre",
}
_CODES = {**{name: code for code, name in RELATIONS.items()}, **_EVERYDAY_WORDS}
_PARENTS = frozenset({"50", "51", "52", "57"})
_IN_LAWS = frozenset({"28", "38"})  # 女婿、儿媳


def relation_of(word: str) -> str | None:
    """The code of a relation as offices write it (儿媳, 邻居, 村干部 …), or None."""
    return _CODES.get("".join(word.split()))


def is_child(relation: str) -> bool:
    """子女 by GB/T 4761: the twenties and thirties without sons- and daughters-in-law."""
    return len(relation) == 2 and relation[0] in "23" and relation not in _IN_LAWS


class LeftReason(StrEnum):
    WORK = "work"  # 务工
    BUSINESS = "business"  # 经商
    OTHER_PRODUCTION = "other_production"  # 从事其他生产经营活动
    OTHER = "other"  # 其他（求学、婚嫁等）


@dataclass(frozen=True, slots=True, kw_only=True)
class Relative:
    """A living spouse, parent or other member of the family.

    ``township``: 9-digit code of where he or she lives, or any other text for a place outside the district.
    """

    relation: str = "97"  # code of RELATIONS
    co_resident: Known = None
    township: str | None = None
    in_institution: bool = False  # lives in an institution: not family nearby, wherever it stands

    @property
    def is_parent(self) -> bool:
        return self.relation in _PARENTS

    def near(self, township: str | None) -> Known:
        """Whether he or she is family nearby for an elder of ``township``."""
        return every((not self.in_institution, some((self.co_resident, same(self.township, township)))))


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """A son or daughter, dead ones included.

    ``left_on``: departure from the 户籍地, away since then; ``has_left`` speaks where that day is not known.
    """

    id: UUID | None = None
    alive: Known = None
    adult: Known = None
    co_resident: Known = None
    township: str | None = None
    in_institution: bool = False
    has_left: Known = None
    left_on: date | None = None
    left_reason: LeftReason | None = None

    def near(self, township: str | None) -> Known:
        """Whether the child is family nearby for an elder of ``township``."""
        return every((self.alive, not self.in_institution, self.lives_in(township)))

    def lives_in(self, township: str | None) -> Known:
        return some((self.co_resident, same(self.township, township)))


def first_contact_proposal(children: Sequence[Child], township: str | None) -> Child | None:
    """The child proposed as 第一探访联系人: one who lives in the elder's township-level unit.

    Of several: who shares the home, then adults, then the order given. A proposal only: the office may pass
    over a minor, disabled or estranged child with a reason.
    """
    near = [child for child in children if child.alive is not False and child.lives_in(township)]
    return min(near, key=lambda child: (not child.co_resident, child.adult is False), default=None)


def needs_designation(children: Sequence[Child], complete: bool) -> Known:
    """Whether the township has to designate a first contact: there is no living child."""
    return negated(has_living_child(children, complete))


def has_living_child(children: Sequence[Child], complete: bool) -> Known:
    """``complete``: the list is known to leave nobody out."""
    return some([child.alive for child in children] + [False if complete else None])
