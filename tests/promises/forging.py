"""Tokens as somebody would forge them who has a good one before him, and the service's public keys."""

import hmac
import json
import zlib
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from cryptography.hazmat.primitives import serialization
from jose import jws

from api.security import Keys

Forgery = tuple[str, str]  # what is wrong, and the token

_CHANGED_CLAIMS: dict[str, dict[str, Any]] = {
    "no exp": {"exp": ...},
    "no iat": {"iat": ...},
    "no sub": {"sub": ...},
    "no sid": {"sid": ...},
    "no jti": {"jti": ...},
    "no aud": {"aud": ...},
    "no iss": {"iss": ...},
    "exp as text": {"exp": "4102444800"},
    "exp as truth": {"exp": True},
    "exp beyond all years": {"exp": 10**30},
    "exp never": {"exp": 1e308},
    "exp a day ahead": {"exp": 4102444800},
    "aud of another": {"aud": "another"},
    "aud as list": {"aud": ["tanfang"]},
    "iss of another": {"iss": "another"},
    "sub of nobody": {"sub": str(uuid4())},
    "sub no id": {"sub": "admin' or 1=1"},
    "sid of nobody": {"sid": str(uuid4())},
    "sid no id": {"sid": None},
    "roles of one's own": {"roles": ["admin"]},
}
_CHANGED_HEADERS: dict[str, dict[str, Any]] = {
    "another typ": {"typ": "JWT"},
    "no typ": {"typ": ...},
    "no kid": {"kid": ...},
    "kid of another": {"kid": "another"},
    "kid a path": {"kid": "../../../../dev/null"},
    "kid no text": {"kid": ["k"]},
    "crit": {"crit": ["exp"]},
    "jku": {"jku": "https://attacker.example/keys"},
    "x5u": {"x5u": "https://attacker.example/cert"},
    "jwk": {"jwk": {"kty": "oct", "k": "AA"}},
}


def forgeries(keys: Keys, good: str, now: datetime) -> Iterator[Forgery]:
    """Each is wrong in one thing alone; what has to be signed is signed with the service's own key."""
    claims = json.loads(jws.get_unverified_claims(good))
    yield from ((name, _signed(keys, {**claims, **changed})) for name, changed in _CHANGED_CLAIMS.items())
    yield from ((name, _signed(keys, claims, **changed)) for name, changed in _CHANGED_HEADERS.items())
    past = now - timedelta(hours=1)
    yield "over", _signed(keys, {**claims, "iat": int(past.timestamp()), "exp": int(past.timestamp()) + 900})
    ahead = int(now.timestamp()) + 3600
    yield "of the future", _signed(keys, {**claims, "iat": ahead, "exp": ahead + 900})
    yield "another's key", _signed(Keys.generate(), claims, kid=keys.current)
    yield from _without_a_key(keys, claims)
    yield from _maimed(good)


def _signed(keys: Keys, claims: dict[str, Any], **changed: Any) -> str:
    header = {"kid": keys.current, "typ": "at+jwt"} | changed
    given = {name: value for name, value in header.items() if value is not ...}
    body = json.dumps({name: value for name, value in claims.items() if value is not ...}).encode()
    return jws.sign(body, keys.signing[keys.current], headers=given, algorithm="ES256")


def _without_a_key(keys: Keys, claims: dict[str, Any]) -> Iterator[Forgery]:
    """What the published keys are enough for (CVE-2024-33663 and its like)."""
    for algorithm in ("none", "None", "ES256", "HS256", "ES384", "RS256", ""):
        yield f"alg {algorithm} unsigned", f"{_b64(_header(keys, algorithm))}.{_b64(claims)}."
    private = serialization.load_pem_private_key(keys.signing[keys.current].encode(), None)
    public, form = private.public_key(), serialization.PublicFormat
    secrets = {
        "PEM": public.public_bytes(serialization.Encoding.PEM, form.SubjectPublicKeyInfo),
        "DER": public.public_bytes(serialization.Encoding.DER, form.SubjectPublicKeyInfo),
        "OpenSSH": public.public_bytes(serialization.Encoding.OpenSSH, form.OpenSSH),
        "point": public.public_bytes(serialization.Encoding.X962, form.UncompressedPoint),
        "nothing": b"",
    }
    for name, secret in secrets.items():
        signed = f"{_b64(_header(keys, 'HS256'))}.{_b64(claims)}"
        yield f"public key as secret, {name}", f"{signed}.{_b64(hmac.digest(secret, signed.encode(), 'sha256'))}"


def _maimed(good: str) -> Iterator[Forgery]:
    header, body, signature = good.split(".")
    yield "no signature", f"{header}.{body}."
    yield "half a signature", f"{header}.{body}.{signature[:43]}"
    yield "signature of nothing", f"{header}.{body}.{_b64(bytes(64))}"
    yield "two parts", f"{header}.{body}"
    yield "five parts", f"{_b64({'alg': 'dir', 'enc': 'A256GCM', 'zip': 'DEF'})}..AA.{_b64(_bomb())}.AA"
    yield "nested header", f"{_b64(b'[' * 1400)}.{body}.{signature}"
    yield "endless", good + "A" * 20_000
    yield "no token", "null"


def _header(keys: Keys, algorithm: str) -> dict[str, str]:
    return {"alg": algorithm, "typ": "at+jwt", "kid": keys.current}


def _bomb() -> bytes:
    """CVE-2024-33664."""
    return zlib.compress(bytes(200_000))


def _b64(value: Any) -> str:
    text = value if isinstance(value, bytes) else json.dumps(value).encode()
    return urlsafe_b64encode(text).decode().rstrip("=")
