"""What the service says: stable code → what happened, what to do, who can help; Chinese first, English twin.

One file per noun holds its entries; ``CATALOGUE`` joins them. ``{name}`` places interpolate a problem's
params. Each ``fix`` names an act in at most 40 characters.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module
from pkgutil import iter_modules


class Language(StrEnum):
    ZH = "zh-CN"
    EN = "en"


@dataclass(frozen=True, slots=True)
class Text:
    """One code's words in one language."""

    detail: str
    fix: str = ""
    ask: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    code: str
    status: int  # HTTP status when the code stands for a whole request; 0 where it never does
    zh: Text
    en: Text
    retryable: bool = False

    def text(self, language: Language) -> Text:
        return self.zh if language is Language.ZH else self.en


def _join() -> Mapping[str, Message]:
    joined: dict[str, Message] = {}
    for module in iter_modules(__path__):
        for message in getattr(import_module(f"{__name__}.{module.name}"), "MESSAGES", ()):
            if message.code in joined:
                raise ValueError(f"message code defined twice: {message.code}")
            joined[message.code] = message
    return joined


CATALOGUE: Mapping[str, Message] = _join()


def spoken(code: str, params: Mapping[str, object], language: Language) -> Text:
    """The texts of ``code`` with its params in place."""
    text = CATALOGUE[code].text(language)
    return Text(*(part.format_map(_Blank(params)) for part in (text.detail, text.fix, text.ask)))


class _Blank(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return ""
