"""Access tokens: made under the current key, read under any that still vouches, remembered for a moment."""

import asyncio
import json
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar
from uuid import UUID, uuid4

from jose import jwk, jws
from jose.exceptions import JOSEError

from api.domain.accounts import ACCESS_TOKEN_LASTS, SignIn
from api.domain.errors import DomainError
from api.logs import log
from api.security.keys import KeyFile, Keys, KeysRefused

ALGORITHM = "ES256"
MOST_TOKEN = 2048
_TYPE = "at+jwt"
_SKEW = timedelta(seconds=30)  # between the clocks of two machines
_REVOCATION_SECONDS = 0.9  # promised: one second
_CLAIMS = frozenset({"iss", "aud", "sub", "sid", "jti", "iat", "exp"})

K = TypeVar("K")
V = TypeVar("V")


class Recent(Generic[K, V]):
    """What was found out a moment ago: at most ``most`` entries, none older than ``seconds``."""

    def __init__(self, *, most: int, seconds: float) -> None:
        self._most = most
        self._seconds = seconds
        self._entries: dict[K, tuple[float, V]] = {}

    def get(self, key: K) -> V | None:
        found = self._entries.get(key)
        if found is None or time.monotonic() - found[0] >= self._seconds:
            return None
        return found[1]

    def put(self, key: K, value: V, *, known_at: float | None = None) -> None:
        """``known_at``: the monotonic time at which the value held, when that is not now."""
        self._entries.pop(key, None)
        if len(self._entries) >= self._most:
            del self._entries[next(iter(self._entries))]
        self._entries[key] = (time.monotonic() if known_at is None else known_at, value)

    def forget(self, key: K) -> None:
        self._entries.pop(key, None)

    def clear(self) -> None:
        self._entries.clear()


class Shared(Generic[K, V]):
    """What many ask for at once is found out once: the answer, or the failure, is everybody's."""

    def __init__(self) -> None:
        self._under_way: dict[K, asyncio.Task[V]] = {}

    async def of(self, key: K, find_out: Callable[[], Coroutine[Any, Any, V]]) -> V:
        task = self._under_way.get(key)
        if task is None:
            task = self._under_way[key] = asyncio.create_task(find_out())
            task.add_done_callback(lambda done: self._forget(key, done))
        return await asyncio.shield(task)  # whoever gives up leaves it to the others

    def _forget(self, key: K, done: asyncio.Task[V]) -> None:
        del self._under_way[key]
        if not done.cancelled():
            done.exception()  # also where nobody waits any more


@dataclass(frozen=True, slots=True)
class Claims:
    user_id: UUID
    session_id: UUID
    token_id: UUID
    issued_at: datetime
    expires_at: datetime


class Tokens:
    """Makes and reads access tokens, and remembers for a moment whom they stand for."""

    def __init__(
        self,
        keys: Keys,
        issuer: str,
        audience: str,
        *,
        file: KeyFile | None = None,
        changed: Callable[[Keys], None] = lambda _: None,
    ) -> None:
        self._issuer = issuer
        self._audience = audience
        self._file = file
        self._changed = changed  # hears of keys that have come in the place of ours
        self._looked_at = time.monotonic()
        self._read: Recent[str, Claims] = Recent(most=4096, seconds=ACCESS_TOKEN_LASTS.total_seconds())
        self.sign_ins: Recent[UUID, SignIn] = Recent(most=4096, seconds=_REVOCATION_SECONDS)
        self.looked_up: Shared[UUID, SignIn | None] = Shared()
        self._take(keys)

    def issue(self, user_id: UUID, session_id: UUID, now: datetime) -> str:
        self.keep_up()
        claims = {
            "iss": self._issuer,
            "aud": self._audience,
            "sub": str(user_id),
            "sid": str(session_id),
            "jti": str(uuid4()),
            "iat": int(now.timestamp()),
            "exp": int((now + ACCESS_TOKEN_LASTS).timestamp()),
        }
        headers = {"kid": self._key_id, "typ": _TYPE}
        return jws.sign(claims, self._signing_key, headers=headers, algorithm=ALGORITHM)

    def read(self, token: str, now: datetime) -> Claims:
        """What a token says, verified; raises ``token_invalid`` for anything else whatsoever."""
        if time.monotonic() - self._looked_at >= _REVOCATION_SECONDS:
            self.keep_up()
        claims = self._read.get(token)
        if claims is None:
            claims = self._verified(token)
            self._read.put(token, claims)
        if not claims.issued_at - _SKEW <= now < claims.expires_at:
            raise DomainError("token_invalid")
        return claims

    def jwks(self, now: datetime) -> dict[str, list[dict[str, str]]]:
        """The public keys (RFC 7517) with which anybody may verify our tokens, one made ahead included."""
        return {
            "keys": [
                {**key.to_dict(), "kid": key_id, "use": "sig", "alg": ALGORITHM}
                for key_id, key in self._public_keys.items()
                if key_id not in self._retired or now < self._retired[key_id]
            ]
        }

    def keep_up(self) -> None:
        """Take the keys that ``tanfang keys`` may have put in the place of ours; what is wrong with them is logged.

        Whoever reads or makes tokens does so by that; whoever only works has to ask.
        """
        self._looked_at = time.monotonic()
        if self._file is None:
            return
        try:
            keys = self._file.changed()
        except KeysRefused as error:
            log.error("keys_refused", why=str(error))
            return
        if keys is not None:
            self._take(keys)
            self._changed(keys)
            log.info("keys_changed", signing=keys.current)

    def _take(self, keys: Keys) -> None:
        self._key_id = keys.current
        self._retired = keys.retired
        self._signing_key = jwk.construct(keys.signing[keys.current], ALGORITHM)
        self._public_keys = {key_id: jwk.construct(pem, ALGORITHM).public_key() for key_id, pem in keys.signing.items()}
        self._read.clear()

    def _verified(self, token: str) -> Claims:
        if len(token) > MOST_TOKEN:
            raise DomainError("token_invalid")
        try:
            header = jws.get_unverified_header(token)
            if header.keys() != {"alg", "typ", "kid"} or header["typ"] != _TYPE:
                raise DomainError("token_invalid")
            key_id = header["kid"]
            if key_id not in self._public_keys:  # of a colleague who has the new file already
                self.keep_up()
            payload = jws.verify(token, self._public_keys[key_id], algorithms=[ALGORITHM])
            return self._vouched_for(key_id, self._claims_in(json.loads(payload)))
        except (JOSEError, RecursionError, ValueError, TypeError, LookupError, OverflowError) as error:
            raise DomainError("token_invalid") from error

    def _vouched_for(self, key_id: str, claims: Claims) -> Claims:
        """A retired key vouches for nothing longer than it was meant to."""
        until = self._retired.get(key_id, claims.expires_at)
        return replace(claims, expires_at=min(claims.expires_at, until))

    def _claims_in(self, claims: Any) -> Claims:
        """Our claims, all of them, each of its type; ValueError or KeyError otherwise."""
        if not isinstance(claims, dict) or claims.keys() != _CLAIMS:
            raise ValueError("other claims than ours")
        if claims["iss"] != self._issuer or claims["aud"] != self._audience:
            raise ValueError("somebody else's token")
        issued, expires = claims["iat"], claims["exp"]
        if type(issued) is not int or type(expires) is not int:
            raise ValueError("not a time")
        if not 0 < expires - issued <= ACCESS_TOKEN_LASTS.total_seconds():
            raise ValueError("lasts too long")
        return Claims(
            user_id=_uuid(claims["sub"]),
            session_id=_uuid(claims["sid"]),
            token_id=_uuid(claims["jti"]),
            issued_at=datetime.fromtimestamp(issued, UTC),
            expires_at=datetime.fromtimestamp(expires, UTC),
        )


def _uuid(value: object) -> UUID:
    if not isinstance(value, str):
        raise ValueError("not an id")
    return UUID(value)
