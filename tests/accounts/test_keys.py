"""The key file: made once, read strictly, and never told."""

import base64
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from api.security import Keys, KeysRefused, load_keys, write_keys

Change = Callable[[dict[str, Any]], None]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "var" / "keys.json"


def test_written_keys_are_read_back_and_only_the_owner_may_read_them(path: Path) -> None:
    keys = Keys.generate()

    write_keys(path, keys)

    assert load_keys(path) == keys
    assert path.stat().st_mode & 0o777 == 0o600


def test_old_keys_are_never_overwritten(path: Path) -> None:
    write_keys(path, Keys.generate())

    with pytest.raises(FileExistsError):
        write_keys(path, Keys.generate())


def test_keys_do_not_show_in_a_representation() -> None:
    keys = Keys.generate()

    assert "PRIVATE" not in repr(keys)
    assert str(keys.sealing.index) not in repr(keys)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_file_others_may_read_is_refused(path: Path, mode: int) -> None:
    write_keys(path, Keys.generate())
    path.chmod(mode)

    with pytest.raises(KeysRefused, match="others may read it"):
        load_keys(path)


def test_a_missing_file_is_refused(path: Path) -> None:
    with pytest.raises(KeysRefused, match="No such file"):
        load_keys(path)


def a_pem(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> str:
    private = serialization.PrivateFormat.PKCS8
    return key.private_bytes(serialization.Encoding.PEM, private, serialization.NoEncryption()).decode()


def put(place: str, value: object) -> Change:
    def change(document: dict[str, Any]) -> None:
        *way, last = place.split(".")
        for step in way:
            document = document[step]
        document[last] = value

    return change


def repeat_the_index(document: dict[str, Any]) -> None:
    document["sealing"]["keys"]["2"] = document["index"]


def retire_the_current(document: dict[str, Any]) -> None:
    document["signing"]["retired"] = {document["signing"]["current"]: "2026-11-03T10:00:00+08:00"}


RANDOM_31 = base64.b64encode(os.urandom(31)).decode()
REFUSED: list[tuple[Change, str]] = [
    (put("signing", None), "signing: missing"),
    (put("signing.keys", {}), "signing.keys: missing"),
    (put("signing.current", "other"), "signing.current: names no key"),
    (put("signing.keys.k", "no PEM"), "signing.keys.k: not an unencrypted private key"),
    (put("signing.keys.k", a_pem(ec.generate_private_key(ec.SECP384R1()))), "signing.keys.k: not a key of"),
    (put("signing.keys.k", a_pem(rsa.generate_private_key(65537, 2048))), "signing.keys.k: not a key of"),
    (put("signing.retired", []), "signing.retired: missing"),
    (put("signing.retired", {"k": "soon"}), "signing.retired.k: not an instant"),
    (put("signing.retired", {"k": "2026-11-03T10:00:00"}), "signing.retired.k: an instant without its offset"),
    (retire_the_current, "signing.current: names no key"),
    (put("sealing", []), "sealing: missing"),
    (put("sealing.current", 9), "sealing.current: names no key"),
    (put("sealing.keys.1", RANDOM_31), "sealing.keys.1: not 32 random bytes"),
    (put("sealing.keys.1", "?" * 44), "sealing.keys.1: not base64"),
    (put("sealing.keys.300", "x"), "sealing.keys: key ids are numbers from 1 to 255"),
    (put("index", None), "index: missing"),
    (put("index", base64.b64encode(b"changeme" * 4).decode()), "index: not 32 random bytes"),
    (repeat_the_index, "sealing.keys.2: the same as index"),
]


@pytest.mark.parametrize(("change", "named"), REFUSED, ids=[named for _, named in REFUSED])
def test_a_bad_part_is_named_and_its_value_is_not(path: Path, change: Change, named: str) -> None:
    write_keys(path, Keys.generate())
    document = json.loads(path.read_text())
    change(document)
    path.write_text(json.dumps(document))

    with pytest.raises(KeysRefused) as refusal:
        load_keys(path)

    assert named in str(refusal.value)
    assert str(path) in str(refusal.value)
    assert "PRIVATE" not in str(refusal.value)
    assert document.get("index") is None or document["index"] not in str(refusal.value)


def test_a_file_that_is_no_json_is_refused(path: Path) -> None:
    write_keys(path, Keys.generate())
    path.write_text("signing: yes")

    with pytest.raises(KeysRefused, match="not a JSON file"):
        load_keys(path)
