"""What holds for the whole house, whoever builds in it."""

import ast
import socket
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import grimp
import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports
from schemathesis.config import SchemathesisConfig

from tests.plugin_offline import NetworkReached

ROOT = Path(__file__).parents[1]


def test_a_room_imports_only_from_the_rooms_below_it() -> None:
    assert lint_imports(str(ROOT / "pyproject.toml"), no_cache=True, no_logo=True) == EXIT_STATUS_SUCCESS


def test_the_domain_imports_the_standard_library_alone() -> None:
    graph = grimp.build_graph("api", include_external_packages=True, cache_dir=None)
    domain = {"api.domain", *graph.find_descendants("api.domain")}

    imported = set().union(*(graph.find_modules_directly_imported_by(module) for module in domain))

    assert {name for name in imported - domain if name not in sys.stdlib_module_names} == set()


def test_sessions_are_made_in_one_place() -> None:
    makers = {"AsyncSession", "Session", "sessionmaker", "async_sessionmaker"}

    assert {place.partition(":")[0] for place in calls_of(makers)} == {"store/dialect.py"}


def test_the_store_has_five_doors_and_one_place_that_writes_audit_entries() -> None:
    assert set(calls_of({"transaction"})) == {
        "store/__init__.py:opened",
        "store/__init__.py:accounts",
        "store/__init__.py:streamed",
        "store/__init__.py:chores",
        "store/__init__.py:whole",
        "store/__init__.py:_write_entries",
    }


def test_nobody_commits_by_hand() -> None:
    assert set(calls_of({"commit"})) == set()


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1", "tanfang.example"])
def test_no_test_reaches_another_host(host: str) -> None:
    with pytest.raises(NetworkReached):
        socket.create_connection((host, 443), timeout=0.1)


def test_the_lock_names_no_address() -> None:
    assert "://" not in (ROOT / "requirements.lock").read_text()


def test_schemathesis_accepts_more_in_two_lists_and_nowhere_else() -> None:
    settings = tomllib.loads((ROOT / "schemathesis.toml").read_text())
    usual = SchemathesisConfig().projects.default.checks

    [batches] = settings["operations"]
    accepted = settings["checks"]["positive_data_acceptance"]["expected-statuses"]
    rejected = batches["checks"]["negative_data_rejection"]["expected-statuses"]

    assert set(accepted) - set(usual.positive_data_acceptance.expected_statuses) == {"400", "412", "422"}
    assert set(rejected) - set(usual.negative_data_rejection.expected_statuses) == {"207"}
    assert leaves_of(settings) == {
        "checks.positive_data_acceptance.expected-statuses",
        "operations.include-path-regex",
        "operations.checks.negative_data_rejection.expected-statuses",
    }


def calls_of(names: set[str]) -> Iterator[str]:
    """Where under ``api`` something of one of these names is called, as ``file:function``."""
    for path in sorted((ROOT / "api").rglob("*.py")):
        for function in _callers(ast.parse(path.read_text()), names):
            yield f"{path.relative_to(ROOT / 'api')}:{function}"


def _callers(node: ast.AST, names: set[str], function: str = "") -> Iterator[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        function = node.name
    if isinstance(node, ast.Call) and _name_of(node.func) in names:
        yield function
    for child in ast.iter_child_nodes(node):
        yield from _callers(child, names, function)


def _name_of(called: ast.expr) -> str:
    if isinstance(called, ast.Attribute):
        return called.attr
    return called.id if isinstance(called, ast.Name) else ""


def leaves_of(settings: dict[str, object], prefix: str = "") -> set[str]:
    """The dotted names of every value in a TOML document; tables of an array count as one."""
    leaves: set[str] = set()
    for key, value in settings.items():
        tables = value if isinstance(value, list) and isinstance(value[0], dict) else [value]
        for table in tables:
            nested = leaves_of(table, f"{prefix}{key}.") if isinstance(table, dict) else {f"{prefix}{key}"}
            leaves |= nested
    return leaves
