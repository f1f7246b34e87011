"""One PostgreSQL for a whole run, and equal answers on both databases.

Tests that take the fixture ``database`` (ids ``sqlite`` and ``postgresql``) are counted for each; the
summary prints the counts, and a test that passes on one database and not on the other fails the run.
"""

from collections.abc import Generator, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from tests.postgres import Cluster, PostgresUnavailable, cluster

DATABASES = ("sqlite", "postgresql")

_resources = pytest.StashKey[ExitStack]()
_shared = pytest.StashKey[Cluster]()


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(_Tally(), "databases-tally")


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Start the server that all xdist workers share; without xdist the first test that needs it does."""
    config = session.config
    if hasattr(config, "workerinput") or config.getoption("dist", "no") == "no":
        return
    stack = config.stash[_resources] = ExitStack()
    try:
        config.stash[_shared] = stack.enter_context(cluster())
    except PostgresUnavailable as error:
        pytest.exit(str(error), returncode=pytest.ExitCode.TESTS_FAILED)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    node.workerinput["postgres"] = node.config.stash[_shared].admin_url


def pytest_unconfigure(config: pytest.Config) -> None:
    config.stash.get(_resources, ExitStack()).close()


@pytest.fixture(scope="session")
def postgres(request: pytest.FixtureRequest) -> Iterator[Cluster]:
    """The PostgreSQL server of this run."""
    worker: dict[str, str] | None = getattr(request.config, "workerinput", None)
    if worker is not None:
        yield Cluster(worker["postgres"])
    else:
        with cluster(durable=request.config.getoption("promises")) as own:
            yield own


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Function,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    parameters = item.callspec.params if hasattr(item, "callspec") else {}
    if parameters.get("database") in DATABASES:
        report.user_properties.append(("database", parameters["database"]))
    return report


class _Tally:
    """Which tests passed on which database; lives where all reports arrive, never in an xdist worker."""

    def __init__(self) -> None:
        self._passed: dict[str, dict[str, bool]] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        database = dict(report.user_properties).get("database")
        if not isinstance(database, str):
            return
        place, _, parameters = report.nodeid.rpartition("[")
        test = f"{place}[{parameters.replace(database, '*', 1)}"
        passed = self._passed.setdefault(test, {})
        passed[database] = passed.get(database, True) and report.passed

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self._uneven() and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if not self._passed:
            return
        terminalreporter.section("databases")
        for database in DATABASES:
            passed = [test for test, on in self._passed.items() if on.get(database)]
            both = sum(len(self._passed[test]) == len(DATABASES) for test in passed)
            terminalreporter.line(f"{database}: {len(passed)} passed ({both} of the tests that run on both)")
        for test in self._uneven():
            terminalreporter.line(f"passes on one database only: {test}", red=True)

    def _uneven(self) -> list[str]:
        return sorted(test for test, passed in self._passed.items() if len(set(passed.values())) > 1)
