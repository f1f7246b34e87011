"""Holds the promises at their full counts with ``--promises``, and tells what each came to.

A test takes ``counted`` for how often it tries, ``told`` to leave its figure, and ``progress`` to say how far it is.
The full form writes var/promises.json: {name: {result, figure, seconds, tests}}. A run of a part of it replaces what
the tests of that part came to and leaves the others as they were; only a run of all forgets tests that are gone.
"""

import json
import sys
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

import pytest
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from tests.conftest import ROOT
from tests.promises.names import PROMISES

FULL, SHARE = "--promises", "--share"
REPORT = ROOT / "var" / "promises.json"
_NAME, _FIGURE = "promise", "promise_figure"

Counted = Callable[[int, int], int]
Told = Callable[[str], None]
Heard = Callable[[int, int], None]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(FULL, action="store_true", help="hold the promises of the house at their full counts")
    parser.addoption(SHARE, type=float, default=1.0, help="of the full counts that are tried, 0 to 1")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "promise(name): holds a promise of the house, named in tests/promises/names.py")
    config.addinivalue_line("markers", "full: too long for any but the full form of the promises")
    if config.getoption(FULL) and not config.option.collectonly:
        of_all = not (config.option.keyword or config.option.markexpr or config.option.file_or_dir)
        config.pluginmanager.register(Outcomes(REPORT, afresh=of_all), "promises-told")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The full form asks for nothing else, and the short one for nothing that is too long for it."""
    full = config.getoption(FULL)
    asked = [item for item in items if _is_asked_for(item, full=full)]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(asked)])
    items[:] = asked


def _is_asked_for(item: pytest.Item, *, full: bool) -> bool:
    return item.get_closest_marker("promise") is not None if full else item.get_closest_marker("full") is None


@pytest.fixture
def counted(request: pytest.FixtureRequest) -> Counted:
    """``counted(200, 10_000)``: how often to try, in the short form and in the full, or a share of the full."""
    full, share = request.config.getoption(FULL), request.config.getoption(SHARE)
    return lambda few, many: max(few, round(many * share)) if full else few


@pytest.fixture
def told(record_property: Callable[[str, object], None]) -> Told:
    """``told("10,000 visits, 0 lost")``: the figure of the promise."""
    return lambda figure: record_property(_FIGURE, figure)


@pytest.fixture
def progress(request: pytest.FixtureRequest) -> Iterator[Heard]:
    """``progress(done, total)``: a bar in the full form, nothing in the short."""
    if not request.config.getoption(FULL):
        yield lambda _done, _total: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, transient=True, console=Console(file=sys.__stderr__)) as bar:
        task = bar.add_task(request.node.name, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    for mark in item.iter_markers("promise"):
        report.user_properties.append((_NAME, mark.args[0]))
    return report


@dataclass
class Outcome:
    """What one test came to; one that was broken off is not kept.

    ``figure``: what it told, if anything; ``needs``: for want of what it was not tried.
    """

    kept: bool = False
    needs: str = ""
    figure: str = ""
    seconds: float = 0.0


@dataclass(eq=False)
class Outcomes:
    """What the tests of every promise came to, in this run and in those before it that are still kept."""

    report: Path
    afresh: bool
    of: dict[str, dict[str, Outcome]] = field(default_factory=dict)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        said = dict(report.user_properties)
        for name in (str(value) for key, value in report.user_properties if key == _NAME):
            outcome = self.of.setdefault(name, {}).setdefault(report.nodeid, Outcome())
            ran = outcome.kept or report.when == "call" or report.skipped
            outcome.kept = ran and not report.failed
            outcome.needs = outcome.needs or _missing(report)
            outcome.seconds += report.duration
            if report.when == "call" and _FIGURE in said:
                outcome.figure = f"{said.get('database', 'anywhere')}: {said[_FIGURE]}"

    def pytest_terminal_summary(self) -> None:
        before = {} if self.afresh else _read(self.report)
        whole = {name: summed(before.get(name, {}) | self.of.get(name, {})) for name in PROMISES}
        self.report.parent.mkdir(exist_ok=True)
        self.report.write_text(json.dumps(whole, ensure_ascii=False, indent=1) + "\n", "utf-8")
        table = Table("", "promise", "result", "seconds", "figure", title=f"written to {self.report.relative_to(ROOT)}")
        for name, said in whole.items():
            table.add_row(name, PROMISES[name], *(str(said[key]) for key in ("result", "seconds", "figure")))
        Console().print(table)


def summed(tests: Mapping[str, Outcome]) -> dict[str, object]:
    """A promise is kept if every test of it was tried and passed; it is not built if there is none."""
    needs = sorted({each.needs for each in tests.values() if each.needs})
    failed = not all(each.kept for each in tests.values())
    return {
        "result": "fail" if failed else ", ".join(needs) or ("pass" if tests else "not built"),
        "figure": "\n".join(each.figure for each in tests.values() if each.figure),
        "seconds": round(sum(each.seconds for each in tests.values()), 1),
        "tests": {test: asdict(each) for test, each in tests.items()},
    }


def _missing(report: pytest.TestReport) -> str:
    """What a test was not tried for, as it says itself: ``pytest.skip("needs root")``."""
    return report.longrepr[2].removeprefix("Skipped: ") if report.skipped and isinstance(report.longrepr, tuple) else ""


def _read(report: Path) -> dict[str, dict[str, Outcome]]:
    """What an earlier run has written, if there was one."""
    if not report.exists():
        return {}
    whole = json.loads(report.read_text("utf-8"))
    return {
        name: {test: Outcome(**said) for test, said in told_of.get("tests", {}).items()}
        for name, told_of in whole.items()
    }
