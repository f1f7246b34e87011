"""Access tokens: only our own, whole, in time; whatever else is sent is one and the same refusal."""

import asyncio
import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives import serialization
from hypothesis import given
from hypothesis import strategies as st
from jose import jws

from api.domain.errors import DomainError
from api.security import Keys, Recent, Tokens
from api.security.tokens import Shared

NOW = datetime(2026, 11, 3, 2, 0, tzinfo=UTC)
KEYS = Keys.generate()
TOKENS = Tokens(KEYS, "tanfang", "tanfang")


def claims(**changes: Any) -> dict[str, Any]:
    usual = {
        "iss": "tanfang",
        "aud": "tanfang",
        "sub": str(uuid4()),
        "sid": str(uuid4()),
        "jti": str(uuid4()),
        "iat": int(NOW.timestamp()),
        "exp": int(NOW.timestamp()) + 900,
    }
    return {name: value for name, value in (usual | changes).items() if value is not ...}


def forged(payload: Any = None, keys: Keys = KEYS, **header: Any) -> str:
    """A token signed with the right key whose header and claims are the forger's."""
    usual = {"kid": keys.current, "typ": "at+jwt"}
    headers = {name: value for name, value in (usual | header).items() if value is not ...}
    return jws.sign(payload or claims(), keys.signing[keys.current], headers=headers, algorithm="ES256")


def b64(value: Any) -> str:
    text = value if isinstance(value, bytes) else json.dumps(value).encode()
    return urlsafe_b64encode(text).decode().rstrip("=")


def refused(token: str, now: datetime = NOW) -> bool:
    with pytest.raises(DomainError) as refusal:
        TOKENS.read(token, now)
    return refusal.value.code == "token_invalid"


def test_a_token_tells_user_and_session() -> None:
    user_id, session_id = uuid4(), uuid4()

    read = TOKENS.read(TOKENS.issue(user_id, session_id, NOW), NOW)

    assert (read.user_id, read.session_id) == (user_id, session_id)


def test_the_forger_of_these_tests_can_make_a_good_one() -> None:
    assert TOKENS.read(forged(), NOW).expires_at == NOW + timedelta(minutes=15)


def test_a_token_lasts_fifteen_minutes_also_when_it_was_read_before() -> None:
    token = TOKENS.issue(uuid4(), uuid4(), NOW)

    TOKENS.read(token, NOW + timedelta(minutes=14, seconds=59))

    assert refused(token, NOW + timedelta(minutes=15))
    assert refused(token, NOW - timedelta(minutes=1))


def test_any_key_of_ours_verifies_and_the_current_one_signs() -> None:
    other = Keys.generate()
    rotated = Tokens(Keys(other.current, {**KEYS.signing, **other.signing}, KEYS.sealing), "tanfang", "tanfang")
    old = TOKENS.issue(uuid4(), uuid4(), NOW)

    assert rotated.read(old, NOW)
    assert {key["kid"] for key in rotated.jwks(NOW)["keys"]} == {KEYS.current, other.current}
    assert refused(rotated.issue(uuid4(), uuid4(), NOW))


def test_the_published_keys_verify_and_tell_nothing_private() -> None:
    [key] = TOKENS.jwks(NOW)["keys"]

    assert json.loads(jws.verify(TOKENS.issue(uuid4(), uuid4(), NOW), key, "ES256"))["iss"] == "tanfang"
    assert key.keys() == {"kty", "crv", "x", "y", "kid", "use", "alg"}


BAD_CLAIMS = [
    {"exp": ...},
    {"iat": ...},
    {"sub": ...},
    {"aud": ...},
    {"iss": ...},
    {"jti": ...},
    {"sid": ...},
    {"exp": str(int(NOW.timestamp()) + 900)},
    {"exp": NOW.timestamp() + 900},
    {"exp": True},
    {"exp": 10**18},
    {"exp": int(NOW.timestamp()) + 901},
    {"exp": int(NOW.timestamp())},
    {"iat": int(NOW.timestamp()) + 60, "exp": int(NOW.timestamp()) + 900},
    {"iat": -(10**18)},
    {"iat": 10**13, "exp": 10**13 + 900},
    {"iat": 10**30, "exp": 10**30 + 900},
    {"sub": "admin"},
    {"sub": 7},
    {"sid": None},
    {"jti": []},
    {"aud": ["tanfang"]},
    {"aud": "another"},
    {"iss": "another"},
    {"admin": True},
    {"nbf": int(NOW.timestamp())},
]


@pytest.mark.parametrize("changes", BAD_CLAIMS, ids=str)
def test_a_claim_that_is_missing_mistyped_or_foreign_is_refused(changes: dict[str, Any]) -> None:
    assert refused(forged(claims(**changes)))


BAD_HEADERS = [
    {"typ": ...},
    {"typ": "JWT"},
    {"kid": ...},
    {"kid": "another"},
    {"kid": ["k"]},
    {"kid": {}},
    {"crit": ["exp"]},
    {"jku": "https://attacker.example/keys"},
    {"jwk": {"kty": "EC"}},
    {"x5c": []},
]


@pytest.mark.parametrize("changes", BAD_HEADERS, ids=str)
def test_a_header_with_anything_else_in_it_is_refused(changes: dict[str, Any]) -> None:
    assert refused(forged(**changes))


def unsigned(algorithm: str) -> str:
    return f"{b64({'alg': algorithm, 'typ': 'at+jwt', 'kid': KEYS.current})}.{b64(claims())}."


def keyed_with_the_public_key() -> str:
    """The classic confusion: HS256 with our public key as the secret."""
    private = serialization.load_pem_private_key(KEYS.signing[KEYS.current].encode(), None)
    public = private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    signed = f"{b64({'alg': 'HS256', 'typ': 'at+jwt', 'kid': KEYS.current})}.{b64(claims())}"
    return f"{signed}.{b64(hmac.digest(public, signed.encode(), 'sha256'))}"


def deeply_nested() -> str:
    return f"{b64(b'[' * 1400)}.{b64(claims())}.AAAA"


def with_another_payload() -> str:
    header, _, signature = forged().split(".")
    return f"{header}.{b64(claims())}.{signature}"


FORGERIES: list[Callable[[], str]] = [
    lambda: "",
    lambda: "a.b.c",
    lambda: "..",
    lambda: "\ud800.é.\x00",
    lambda: forged() + "A" * 2048,
    lambda: forged().rsplit(".", 1)[0] + ".",
    lambda: forged()[:-8],
    lambda: unsigned("none"),
    lambda: unsigned("ES256"),
    lambda: unsigned("HS256"),
    lambda: forged(keys=Keys.generate()),
    lambda: forged(keys=Keys.generate(), kid=KEYS.current),
    lambda: f"{b64([])}.{b64(claims())}.AAAA",
    lambda: f"{b64(None)}.{b64(claims())}.AAAA",
    lambda: jws.sign(b"[]", KEYS.signing[KEYS.current], {"kid": KEYS.current, "typ": "at+jwt"}, "ES256"),
    lambda: jws.sign(b"\xff", KEYS.signing[KEYS.current], {"kid": KEYS.current, "typ": "at+jwt"}, "ES256"),
    keyed_with_the_public_key,
    deeply_nested,
    with_another_payload,
]


@pytest.mark.parametrize("forgery", FORGERIES, ids=lambda forgery: forgery.__name__)
def test_a_forged_token_is_refused_and_nothing_else_happens(forgery: Callable[[], str]) -> None:
    assert refused(forgery())


@given(st.text(max_size=300) | st.binary(max_size=300).map(b64) | st.just(forged()).map(str.swapcase))
def test_no_text_whatever_makes_anything_but_the_one_refusal(text: str) -> None:
    assert refused(text)


def test_what_was_found_out_is_kept_in_bounds() -> None:
    recent: Recent[int, str] = Recent(most=2, seconds=60)
    for number in range(3):
        recent.put(number, "found")

    assert [recent.get(number) for number in range(3)] == [None, "found", "found"]


def test_what_was_found_out_is_not_believed_for_long() -> None:
    recent: Recent[int, str] = Recent(most=2, seconds=0)
    recent.put(1, "found")

    assert recent.get(1) is None


async def test_what_many_ask_at_once_is_found_out_once_and_failing_is_not_waited_for_in_line() -> None:
    shared: Shared[str, int] = Shared()
    asked = 0

    async def find_out() -> int:
        nonlocal asked
        asked += 1
        await asyncio.sleep(0)
        if asked == 1:
            raise ConnectionError
        return asked

    failed = await asyncio.gather(*(shared.of("wang", find_out) for _ in range(20)), return_exceptions=True)
    found = await asyncio.gather(*(shared.of("wang", find_out) for _ in range(20)))

    assert {type(each) for each in failed} == {ConnectionError}
    assert found == [2] * 20
