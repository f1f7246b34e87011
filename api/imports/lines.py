"""One row being read: its cells by key, and what turned out to be wrong, each with the heading as printed."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from api.domain.errors import Fault
from api.imports.cells import Cell
from api.imports.headings import Column
from api.imports.tables import Record
from api.imports.values import Reading

T = TypeVar("T")

Facts = dict[str, Any]
"""Part of a record in wire shape."""


def filled(facts: Facts) -> Facts:
    """The facts without those that say nothing; False and 0 say something."""
    return {name: value for name, value in facts.items() if value not in (None, "", [], {})}


@dataclass(slots=True)
class Line:
    """``labels`` name the column of a key that the sheet does not have."""

    record: Record
    labels: Mapping[str, str]
    faults: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)

    def cell(self, key: str) -> Cell:
        return self.record.cell(key)

    def must(self, key: str, reading: Reading[T]) -> T | None:
        """The value of something the row cannot stand without."""
        if reading.fault:
            self.fault(key, reading.fault)
        return self._noted(key, reading)

    def may(self, key: str, reading: Reading[T]) -> T | None:
        """The value of something that is left out, with a warning, where it cannot be read."""
        if reading.fault:
            self.warn(key, reading.fault)
        return self._noted(key, reading)

    def fault(self, key: str, fault: Fault) -> None:
        self.faults.append(replace(fault, pointer=self.heading(key)))

    def warn(self, key: str, warning: Fault) -> None:
        self.warnings.append(replace(warning, pointer=self.heading(key)))

    def note_marks(self) -> None:
        """A struck or hidden row says that somebody was taken off the list; it does not say who decided, or when."""
        if self.record.row.struck:
            self.fault("name", Fault("row_struck"))
        if self.record.row.hidden:
            self.fault("name", Fault("row_hidden"))

    def heading(self, key: str) -> str:
        return self.record.heading(key, self.labels.get(key, ""))

    def _noted(self, key: str, reading: Reading[T]) -> T | None:
        if reading.warning:
            self.warn(key, reading.warning)
        return reading.value


def heading_at(
    pointer: str,
    keys: Mapping[str, str],
    columns: Mapping[str, tuple[Column, ...]],
    labels: Mapping[str, str],
) -> str:
    """The heading over what a JSON pointer names; the pointer itself where no column could hold it."""
    key = keys.get(pointer) or pointer.removeprefix("/").partition("/")[0]
    return columns[key][0].heading if key in columns else labels.get(key, pointer)
