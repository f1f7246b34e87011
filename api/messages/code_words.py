"""The words of every coded field: what a code means, in Chinese and in English."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files

_TITLE = "title"


@dataclass(frozen=True, slots=True)
class Code:
    code: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class CodeTable:
    """``name``: of the field or of what it says; ``codes`` in their own order."""

    name: str
    zh: str
    en: str
    codes: tuple[Code, ...]


def _tables() -> Iterator[CodeTable]:
    """A file per noun; in it each code says what it is in Chinese, and in English where the code does not."""
    for file in files(__package__).joinpath("words").iterdir():
        for name, entries in tomllib.loads(file.read_text("utf-8")).items():
            codes = (_code(code, words) for code, words in entries.items() if code != _TITLE)
            yield CodeTable(name, entries[_TITLE], _english(name), tuple(codes))


def _code(code: str, words: str | list[str]) -> Code:
    """The code itself is the English, with blanks, unless other words are given."""
    chinese, english = (words, _english(code)) if isinstance(words, str) else words
    return Code(code, chinese, english)


def _english(code: str) -> str:
    return code.replace("_", " ")


CODE_TABLES: Mapping[str, CodeTable] = {table.name: table for table in sorted(_tables(), key=lambda each: each.name)}
