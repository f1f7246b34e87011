"""Keys made ahead, put to use and looked over from the command line."""

import json
import stat
from pathlib import Path

import pytest

from api.security import load_keys
from tests.cli.conftest import Run


@pytest.fixture
def file(environment: dict[str, str]) -> Path:
    return Path(environment["TANFANG_KEYS_FILE"])


def test_a_key_made_ahead_is_the_next_to_sign(run: Run, file: Path) -> None:
    before = load_keys(file)
    made = run("keys", "make", "signing")
    [ahead] = load_keys(file).ahead
    rotated = run("keys", "rotate", "signing")

    after = load_keys(file)
    assert (made.exit_code, rotated.exit_code) == (0, 0), made.output + rotated.output
    assert (after.current, after.ahead) == (ahead, [])
    assert (after.sealing, list(after.retired)) == (before.sealing, [before.current])
    assert "tanfang keys rotate signing" in made.stdout


def test_what_has_been_rotated_away_can_sign_nothing_any_more(run: Run, file: Path) -> None:
    old = load_keys(file).current
    assert run("keys", "rotate").exit_code == 0
    assert "PRIVATE" not in load_keys(file).signing[old]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_what_each_key_is_for_is_shown_and_no_key(run: Run, file: Path) -> None:
    run("keys", "rotate")
    run("keys", "make")
    checked = run("keys", "check")
    assert checked.exit_code == 0, checked.output
    assert all(key_id in checked.stdout for key_id in load_keys(file).signing)
    assert all(word in checked.stdout for word in ("使用中", "待启用", "即将停用"))
    assert all(pem.splitlines()[1] not in checked.stdout for pem in load_keys(file).signing.values())


def test_a_key_file_that_others_may_read_is_neither_checked_nor_changed(run: Run, file: Path) -> None:
    file.chmod(0o644)
    for command in (("check",), ("rotate",), ("make",)):
        refused = run("keys", *command)
        assert (refused.exit_code, "others may read it" in refused.stderr) == (1, True)


def test_two_do_not_change_the_keys_at_once(run: Run, file: Path) -> None:
    file.with_name(f"{file.name}.new").touch()
    before = file.read_bytes()
    refused = run("keys", "rotate")
    assert (refused.exit_code, "another change is under way" in refused.stderr) == (1, True)
    assert file.read_bytes() == before


def test_keys_may_come_by_the_environment_but_from_one_place(
    run: Run, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TANFANG_KEYS", file.read_text())
    assert "TANFANG_KEYS_FILE" in run("keys", "check").stderr
    monkeypatch.delenv("TANFANG_KEYS_FILE")
    assert run("keys", "check").exit_code == 0
    assert run("keys", "rotate").exit_code == 1
    monkeypatch.setenv("TANFANG_KEYS", json.dumps({"signing": {}}))
    assert "TANFANG_KEYS: signing: missing" in run("keys", "check").stderr
