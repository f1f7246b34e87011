"""The tour in the README, in both languages: the same commands, and nothing in them that is not there."""

import re
from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest

from api.deps import Service
from api.domain.months import Month, civil_date
from tests.conftest import ROOT
from tests.demo.conftest import Made, VisitorAs

pytestmark = pytest.mark.long  # making the demo, once for whoever begins
ENGLISH, CHINESE = ("README.md", "README.zh-CN.md")
_BLOCK = re.compile(r"^```(?:\w*)\n(.*?)^```", re.DOTALL | re.MULTILINE)
_ASKED = re.compile(r'^(?:RISK=\$\()?ask "?\$API(/[^\s"]+)"?$')
_SIGNED_IN = re.compile(r"^TOKEN=\$\((?:token (\w+)|curl .*)\)?")
_FILE = re.compile(r"var/demo/([^\s'\")]+)")


def commands(readme: str) -> list[str]:
    return [block.strip() for block in _BLOCK.findall((ROOT / readme).read_text("utf-8"))]


def test_both_languages_show_the_same_commands() -> None:
    shown = [re.sub(r"^ +", "", block, flags=re.MULTILINE) for block in commands(ENGLISH)]
    assert shown == [re.sub(r"^ +", "", block, flags=re.MULTILINE) for block in commands(CHINESE)]


def test_the_files_that_it_names_are_there(made: Made, service: Service) -> None:
    named = {name.replace("$MONTH", str(last_month(service))) for name in _FILE.findall("\n".join(commands(ENGLISH)))}
    assert len(named) == 6
    assert named <= {path.name for path in made.folder.iterdir()}


async def test_what_it_asks_is_answered(visitor_as: VisitorAs, centre: httpx.AsyncClient, service: Service) -> None:
    asked = list(asked_by("\n".join(commands(ENGLISH))))
    assert len(asked) == 10
    for username, path in asked:
        client = await visitor_as(username) if username else centre
        answer = await client.get(path.replace("$MONTH", str(last_month(service))))
        assert answer.status_code == 200, (path, answer.text)


def asked_by(shown: str) -> Iterator[tuple[str, str]]:
    """Every reading with the username of whoever has signed in before; the provider's system has none."""
    username = ""
    for line in shown.splitlines():
        if signed_in := _SIGNED_IN.match(line):
            username = signed_in[1] or ""
        if asked := _ASKED.match(line):
            yield username, asked[1]


def last_month(service: Service) -> Month:
    return Month.of(civil_date(service.clock()).replace(day=1) - timedelta(days=1))
