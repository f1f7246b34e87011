"""Keys, the first account, and the first password."""

import os
import re
import stat
from pathlib import Path

import httpx
import pyotp
import pytest

from api.integrations.client import ApiClient
from api.security import load_keys
from tests.cli.conftest import Run, Server

NEW_PASSWORD = "ein-ganz-neues-Wort-7"


def first_password(output: str) -> str:
    found = re.search(r"[a-z0-9]{4}(-[a-z0-9]{4}){3}", output)
    assert found is not None, output
    return found[0]


def test_new_keys_are_written_for_their_owner_alone(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "private" / "keys.json"
    result = run("keys", "new", str(file))
    assert result.exit_code == 0
    assert f"TANFANG_KEYS_FILE={file}" in result.stdout
    assert "tanfang migrate" in result.stdout
    assert stat.S_IMODE(os.stat(file).st_mode) == 0o600
    assert load_keys(file).signing


def test_keys_are_never_overwritten(run: Run, tmp_path: Path) -> None:
    before = (tmp_path / "keys.json").read_bytes()
    result = run("keys", "new", str(tmp_path / "keys.json"))
    assert (result.exit_code, "不会覆盖" in result.stderr) == (1, True)
    assert (tmp_path / "keys.json").read_bytes() == before


def test_the_first_administrator_signs_in_with_the_password_shown_once(run: Run, server: Server) -> None:
    created = run("users", "create", "--username", "admin", "--display-name", "系统管理员")
    assert created.exit_code == 0, created.output
    password = first_password(created.stdout)
    form = {"grant_type": "password", "username": "admin", "password": password}
    token = httpx.post(f"{server.url}/oauth/token", data=form).json()["access_token"]
    me = httpx.get(f"{server.url}/v1/me", headers={"Authorization": f"Bearer {token}"}).json()
    assert (me["roles"], me["areas"], me["display_name"]) == (["admin"], ["350303"], "系统管理员")
    assert me["must_change_password"] is True


def test_the_first_password_is_changed_from_the_command_line(
    run: Run, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = first_password(run("users", "create", "--username", "sup", "--role", "district_supervisor").stdout)
    arguments = ("users", "password", "--username", "sup", "--url", server.url)

    weak = run(*arguments, typed=f"{old}\nkurz\nkurz\n")
    assert weak.exit_code == 1
    assert "Refused: password_too_short" in weak.stderr

    changed = run(*arguments, typed=f"{old}\n{NEW_PASSWORD}\n{NEW_PASSWORD}\n")
    assert changed.exit_code == 0, changed.output
    assert old not in changed.output
    for password, status in ((old, 400), (NEW_PASSWORD, 200)):
        form = {"grant_type": "password", "username": "sup", "password": password}
        assert httpx.post(f"{server.url}/oauth/token", data=form).status_code == status


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--role", "village_liaison"), "需要 --area（12 位代码）"),
        (("--role", "village_liaison", "--area", "350303104"), "grants/0/area"),
        (("--role", "village_liaison", "--area", "350303999999"), "没有这个区划代码"),
        (("--username", "ÄÖ"), "username"),
    ],
)
def test_an_account_that_cannot_be_is_refused_in_words(run: Run, arguments: tuple[str, ...], said: str) -> None:
    result = run("users", "create", "--username", "somebody", *arguments)
    assert result.exit_code == 1
    assert said in result.stderr
    assert "Traceback" not in result.output


def test_a_username_is_given_once(run: Run) -> None:
    assert run("users", "create", "--username", "admin").exit_code == 0
    again = run("users", "create", "--username", "admin")
    assert (again.exit_code, "已被使用" in again.stderr) == (1, True)


def test_who_has_an_authenticator_is_asked_for_its_code(
    run: Run, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = first_password(run("users", "create", "--username", "sup", "--role", "district_supervisor").stdout)
    monkeypatch.setenv("TANFANG_PASSWORD", old)
    arguments = ("users", "password", "--username", "sup", "--url", server.url)
    assert run(*arguments, typed=f"{NEW_PASSWORD}\n" * 2).exit_code == 0
    with ApiClient(server.url) as api:
        api.sign_in("sup", NEW_PASSWORD)
        device = pyotp.TOTP(api.post("/v1/me/second-factor", {"password": NEW_PASSWORD}).json()["secret"])
        confirmed = api.post("/v1/me/second-factor/confirm", {"otp": device.now()}).json()
    monkeypatch.setenv("TANFANG_PASSWORD", NEW_PASSWORD)

    another = "noch-ein-neues-Wort-8"
    typed = f"{confirmed['recovery_codes'][0]}\n" + f"{another}\n" * 2
    changed = run(*arguments, typed=typed)
    assert changed.exit_code == 0, changed.output
