"""Which village a row means: by its own columns, the sheet's name, the lines above the table."""

import re
from dataclasses import dataclass, field

from api.domain.divisions import Division, Gazetteer, Level
from api.domain.errors import Fault
from api.imports.tables import Record, Table
from api.imports.values import text, word

_SHORTEST_VILLAGE = 2
_LONGEST_PLACE = 24  # characters of a title in which it may name a village, after the year
_YEAR = re.compile(r"^(?:20\d{2}年?(?:度|\d{1,2}月)?)")


@dataclass(frozen=True, slots=True)
class Place:
    """A village and the door in it, or why there is none. ``column``: the key of the column to correct."""

    column: str
    village: Division | None = None
    detail: str = ""
    fault: Fault | None = None


@dataclass(slots=True)
class Places:
    """Finds the villages of one sheet's rows."""

    gazetteer: Gazetteer
    township: Division | None  # of the whole sheet
    village: Division | None = None  # of the whole sheet, where its title names one
    _found: dict[tuple[str, str | None], tuple[Division, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, table: Table, gazetteer: Gazetteer) -> "Places":
        named = (gazetteer.find_township(line) for line in (table.sheet, *table.title))
        places = cls(gazetteer, next((township for township in named if township), None))
        code = places.township.code if places.township else None
        titled = (places._addressed(_YEAR.sub("", line)[:_LONGEST_PLACE], code) for line in table.title)
        places.village = next((place.village for place in titled if place.village), None)
        return places

    def township_of(self, record: Record) -> Division | None:
        """The township that a row names, or else the one of the whole sheet."""
        if written := text(record.cell("township")):
            return self.gazetteer.find_township(written) or self._coded(written, Level.TOWNSHIP)
        return self.township

    def place(self, record: Record) -> Place:
        """The village and detail of a row's residence."""
        township = self.township_of(record)
        if township is None and text(record.cell("township")):
            return Place("township", fault=Fault("township_unknown"))
        code = township.code if township else None
        address = text(record.cell("residence"))
        if written := word(record.cell("village")):
            return self._named(written, code, address)
        if self.village and "village" not in record.columns and not text(record.cell("township")):
            return Place("village", self.village, address)
        if "village" in record.columns or not address:
            return Place("village", fault=Fault("village_missing"))
        return self._addressed(address, code)

    def _named(self, written: str, township: str | None, detail: str) -> Place:
        coded = self._coded(written, Level.VILLAGE)
        found = (coded,) if coded else self._find(written, township)
        if len(found) == 1:
            return Place("village", found[0], detail)
        if found:
            return Place("village", fault=Fault("village_ambiguous"))
        elsewhere = township is not None and self._find(written, None)
        return Place("village", fault=Fault("village_elsewhere" if elsewhere else "village_unknown"))

    def _addressed(self, address: str, township: str | None) -> Place:
        """A village at the beginning of an address (新县镇文笔村3组130号), as long a name as there is one."""
        for end in range(len(address), _SHORTEST_VILLAGE - 1, -1):
            found = self._find(address[:end], township)
            if len(found) == 1:
                return Place("residence", found[0], address[end:].strip())
            if found:
                return Place("residence", fault=Fault("village_ambiguous"))
        return Place("residence", fault=Fault("village_unknown"))

    def _find(self, written: str, township: str | None) -> tuple[Division, ...]:
        key = (written, township)
        if key not in self._found:
            self._found[key] = self.gazetteer.find_village(written, township)
        return self._found[key]

    def _coded(self, written: str, level: Level) -> Division | None:
        division = self.gazetteer.by_code(written) if written.isdigit() else None
        return division if division and division.level is level else None
