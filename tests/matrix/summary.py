"""Prints what the matrix came to on each database, wherever its tests ran."""

import pytest

FIGURES = "matrix"


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(_Figures(), "matrix-figures")


class _Figures:
    """Lives where all reports arrive, never in an xdist worker."""

    def __init__(self) -> None:
        self._lines: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        said = dict(report.user_properties)
        if report.when == "call" and FIGURES in said:
            self._lines.append(f"{said['database']}: {said[FIGURES]}")

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self._lines:
            terminalreporter.section("who may do what where")
            for line in sorted(self._lines):
                terminalreporter.line(line)
