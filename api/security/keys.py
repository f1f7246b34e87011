"""The keys that sign tokens and seal columns: made, kept in a file of their owner's alone, read strictly."""

import binascii
import json
import os
import stat
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from api.store.crypto import SealingKeys, Suite

_PRIVATE = "PRIVATE KEY"


class KeysRefused(Exception):
    """The keys cannot be trusted; the text names the file and the field, never a value."""


@dataclass(frozen=True, slots=True)
class Keys:
    """``signing``: key id → PEM. ``current`` signs; one made ahead is known before it does.

    Of a key that has been ``retired`` only the public half is left, which vouches for tokens until that
    instant and for checkpoints of the audit for good.
    """

    current: str
    signing: Mapping[str, str] = field(repr=False)
    sealing: SealingKeys = field(repr=False)
    retired: Mapping[str, datetime] = field(default_factory=dict)

    @classmethod
    def generate(cls, suite: Suite = Suite.INTERNATIONAL) -> "Keys":
        key_id, pem = new_signing_key()
        sealing = SealingKeys(current=1, keys={1: os.urandom(32)}, index=os.urandom(32), suite=suite)
        return cls(key_id, {key_id: pem}, sealing)

    @property
    def ahead(self) -> list[str]:
        """The keys that are known and have not signed yet, oldest first."""
        return [key_id for key_id in self.signing if key_id != self.current and key_id not in self.retired]


def new_signing_key() -> tuple[str, str]:
    """A key of the curve P-256 under an id of its own, as PEM."""
    private = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return uuid4().hex[:12], private.decode()


def public_half(pem: str) -> str:
    """Of a signing key, as PEM."""
    if _PRIVATE not in pem:
        return pem
    public = serialization.load_pem_private_key(pem.encode(), password=None).public_key()
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return public.public_bytes(serialization.Encoding.PEM, form).decode()


# --- written ------------------------------------------------------------------------------------------


def write_keys(path: Path, keys: Keys) -> None:
    """Write a new key file, readable by its owner only; raises FileExistsError rather than lose old keys."""
    path.parent.mkdir(parents=True, exist_ok=True)
    _write(path, keys)


def rewrite_keys(path: Path, keys: Keys) -> None:
    """Put other keys in the place of a file's, all at once.

    Raises FileExistsError where somebody else is about to: the file that ends in ``.new`` is theirs.
    """
    ahead = path.with_name(f"{path.name}.new")
    _write(ahead, keys)
    os.replace(ahead, path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _write(path: Path, keys: Keys) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(_document_of(keys), file, indent=2)
        file.flush()
        os.fsync(file.fileno())


def _document_of(keys: Keys) -> dict[str, Any]:
    signing: dict[str, Any] = {"current": keys.current, "keys": dict(keys.signing)}
    if keys.retired:
        signing["retired"] = {key_id: at.isoformat() for key_id, at in keys.retired.items()}
    return {
        "signing": signing,
        "sealing": {
            "suite": keys.sealing.suite.name.lower(),
            "current": keys.sealing.current,
            "keys": {str(key_id): b64encode(key).decode() for key_id, key in keys.sealing.keys.items()},
        },
        "index": b64encode(keys.sealing.index).decode(),
    }


# --- read ---------------------------------------------------------------------------------------------


def load_keys(path: Path) -> Keys:
    """Read a key file; KeysRefused when others may read it, or a part is missing, weak or used twice."""
    try:
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise KeysRefused(f"{path}: others may read it; run chmod 600")
        return read_keys(path.read_bytes(), str(path))
    except OSError as error:
        raise KeysRefused(f"{path}: {error.strerror}") from None


def read_keys(text: str | bytes, place: str) -> Keys:
    """The keys in the text of a key file that was found at ``place``; KeysRefused as ``load_keys``."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        raise KeysRefused(f"{place}: not a JSON file") from None
    return _Reader(place).keys(document)


class KeyFile:
    """A key file that may be written anew while the service runs."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen = self._sight()

    def changed(self) -> Keys | None:
        """The keys that have come since this was asked last; raises KeysRefused once for what cannot be trusted."""
        sight = self._sight()
        if sight == self._seen:
            return None
        self._seen = sight
        return load_keys(self._path)

    def _sight(self) -> tuple[int, ...] | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns, found.st_size, found.st_mode


class _Reader:
    def __init__(self, place: str) -> None:
        self._place = place
        self._secrets: dict[bytes, str] = {}

    def keys(self, found: object) -> Keys:
        document = self._part({"file": found}, "file")
        signing, sealing = self._part(document, "signing"), self._part(document, "sealing")
        index = self._secret(document.get("index"), "index")
        retired = self._retired(signing)
        signing_keys = {
            key_id: self._signing_key(pem, f"signing.keys.{key_id}", signs=key_id not in retired)
            for key_id, pem in self._part(signing, "keys", "signing.").items()
        }
        sealing_keys = {
            self._key_number(key_id): self._secret(key, f"sealing.keys.{key_id}")
            for key_id, key in self._part(sealing, "keys", "sealing.").items()
        }
        for part, known in ((signing, signing_keys.keys() - retired.keys()), (sealing, sealing_keys.keys())):
            if part.get("current") not in known:
                raise self._refused("signing.current" if part is signing else "sealing.current", "names no key")
        sealed = SealingKeys(sealing["current"], sealing_keys, index, self._suite(sealing))
        return Keys(signing["current"], signing_keys, sealed, retired)

    def _part(self, document: Mapping[str, Any], name: str, within: str = "") -> dict[str, Any]:
        part = document.get(name)
        if not isinstance(part, dict) or not part:
            raise self._refused(within + name, "missing")
        return part

    def _retired(self, signing: Mapping[str, Any]) -> dict[str, datetime]:
        if "retired" not in signing:
            return {}
        told = self._part(signing, "retired", "signing.")
        return {key_id: self._instant(text, f"signing.retired.{key_id}") for key_id, text in told.items()}

    def _instant(self, text: object, name: str) -> datetime:
        try:
            at = datetime.fromisoformat(str(text))
        except ValueError:
            raise self._refused(name, "not an instant") from None
        if at.tzinfo is None:
            raise self._refused(name, "an instant without its offset")
        return at

    def _suite(self, sealing: Mapping[str, Any]) -> Suite:
        """Files of before there were two say none."""
        known = {suite.name.lower(): suite for suite in Suite}
        told = sealing.get("suite", Suite.INTERNATIONAL.name.lower())
        if told not in known:
            raise self._refused("sealing.suite", f"one of {', '.join(known)}")
        return known[told]

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

    def _signing_key(self, pem: object, name: str, *, signs: bool) -> str:
        try:
            if signs:
                return self._private_key(str(pem), name)
            public = serialization.load_pem_public_key(public_half(str(pem)).encode())
        except (ValueError, TypeError):
            raise self._refused(name, f"not an unencrypted {'private' if signs else 'public'} key in PEM") from None
        self._on_our_curve(public, ec.EllipticCurvePublicKey, name)
        return str(pem)

    def _private_key(self, pem: str, name: str) -> str:
        key = serialization.load_pem_private_key(pem.encode(), password=None)
        self._on_our_curve(key, ec.EllipticCurvePrivateKey, name)
        if isinstance(key, ec.EllipticCurvePrivateKey):
            self._once(key.private_numbers().private_value.to_bytes(32, "big"), name)
        return pem

    def _on_our_curve(self, key: object, kind: type[Any], name: str) -> None:
        if not isinstance(key, kind) or not isinstance(key.curve, ec.SECP256R1):
            raise self._refused(name, "not a key of the curve P-256")

    def _once(self, secret: bytes, name: str) -> bytes:
        if (other := self._secrets.setdefault(secret, name)) != name:
            raise self._refused(name, f"the same as {other}")
        return secret

    def _refused(self, name: str, why: str) -> KeysRefused:
        return KeysRefused(f"{self._place}: {name}: {why}")
