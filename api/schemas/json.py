"""Reading a JSON body: UTF-8 only, no duplicate keys, no NaN, bounded depth, width and numbers."""

import json
import re
from typing import Any, NoReturn

from api.domain.errors import DomainError

MOST_DEPTH = 32
MOST_KEYS = 200
_MOST_DIGITS = 40
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*+"?', re.DOTALL)  # one without an end is read once, not from each quote in it
_BRACKET = re.compile(rb"[\[\]{}]")


def read_json(body: bytes) -> Any:
    """The parsed body; raises ``json_invalid`` for anything that two readers could read differently."""
    if _too_deep(body):
        raise DomainError("json_too_deep", most=MOST_DEPTH)
    try:
        return json.loads(
            body.decode("utf-8"),
            object_pairs_hook=_object,
            parse_constant=_no_constants,
            parse_int=_bounded_int,
            parse_float=_bounded_float,
        )
    except (ValueError, RecursionError) as error:
        raise DomainError("json_invalid") from error


def _too_deep(body: bytes) -> bool:
    """Whether brackets outside strings nest too deeply, told without building anything."""
    if body.count(b"[") + body.count(b"{") <= MOST_DEPTH:
        return False
    depth = 0
    for match in _BRACKET.finditer(_STRING.sub(b"", body)):
        depth += 1 if match[0] in (b"[", b"{") else -1
        if depth > MOST_DEPTH:
            return True
    return False


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(pairs) > MOST_KEYS:
        raise DomainError("json_too_wide", most=MOST_KEYS)
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("duplicate key")
    return found


def _no_constants(_name: str) -> NoReturn:
    raise ValueError("not a JSON number")


def _bounded_int(text: str) -> int:
    if len(text) > _MOST_DIGITS:
        raise ValueError("number too long")
    number = int(text)
    if abs(number) > 2**53:
        raise ValueError("number out of range")
    return number


def _bounded_float(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")) or len(text) > _MOST_DIGITS:
        raise ValueError("number out of range")
    return number
