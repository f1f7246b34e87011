"""Bearer token ↔ session: the service's own keys, its access tokens, and who stands behind one.

The only file that imports jose, whose defaults are not safe: here one algorithm, every claim required and
typed, the key chosen by ``kid``, nothing else in the header, a cap on the length, our own clock.
"""

import asyncio
import binascii
import json
import os
import stat
import time
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Generic, TypeVar
from uuid import UUID, uuid4
from weakref import WeakValueDictionary

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from jose import jwk, jws
from jose.exceptions import JOSEError

from api.domain.access import Actor
from api.domain.accounts import ACCESS_TOKEN_LASTS, SignIn
from api.domain.audit_chain import Checkpoint
from api.domain.errors import DomainError
from api.domain.months import civil_date
from api.store import Store
from api.store.crypto import SealingKeys

_ALGORITHM = "ES256"
_TYPE = "at+jwt"
_MOST_TOKEN = 2048
_SKEW = timedelta(seconds=30)  # between the clocks of two machines
_REVOCATION_SECONDS = 0.9  # promised: one second
_TOUCH_EVERY = timedelta(minutes=1)
_CLAIMS = frozenset({"iss", "aud", "sub", "sid", "jti", "iat", "exp"})

K = TypeVar("K")
V = TypeVar("V")


# --- keys ---------------------------------------------------------------------------------------------


class KeysRefused(Exception):
    """The key file cannot be trusted; the text names the file and the field, never a value."""


@dataclass(frozen=True, slots=True)
class Keys:
    """``signing``: key id → private key as PEM, ``current`` signs and all of them verify."""

    current: str
    signing: Mapping[str, str] = field(repr=False)
    sealing: SealingKeys = field(repr=False)

    @classmethod
    def generate(cls) -> "Keys":
        private = ec.generate_private_key(ec.SECP256R1()).private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        key_id = uuid4().hex[:12]
        sealing = SealingKeys(current=1, keys={1: os.urandom(32)}, index=os.urandom(32))
        return cls(key_id, {key_id: private.decode()}, sealing)


def write_keys(path: Path, keys: Keys) -> None:
    """Write a new key file, readable by its owner only; raises FileExistsError rather than lose old keys."""
    document = {
        "signing": {"current": keys.current, "keys": dict(keys.signing)},
        "sealing": {
            "current": keys.sealing.current,
            "keys": {str(key_id): b64encode(key).decode() for key_id, key in keys.sealing.keys.items()},
        },
        "index": b64encode(keys.sealing.index).decode(),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(document, file, indent=2)
        file.flush()
        os.fsync(file.fileno())


def load_keys(path: Path) -> Keys:
    """Read a key file; KeysRefused when others may read it, or a part is missing, weak or used twice."""
    return _KeyFile(path).keys()


class _KeyFile:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._secrets: dict[bytes, str] = {}

    def keys(self) -> Keys:
        document = self._document()
        signing, sealing = self._part(document, "signing"), self._part(document, "sealing")
        index = self._secret(document.get("index"), "index")
        signing_keys = {
            key_id: self._private_key(pem, f"signing.keys.{key_id}")
            for key_id, pem in self._part(signing, "keys", "signing.").items()
        }
        sealing_keys = {
            self._key_number(key_id): self._secret(key, f"sealing.keys.{key_id}")
            for key_id, key in self._part(sealing, "keys", "sealing.").items()
        }
        for part, known in ((signing, signing_keys), (sealing, sealing_keys)):
            if part.get("current") not in known:
                raise self._refused("signing.current" if part is signing else "sealing.current", "names no key")
        return Keys(signing["current"], signing_keys, SealingKeys(sealing["current"], sealing_keys, index))

    def _document(self) -> dict[str, Any]:
        try:
            if stat.S_IMODE(self._path.stat().st_mode) & 0o077:
                raise KeysRefused(f"{self._path}: others may read it; run chmod 600")
            document = json.loads(self._path.read_text("utf-8"))
        except OSError as error:
            raise KeysRefused(f"{self._path}: {error.strerror}") from None
        except ValueError:
            raise KeysRefused(f"{self._path}: not a JSON file") from None
        return self._part({"file": document}, "file")

    def _part(self, document: Mapping[str, Any], name: str, within: str = "") -> dict[str, Any]:
        part = document.get(name)
        if not isinstance(part, dict) or not part:
            raise self._refused(within + name, "missing")
        return part

    def _key_number(self, text: str) -> int:
        if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 255:
            raise self._refused("sealing.keys", "key ids are numbers from 1 to 255")
        return int(text)

    def _secret(self, text: object, name: str) -> bytes:
        if not isinstance(text, str):
            raise self._refused(name, "missing")
        try:
            secret = b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            raise self._refused(name, "not base64") from None
        if len(secret) != 32 or len(set(secret)) < 16:
            raise self._refused(name, "not 32 random bytes")
        return self._once(secret, name)

    def _private_key(self, pem: object, name: str) -> str:
        try:
            key = serialization.load_pem_private_key(str(pem).encode(), password=None)
        except (ValueError, TypeError):
            raise self._refused(name, "not an unencrypted private key in PEM") from None
        if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
            raise self._refused(name, "not a key of the curve P-256")
        self._once(key.private_numbers().private_value.to_bytes(32, "big"), name)
        return str(pem)

    def _once(self, secret: bytes, name: str) -> bytes:
        if (other := self._secrets.setdefault(secret, name)) != name:
            raise self._refused(name, f"the same as {other}")
        return secret

    def _refused(self, name: str, why: str) -> KeysRefused:
        return KeysRefused(f"{self._path}: {name}: {why}")


# --- tokens -------------------------------------------------------------------------------------------


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


@dataclass(frozen=True, slots=True)
class Claims:
    user_id: UUID
    session_id: UUID
    token_id: UUID
    issued_at: datetime
    expires_at: datetime


class Tokens:
    """Makes and reads access tokens, and remembers for a moment whom they stand for."""

    def __init__(self, keys: Keys, issuer: str, audience: str) -> None:
        self._turns: WeakValueDictionary[UUID, asyncio.Lock] = WeakValueDictionary()
        self._issuer = issuer
        self._audience = audience
        self._key_id = keys.current
        self._signing_key = jwk.construct(keys.signing[keys.current], _ALGORITHM)
        self._public_keys = {
            key_id: jwk.construct(pem, _ALGORITHM).public_key() for key_id, pem in keys.signing.items()
        }
        self._read: Recent[str, Claims] = Recent(most=4096, seconds=ACCESS_TOKEN_LASTS.total_seconds())
        self.sign_ins: Recent[UUID, SignIn] = Recent(most=4096, seconds=_REVOCATION_SECONDS)

    def turn_for(self, session_id: UUID) -> asyncio.Lock:
        """Taken while a session is looked up."""
        return self._turns.setdefault(session_id, asyncio.Lock())

    def issue(self, user_id: UUID, session_id: UUID, now: datetime) -> str:
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
        return jws.sign(claims, self._signing_key, headers=headers, algorithm=_ALGORITHM)

    def read(self, token: str, now: datetime) -> Claims:
        """What a token says, verified; raises ``token_invalid`` for anything else whatsoever."""
        claims = self._read.get(token)
        if claims is None:
            claims = self._verified(token)
            self._read.put(token, claims)
        if not claims.issued_at - _SKEW <= now < claims.expires_at:
            raise DomainError("token_invalid")
        return claims

    def jwks(self) -> dict[str, list[dict[str, str]]]:
        """The public keys (RFC 7517) with which anybody may verify our tokens."""
        return {
            "keys": [
                {**key.to_dict(), "kid": key_id, "use": "sig", "alg": _ALGORITHM}
                for key_id, key in self._public_keys.items()
            ]
        }

    def _verified(self, token: str) -> Claims:
        if len(token) > _MOST_TOKEN:
            raise DomainError("token_invalid")
        try:
            header = jws.get_unverified_header(token)
            if header.keys() != {"alg", "typ", "kid"} or header["typ"] != _TYPE:
                raise DomainError("token_invalid")
            payload = jws.verify(token, self._public_keys[header["kid"]], algorithms=[_ALGORITHM])
            return self._claims_in(json.loads(payload))
        except (JOSEError, RecursionError, ValueError, TypeError, LookupError, OverflowError) as error:
            raise DomainError("token_invalid") from error

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


# --- checkpoints of the audit -------------------------------------------------------------------------

_CHECKPOINT = "tanfang-checkpoint"


class StatementRefused(Exception):
    """Not a checkpoint that this service has signed."""


def sign_checkpoint(keys: Keys, checkpoint: Checkpoint) -> str:
    """The end of the audit's chain as a signed text, to be kept on another machine."""
    said = {"position": checkpoint.position, "hash": checkpoint.hash.hex(), "at": checkpoint.at.isoformat()}
    headers = {"kid": keys.current, "typ": _CHECKPOINT}
    return jws.sign(said, keys.signing[keys.current], headers=headers, algorithm=_ALGORITHM)


def read_checkpoint(keys: Keys, text: str) -> Checkpoint:
    """Raises StatementRefused for anything but a checkpoint under one of the service's keys."""
    try:
        header = jws.get_unverified_header(text[:_MOST_TOKEN])
        if header["typ"] != _CHECKPOINT:
            raise StatementRefused
        key = jwk.construct(keys.signing[header["kid"]], _ALGORITHM).public_key()
        said = json.loads(jws.verify(text, key, algorithms=[_ALGORITHM]))
        return Checkpoint(said["position"], bytes.fromhex(said["hash"]), datetime.fromisoformat(said["at"]))
    except (JOSEError, RecursionError, ValueError, TypeError, LookupError) as error:
        raise StatementRefused from error


# --- sessions -----------------------------------------------------------------------------------------


async def authenticate(store: Store, tokens: Tokens, bearer: str, now: datetime) -> Actor:
    """Who acts, with the grants that run today.

    Raises ``token_invalid`` or ``session_ended`` (signed out, idle, expired, disabled).
    What was changed about a session or its grants holds within a second, in every process.
    """
    claims = tokens.read(bearer, now)
    sign_in = await _sign_in_of(store, tokens, claims.session_id)
    if sign_in is None or sign_in.user_id != claims.user_id or not sign_in.holds_at(now):
        raise DomainError("session_ended")
    if now - sign_in.last_seen_at >= _TOUCH_EVERY:
        await _touch(store, tokens, sign_in)
    return sign_in.actor_on(civil_date(now))


async def _sign_in_of(store: Store, tokens: Tokens, session_id: UUID) -> SignIn | None:
    """The session as it was less than a second ago; of many requests at once, one looks it up for all."""
    async with tokens.turn_for(session_id):
        recent = tokens.sign_ins.get(session_id)
        if recent is not None:
            return recent
        asked_at = time.monotonic()
        async with store.accounts(writes=False) as accounts:
            sign_in = await accounts.sessions.find(session_id)
        if sign_in is not None and not sign_in.must_change_password:  # a change of password is to hold at once
            tokens.sign_ins.put(session_id, sign_in, known_at=asked_at)
        return sign_in


async def _touch(store: Store, tokens: Tokens, sign_in: SignIn) -> None:
    async with store.accounts() as accounts:
        await accounts.sessions.saw(sign_in.session_id)
    tokens.sign_ins.forget(sign_in.session_id)
