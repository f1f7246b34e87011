"""The tour in the README, in both languages: the same commands, and nothing in them that is not there."""

import re
from datetime import timedelta

import pytest

from api.deps import Service
from api.domain.months import Month, civil_date
from tests.conftest import ROOT
from tests.demo.conftest import Made, VisitorAs

pytestmark = pytest.mark.long  # making the demo, once for whoever begins
ENGLISH, CHINESE = ("README.md", "README.zh-CN.md")
_BLOCK = re.compile(r"^```(?:\w*)\n(.*?)^```", re.DOTALL | re.MULTILINE)
_ASKED = re.compile(r'^(?:RISK=\$\()?ask "?\$API(/[^\s"]+)"?$', re.MULTILINE)
_FILE = re.compile(r"var/demo/([^\s']+)")


def commands(readme: str) -> list[str]:
    return [block.strip() for block in _BLOCK.findall((ROOT / readme).read_text("utf-8"))]


def test_both_languages_show_the_same_commands() -> None:
    shown = [re.sub(r"^ +", "", block, flags=re.MULTILINE) for block in commands(ENGLISH)]
    assert shown == [re.sub(r"^ +", "", block, flags=re.MULTILINE) for block in commands(CHINESE)]


def test_the_files_that_it_names_are_there(made: Made, service: Service) -> None:
    named = {name.replace("$MONTH", str(last_month(service))) for name in _FILE.findall("\n".join(commands(ENGLISH)))}
    assert len(named) == 3
    assert named <= {path.name for path in made.folder.iterdir()}


async def test_what_it_asks_is_answered(visitor_as: VisitorAs, service: Service) -> None:
    paths = _ASKED.findall("\n".join(commands(ENGLISH)))
    assert len(paths) == 6
    supervisor = await visitor_as("supervisor")
    for path in paths:
        answer = await supervisor.get(path.replace("$MONTH", str(last_month(service))))
        assert answer.status_code == 200, (path, answer.text)


def last_month(service: Service) -> Month:
    return Month.of(civil_date(service.clock()).replace(day=1) - timedelta(days=1))
