"""Headings recognised by what they say: one row of them or two, in any order and spelling."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from api.imports.cells import Cell, Row

_BRACKETED = re.compile(r"[(\[【〔<《][^)\]】〕>》]*[)\]】〕>》]")
_NUMBERING = re.compile(r"^(?:[0-9]{1,2}[.、．]|[一二三四五六七八九十]{1,3}、)")
_NOT_A_WORD = re.compile(r"[\W_]+")
_WHOSE = re.compile(r"^(?:特殊困难)?(?:老年人|老人|服务对象|探访对象|受访老人|被探访人|探访老人|对象|本人)(?:的)?")
_COLON = re.compile(r"[:：]\s*\S")
_FEWEST_KEYS = 3
_LONGEST = 30  # characters of an upper heading


@dataclass(frozen=True, slots=True)
class Contact:
    """A person named beside the elder, whose bare 关系 and 电话 columns follow the name."""

    name: str
    relation: str
    phone: str


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The headings of one kind of file.

    ``spellings``: folded heading → key. ``labels``: key → the heading to name when it is missing.
    ``identity``: keys that say who a row is about; they are never repeated from the row above.
    ``needed``: at least one key of each group must be found. ``ignored``: known, of no use.
    ``places``: keys that say where; a row that says nothing else is an empty line of a form.
    ``others``: words in an upper heading that make the lower one somebody else's (家庭成员 · 姓名).
    """

    spellings: Mapping[str, str]
    labels: Mapping[str, str]
    identity: frozenset[str]
    places: frozenset[str]
    needed: tuple[tuple[str, ...], ...]
    ignored: frozenset[str]
    several: frozenset[str] = frozenset()  # keys that may have more than one column
    contacts: tuple[Contact, ...] = ()
    others: tuple[str, ...] = ()

    def key_of(self, heading: str) -> str | None:
        """The key of a heading: as it stands, then without its brackets, then without whose it is."""
        for spelling in _spellings(heading):
            if spelling in self.spellings:
                return self.spellings[spelling]
        return None

    @property
    def label_of_place(self) -> str:
        """The heading to name when nothing says where."""
        return self.labels["village"]

    def is_ignored(self, heading: str) -> bool:
        return any(spelling in self.ignored for spelling in _spellings(heading))


@dataclass(frozen=True, slots=True)
class Column:
    index: int
    heading: str  # as printed


@dataclass(frozen=True, slots=True)
class Heading:
    """A recognised heading of one or two rows."""

    columns: Mapping[str, tuple[Column, ...]]
    height: int
    unknown: tuple[str, ...] = ()
    repeated: tuple[str, ...] = ()

    def missing(self, vocabulary: Vocabulary) -> tuple[str, ...]:
        """The labels of what is needed and not there."""
        return tuple(
            vocabulary.labels[group[0]] for group in vocabulary.needed if not any(key in self.columns for key in group)
        )


def recognise(rows: Sequence[Row], start: int, vocabulary: Vocabulary) -> Heading | None:
    """The heading that begins at ``rows[start]``, or None where that row is none."""
    upper = _texts(rows[start])
    single = _single(upper, vocabulary)
    if start + 1 == len(rows) or not _continues(upper, rows[start + 1], vocabulary):
        return single
    lower = _texts(rows[start + 1])
    stacked = _read(_stacked(upper, lower, vocabulary), vocabulary, height=2)
    # a second row that says as much by itself has a title above it, not half a heading
    alone = single or _single(lower, vocabulary)
    return stacked if stacked and (alone is None or len(stacked.columns) > len(alone.columns)) else single


def _single(texts: Mapping[int, str], vocabulary: Vocabulary) -> Heading | None:
    return _read({index: (text,) for index, text in texts.items()}, vocabulary, height=1)


def _read(candidates: Mapping[int, tuple[str, ...]], vocabulary: Vocabulary, height: int) -> Heading | None:
    """The heading of columns that may each be read in several ways, the best first."""
    reader = _Reader(vocabulary)
    for index, texts in sorted(candidates.items()):
        reader.take(index, texts)
    distinct = set(candidates.values())
    if len(reader.columns) < _FEWEST_KEYS or 2 * len(reader.columns) < len(distinct) - len(reader.ignored):
        return None
    reader.settle_bare()
    return Heading(
        {key: tuple(columns) for key, columns in reader.columns.items()},
        height,
        tuple(reader.unknown),
        tuple(reader.repeated),
    )


@dataclass(slots=True)
class _Reader:
    vocabulary: Vocabulary
    columns: dict[str, list[Column]] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)
    repeated: list[str] = field(default_factory=list)
    ignored: set[int] = field(default_factory=set)
    order: list[tuple[str, Column]] = field(default_factory=list)

    def take(self, index: int, texts: tuple[str, ...]) -> None:
        for text in texts:
            key = self.vocabulary.key_of(text)
            if key is not None:
                column = Column(index, _printed(text))
                self.order.append((key, column))
                self._add(key, column)
                return
        if any(map(self.vocabulary.is_ignored, texts)):
            self.ignored.add(index)
        else:
            self.unknown.append(_printed(texts[0]))

    def _add(self, key: str, column: Column) -> None:
        self.columns.setdefault(key, []).append(column)

    def settle_bare(self) -> None:
        """Give a bare 关系 or 电话 to the contact named before it, then drop second columns of one key."""
        named = [contact for contact in self.vocabulary.contacts if contact.name in self.columns]
        for contact in named:
            for bare, key in (("relation", contact.relation), ("phone", contact.phone)):
                if key not in self.columns:
                    self._move(self._bare_after(contact, bare), bare, key)
        for contact in named:  # a relation can only be somebody's who is named
            if contact.relation not in self.columns and len(self.columns.get("relation", ())) == 1:
                self._move(self.columns["relation"][0], "relation", contact.relation)
        self.columns = {key: columns for key, columns in self.columns.items() if columns}
        for key, columns in self.columns.items():
            if key not in self.vocabulary.several:
                self.repeated += [column.heading for column in columns[1:]]
                del columns[1:]

    def _move(self, column: Column | None, bare: str, key: str) -> None:
        if column:
            self.columns[bare].remove(column)
            self._add(key, column)

    def _bare_after(self, contact: Contact, bare: str) -> Column | None:
        """The bare column that follows the contact's name with nothing but this contact's columns between."""
        own = {contact.name, contact.relation, contact.phone, "relation", "phone"}
        following = False
        for key, column in self.order:
            if following and key == bare and column in self.columns.get(bare, ()):
                return column
            following = key == contact.name or (following and key in own)
        return None


def _printed(text: str) -> str:
    return " ".join(text.split())


def _texts(row: Row) -> dict[int, str]:
    return {index: cell for index, cell in enumerate(row.cells) if isinstance(cell, str) and cell.strip()}


def _continues(upper: Mapping[int, str], lower: Row, vocabulary: Vocabulary) -> bool:
    """Whether ``upper`` and ``lower`` can be one heading: short words, and nobody's name or number below."""
    if len(set(upper.values())) < 2 or any(len(text) > _LONGEST or _COLON.search(text) for text in upper.values()):
        return False
    if any(not isinstance(cell, str) for cell in lower.cells if cell is not None):
        return False
    return all(
        _says(lower.at(index), text) for index, text in upper.items() if vocabulary.key_of(text) in vocabulary.identity
    )


def _says(cell: Cell, text: str) -> bool:
    return cell is None or cell == text or cell == ""


def _stacked(upper: Mapping[int, str], lower: Mapping[int, str], vocabulary: Vocabulary) -> dict[int, tuple[str, ...]]:
    """The readings of every column under a two-row heading.

    An upper heading that is not merged stands over its own column and the empty ones to the right of it.
    """
    stacked: dict[int, tuple[str, ...]] = {}
    group = ""
    for index in range(max((*upper, *lower), default=-1) + 1):
        above, below = upper.get(index, ""), lower.get(index, "")
        group = above or group
        if above and below in ("", above):
            stacked[index] = (above,)
        elif below and any(word in group for word in vocabulary.others):
            stacked[index] = (group + below,)
        elif below:
            stacked[index] = (group + below, below, above) if above else (group + below, below)
    return stacked


@lru_cache(maxsize=4096)
def _spellings(heading: str) -> tuple[str, ...]:
    """The ways to look a heading up, the most literal first."""
    text = _NUMBERING.sub("", "".join(unicodedata.normalize("NFKC", heading).split()))
    literal = (_NOT_A_WORD.sub("", each) for each in (text, _BRACKETED.sub("", text)))
    return tuple(dict.fromkeys(spelling for each in literal for spelling in (each, _WHOSE.sub("", each)) if spelling))
