"""Prints what the matrix came to on each database, wherever its tests ran."""

from collections import defaultdict

import pytest

FIGURES = "matrix"
SAID = "{} operations, {} requests, {} unexpected"


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(_Figures(), "matrix-figures")


class _Figures:
    """Lives where all reports arrive, never in an xdist worker."""

    def __init__(self) -> None:
        self._sums: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0, 0])

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        said = dict(report.user_properties)
        figures = said.get(FIGURES)
        if report.when == "call" and isinstance(figures, tuple | list):
            sums = self._sums[str(said["database"])]
            sums[:] = (one + other for one, other in zip(sums, figures, strict=True))

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self._sums:
            terminalreporter.section("who may do what where")
            for database, sums in sorted(self._sums.items()):
                terminalreporter.line(f"{database}: {SAID.format(*sums)}")
