"""What the service stands on: pinned by hash, no older than is safe, and dangerous parts kept where they belong."""

import re
import tomllib

import pytest
from packaging.version import Version

from tests.conftest import ROOT
from tests.promises.names import promise

FLOORS = {"starlette": "1.3.1", "python-jose": "3.5.0", "h11": "0.16.0", "pyasn1": "0.6.2"}
LOCK = (ROOT / "requirements.lock").read_text("utf-8")
_PINNED = re.compile(r"^([\w.-]+)(?:\[[^\]]*\])?==([^ ;\\]+)[^\n]*\n((?:[ ]+--hash=\S+[ \\]*\n?)*)", re.MULTILINE)


@promise("P46")
@pytest.mark.parametrize(("name", "floor"), FLOORS.items())
def test_nothing_stands_below_its_floor(name: str, floor: str) -> None:
    [version] = [version for found, version, _ in _PINNED.findall(LOCK) if found == name] or ["0"]
    assert Version(version) >= Version(floor)


@promise("P46")
def test_everything_is_pinned_by_hash_and_whatever_is_asked_for_is_there() -> None:
    pinned = {name: hashes for name, _, hashes in _PINNED.findall(LOCK)}
    assert len(pinned) == len(re.findall(r"^[\w]", LOCK, re.MULTILINE))
    assert all("--hash=sha256:" in hashes for hashes in pinned.values())
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    asked = {re.split(r"[\[<>=!~; ]", each, maxsplit=1)[0].lower() for each in project["dependencies"]}
    assert asked <= pinned.keys()


@promise("P46")
def test_tokens_are_opened_in_one_place_and_weak_curves_nowhere() -> None:
    importing = {
        str(path.relative_to(ROOT)): name
        for path in (ROOT / "api").rglob("*.py")
        for name in re.findall(r"^\s*(?:from|import) (jose|ecdsa)\b", path.read_text("utf-8"), re.MULTILINE)
    }
    assert "ecdsa" not in importing.values()
    assert all(path.startswith("api/security/") for path in importing), importing
