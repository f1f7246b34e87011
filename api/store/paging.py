"""Where a list goes on: sealed tokens that open only for the list, filter and reader they were made for."""

import json
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from api.domain.errors import DomainError
from api.store.crypto import SealBroken, Sealer

_PLACE = "page_token"
_MOST = 2000


def encode_token(
    sealer: Sealer, operation: str, filter: Mapping[str, Any], owner: object, position: Sequence[Any]
) -> str:
    """A token for the entry behind ``position`` (the sort keys of the last entry shown, JSON values)."""
    sealed = sealer.seal_json(_PLACE, _belongs(operation, filter, owner), list(position))
    return urlsafe_b64encode(sealed).decode().rstrip("=")


def decode_token(sealer: Sealer, operation: str, filter: Mapping[str, Any], owner: object, token: str) -> list[Any]:
    """The position in a token; raises ``page_token_invalid`` unless all of it is as it was encoded."""
    try:
        sealed = b64decode(_padded(token), altchars=b"-_", validate=True)
        position: list[Any] = sealer.open_json(_PLACE, _belongs(operation, filter, owner), sealed)
    except (ValueError, IndexError, SealBroken) as error:
        raise DomainError("page_token_invalid") from error
    return position


def _padded(token: str) -> str:
    if len(token) > _MOST:
        raise ValueError("too long")
    return token + "=" * (-len(token) % 4)


def _belongs(operation: str, filter: Mapping[str, Any], owner: object) -> str:
    canonical = json.dumps(filter, sort_keys=True, ensure_ascii=False, default=str)
    return f"{operation}|{owner}|{sha256(canonical.encode()).hexdigest()}"
