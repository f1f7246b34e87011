"""Districts, townships and villages (plan 三(一): 以村(社区)为单位), found by code or usual spelling.

Codes are unpadded, 6, 9 or 12 digits by level. Names repeat across levels (涵西 is a street and a
community) and across townships: what is found is a division, and whatever is joined is joined by its code.
"""

import csv
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property


class Level(StrEnum):
    DISTRICT = "district"  # 县（区）
    TOWNSHIP = "township"  # 乡镇（街道）
    VILLAGE = "village"  # 村（社区）


CODE_LENGTH: Mapping[Level, int] = {Level.DISTRICT: 6, Level.TOWNSHIP: 9, Level.VILLAGE: 12}


@dataclass(frozen=True, slots=True)
class Division:
    """One unit, e.g. 苍然社区居委会, for short 苍然社区; ``parent`` is a code, empty for the district."""

    code: str
    level: Level
    name: str
    short_name: str
    kind: str  # 镇, 街道, 居委会, 村委会 …
    parent: str


def unpad(code: str, level: Level) -> str:
    """The code as kept here. Zeros are cut by level: the last digits of 350303100 are its own."""
    return code[: CODE_LENGTH[level]]


def read_divisions(lines: Iterable[str]) -> tuple[Division, ...]:
    """The divisions of a table with the columns code12, level, name, short_name, kind, parent_code12."""
    return tuple(map(_division, csv.DictReader(lines)))


def _division(row: Mapping[str, str]) -> Division:
    level = Level(row["level"])
    parent_level = {Level.TOWNSHIP: Level.DISTRICT, Level.VILLAGE: Level.TOWNSHIP}.get(level)
    return Division(
        code=unpad(row["code12"], level),
        level=level,
        name=row["name"],
        short_name=row["short_name"],
        kind=row["kind"],
        parent=unpad(row["parent_code12"], parent_level) if parent_level else "",
    )


_VILLAGE_SUFFIXES = {
    "社区": ("", "社区", "居委会", "社区居委会", "社区居民委员会"),
    "村": ("", "村", "村委会", "村民委员会"),
}
_TOWNSHIP_SUFFIXES = ("街道", "开发区", "镇", "乡")


class Gazetteer:
    """All divisions of a district, looked up by code and by the spellings in use."""

    def __init__(self, divisions: Iterable[Division]) -> None:
        self._by_code = {each.code: each for each in sorted(divisions, key=lambda each: each.code)}
        self._children: dict[str, list[Division]] = defaultdict(list)
        for division in self._by_code.values():
            self._children[division.parent].append(division)

    @cached_property
    def _villages(self) -> Mapping[str, Sequence[Division]]:
        found: dict[str, list[Division]] = defaultdict(list)
        for village in self._of(Level.VILLAGE):
            for spelling in _village_spellings(village):
                found[spelling].append(village)
        return found

    @cached_property
    def _townships(self) -> Mapping[str, Division]:
        return {spelling: each for each in self._of(Level.TOWNSHIP) for spelling in _township_spellings(each)}

    @cached_property
    def _longest_first(self) -> Sequence[str]:
        return sorted(self._townships, key=len, reverse=True)

    def _of(self, level: Level) -> Iterator[Division]:
        return (each for each in self._by_code.values() if each.level is level)

    def by_code(self, code: str) -> Division | None:
        """The division of a code, unpadded or padded with zeros to 12 digits."""
        for length in sorted(CODE_LENGTH.values(), reverse=True):
            if code[:length] in self._by_code and not code[length:].strip("0"):
                return self._by_code[code[:length]]
        return None

    def __contains__(self, code: str) -> bool:
        """Whether a unit has this very code, unpadded."""
        return code in self._by_code

    def all(self) -> tuple[Division, ...]:
        """Every unit, in order of code."""
        return tuple(self._by_code.values())

    def children(self, code: str) -> tuple[Division, ...]:
        """The units directly below, in order of code; those without a parent for the empty code."""
        return tuple(self._children.get(code, ()))

    def name_of(self, code: str) -> str:
        """The official name, or the code itself where it is unknown."""
        division = self._by_code.get(code)
        return division.name if division else code

    def find_township(self, text: str) -> Division | None:
        """The one township a text names, be it a title (国欢镇…基本信息台账); None if none or several.

        A short name (赤港) counts where the text begins with it.
        """
        words = self._without_district(_folded(text))
        named: set[Division] = set()
        remaining = words
        for spelling in self._longest_first:  # so that 三江口镇 does not name 江口镇 as well
            township = self._townships[spelling]
            if spelling == township.name and spelling in remaining:
                named.add(township)
                remaining = remaining.replace(spelling, " ")
        if not named:
            named = {self._townships[each] for each in self._longest_first if words.startswith(each)}
        return named.pop() if len(named) == 1 else None

    def find_village(self, text: str, township: str | None = None) -> tuple[Division, ...]:
        """Every village a text may mean, in order of code: 苍然社区居委会, 苍然社区, 苍然, 涵东街道苍然社区.

        ``township``, a 9-digit code, narrows the search; so does a township written before the village.
        Empty when there is none, several when the words do not decide.
        """
        found = {
            village
            for written, rest in self._readings(self._without_district(_folded(text)))
            for village in self._villages.get(rest, ())
            if {written, township} <= {None, village.parent}
        }
        return tuple(sorted(found, key=lambda village: village.code))

    def _readings(self, words: str) -> Iterator[tuple[str | None, str]]:
        """The text as a village alone, and as a township's code and a village in it."""
        yield None, words
        for spelling, township in self._townships.items():
            if words.startswith(spelling):
                yield township.code, words.removeprefix(spelling)

    def _without_district(self, words: str) -> str:
        for district in self.children(""):
            words = words.split(district.name, 1)[-1]
        return words


def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def _village_spellings(village: Division) -> set[str]:
    for ending, suffixes in _VILLAGE_SUFFIXES.items():
        if village.short_name.endswith(ending):
            stem = village.short_name.removesuffix(ending)
            return {village.name, *(stem + suffix for suffix in suffixes)}
    return {village.name, village.short_name}


def _township_spellings(township: Division) -> set[str]:
    endings = (each for each in _TOWNSHIP_SUFFIXES if township.name.endswith(each))
    return {township.name, township.name.removesuffix(next(endings, ""))}
