"""What is done with the keys of the service (密钥): made ahead, put to use, taken out of use.

A key that several machines share is made ahead, carried to all of them, and put to use afterwards: then
nobody is shown a token under a key that he does not know yet.
"""

import os
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from api.domain.accounts import ACCESS_TOKEN_LASTS
from api.security import Keys
from api.security.keys import new_signing_key, public_half

_MOST_SEALING_KEYS = 255
_VOUCHES_FOR = ACCESS_TOKEN_LASTS + timedelta(minutes=1)  # what it signed last, and some time to tell the others


class KeyKind(StrEnum):
    SIGNING = "signing"  # 签名
    SEALING = "sealing"  # 加密


class KeyState(StrEnum):
    CURRENT = "current"  # 使用中
    AHEAD = "ahead"  # 待启用
    RETIRING = "retiring"  # 即将停用
    RETIRED = "retired"  # 已停用


@dataclass(frozen=True, slots=True)
class KeyLine:
    """A key as ``tanfang keys check`` shows it. ``until``: when it vouches for its last token."""

    kind: KeyKind
    key_id: str
    state: KeyState
    until: datetime | None = None


def make_signing_key(keys: Keys) -> Keys:
    """One more, known and published from now on; it signs once it is put to use."""
    key_id, pem = new_signing_key()
    return replace(keys, signing={**keys.signing, key_id: pem})


def rotate_signing_key(keys: Keys, now: datetime, *, stolen: bool) -> Keys:
    """Sign with the oldest key made ahead, or with a new one.

    The one before it loses its private half and vouches for its tokens until they have run out; for none of
    them any more when it was ``stolen``.
    """
    ready = keys if keys.ahead else make_signing_key(keys)
    until = now if stolen else now + _VOUCHES_FOR
    return replace(
        ready,
        current=ready.ahead[0],
        signing={**ready.signing, keys.current: public_half(keys.signing[keys.current])},
        retired={**keys.retired, keys.current: until},
    )


class NotAhead(Exception):
    """No sealing key was made ahead: another process would meet values that it cannot open."""


class StillNeeded(Exception):
    """The key seals, or is to; or there is none of that number."""


def make_sealing_key(keys: Keys) -> Keys:
    """One more, which opens from now on and seals once it is put to use. Raises ValueError after the 255th."""
    sealing = keys.sealing
    number = max(sealing.keys) + 1
    if number > _MOST_SEALING_KEYS:
        raise ValueError("key ids are one byte")
    return replace(keys, sealing=replace(sealing, keys={**sealing.keys, number: os.urandom(32)}))


def rotate_sealing_key(keys: Keys) -> Keys:
    """Seal with the oldest key made ahead; those before it go on opening. Raises NotAhead."""
    ahead = [number for number in sorted(keys.sealing.keys) if number > keys.sealing.current]
    if not ahead:
        raise NotAhead
    return replace(keys, sealing=replace(keys.sealing, current=ahead[0]))


def drop_sealing_key(keys: Keys, number: int) -> Keys:
    """Without a key under which nothing is sealed any more. Raises StillNeeded."""
    if number not in keys.sealing.keys or number >= keys.sealing.current:
        raise StillNeeded
    left = {each: key for each, key in keys.sealing.keys.items() if each != number}
    return replace(keys, sealing=replace(keys.sealing, keys=left))


def lines_of(keys: Keys, now: datetime) -> list[KeyLine]:
    signing = [_signing_line(keys, key_id, now) for key_id in keys.signing]
    return signing + [
        KeyLine(KeyKind.SEALING, str(number), _sealing_state(keys, number)) for number in keys.sealing.keys
    ]


def _sealing_state(keys: Keys, number: int) -> KeyState:
    if number == keys.sealing.current:
        return KeyState.CURRENT
    return KeyState.AHEAD if number > keys.sealing.current else KeyState.RETIRING


def _signing_line(keys: Keys, key_id: str, now: datetime) -> KeyLine:
    until = keys.retired.get(key_id)
    if until is not None:
        state = KeyState.RETIRING if now < until else KeyState.RETIRED
        return KeyLine(KeyKind.SIGNING, key_id, state, until)
    return KeyLine(KeyKind.SIGNING, key_id, KeyState.CURRENT if key_id == keys.current else KeyState.AHEAD)
