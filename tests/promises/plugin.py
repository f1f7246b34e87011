"""Holds the promises at their full counts with ``--promises``, and tells what each came to.

A test takes ``counted`` for how often it tries, ``told`` to leave its figure, and ``progress`` to say how far it is.
The full form writes var/promises.json: {name: {result, figure, seconds}}.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field

import pytest
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from tests.conftest import ROOT
from tests.promises.names import PROMISES

FULL = "--promises"
REPORT = ROOT / "var" / "promises.json"
_NAME, _FIGURE = "promise", "promise_figure"

Counted = Callable[[int, int], int]
Told = Callable[[str], None]
Heard = Callable[[int, int], None]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(FULL, action="store_true", help="hold the promises of the house at their full counts")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "promise(name): holds a promise of the house, named in tests/promises/names.py")
    if config.getoption(FULL):
        config.pluginmanager.register(_Promises(), "promises-told")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The full form asks for nothing else."""
    if config.getoption(FULL):
        held = [item for item in items if item.get_closest_marker("promise")]
        config.hook.pytest_deselected(items=[item for item in items if item not in set(held)])
        items[:] = held


@pytest.fixture
def counted(request: pytest.FixtureRequest) -> Counted:
    """``counted(200, 10_000)``: how often to try, in the short form and in the full."""
    full = request.config.getoption(FULL)
    return lambda few, many: many if full else few


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
    with Progress(*columns, transient=True) as bar:
        task = bar.add_task(request.node.name, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    for mark in item.iter_markers("promise"):
        report.user_properties.append((_NAME, mark.args[0]))
    return report


@dataclass
class _Kept:
    """What the tests of one promise came to."""

    kept: bool = True
    figures: list[str] = field(default_factory=list)
    seconds: float = 0.0


class _Promises:
    def __init__(self) -> None:
        self._held: defaultdict[str, _Kept] = defaultdict(_Kept)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        said = dict(report.user_properties)
        for name in (value for key, value in report.user_properties if key == _NAME):
            held = self._held[str(name)]
            held.kept = held.kept and report.passed
            held.seconds += report.duration
            if report.when == "call" and _FIGURE in said:
                held.figures.append(f"{said.get('database', 'anywhere')}: {said[_FIGURE]}")

    def pytest_terminal_summary(self) -> None:
        told = {name: self._told(name) for name in PROMISES}
        REPORT.parent.mkdir(exist_ok=True)
        REPORT.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", "utf-8")
        table = Table("", "promise", "result", "seconds", "figure", title=f"written to {REPORT.relative_to(ROOT)}")
        for name, said in told.items():
            table.add_row(name, PROMISES[name], *map(str, (said["result"], said["seconds"], said["figure"])))
        Console().print(table)

    def _told(self, name: str) -> dict[str, object]:
        held = self._held.get(name)
        result = "not built" if held is None else "pass" if held.kept else "fail"
        held = held or _Kept()
        return {"result": result, "figure": "\n".join(held.figures), "seconds": round(held.seconds, 1)}
