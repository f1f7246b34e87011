"""Keys put to use and taken out of it while the service runs."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from jose import jws

from api.domain.audit_chain import Checkpoint
from api.domain.errors import DomainError
from api.security import (
    KeyFile,
    Keys,
    Tokens,
    load_keys,
    read_checkpoint,
    rewrite_keys,
    sign_checkpoint,
    write_keys,
)
from api.usecases.keys import make_signing_key, rotate_signing_key

NOW = datetime(2026, 11, 3, 2, 0, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "keys.json"
    write_keys(path, Keys.generate())
    return path


@pytest.fixture
def workers(path: Path) -> tuple[Tokens, Tokens]:
    """Two processes of one service."""
    one, other = (Tokens(load_keys(path), "tanfang", "tanfang", file=KeyFile(path)) for _ in range(2))
    return one, other


def rotate(path: Path, *, stolen: bool = False) -> None:
    rewrite_keys(path, rotate_signing_key(load_keys(path), NOW, stolen=stolen))


def issued(tokens: Tokens) -> str:
    return tokens.issue(uuid4(), uuid4(), NOW)


def kid(token: str) -> str:
    return str(jws.get_unverified_header(token)["kid"])


def test_the_next_token_is_under_the_new_key_and_every_process_takes_it(
    path: Path, workers: tuple[Tokens, Tokens]
) -> None:
    one, other = workers
    old = issued(one)
    rotate(path)
    new = issued(one)
    assert kid(new) == load_keys(path).current != kid(old)
    assert other.read(new, NOW)
    assert kid(issued(other)) == kid(new)


def test_an_old_token_lives_out_its_time(path: Path, workers: tuple[Tokens, Tokens]) -> None:
    old = issued(workers[0])
    rotate(path)
    issued(workers[0])
    assert workers[0].read(old, NOW + timedelta(minutes=14, seconds=59))


def test_a_retired_key_vouches_for_nothing_that_comes_after_it(path: Path, workers: tuple[Tokens, Tokens]) -> None:
    before = load_keys(path)
    rotate(path)
    issued(workers[0])
    later = NOW + timedelta(hours=1)
    forged = Tokens(before, "tanfang", "tanfang").issue(uuid4(), uuid4(), later)
    with pytest.raises(DomainError):
        workers[0].read(forged, later)


def test_under_a_stolen_key_nothing_holds_within_a_second(path: Path, workers: tuple[Tokens, Tokens]) -> None:
    old = issued(workers[1])
    assert workers[1].read(old, NOW)
    rotate(path, stolen=True)
    time.sleep(0.95)
    with pytest.raises(DomainError):
        workers[1].read(old, NOW)


def test_a_key_made_ahead_is_published_and_does_not_sign_yet(path: Path, workers: tuple[Tokens, Tokens]) -> None:
    before = kid(issued(workers[0]))
    rewrite_keys(path, make_signing_key(load_keys(path)))
    assert kid(issued(workers[0])) == before
    assert len(workers[0].jwks(NOW)["keys"]) == 2


def test_the_published_keys_are_those_that_vouch(path: Path, workers: tuple[Tokens, Tokens]) -> None:
    old = load_keys(path).current
    rotate(path)
    new = kid(issued(workers[0]))
    published = [{key["kid"] for key in workers[0].jwks(at)["keys"]} for at in (NOW, NOW + timedelta(hours=1))]
    assert published == [{old, new}, {new}]


def test_a_file_that_cannot_be_trusted_changes_nothing(path: Path, workers: tuple[Tokens, Tokens]) -> None:
    before = kid(issued(workers[0]))
    path.chmod(0o644)
    assert kid(issued(workers[0])) == before
    path.unlink()
    assert kid(issued(workers[0])) == before


def test_a_checkpoint_outlives_the_key_that_signed_it(path: Path) -> None:
    checkpoint = Checkpoint(7, bytes(32), NOW)
    signed = sign_checkpoint(load_keys(path), checkpoint)
    rotate(path)
    assert read_checkpoint(load_keys(path), signed) == checkpoint
