"""A PostgreSQL of one's own, durable, that a test may kill, stop and make to hang."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Urls, found_in, migrate
from tests.postgres import APP, OWNER, Cluster, Postmaster

_TEMPLATE, _NAME = "template_promises", "promises"


@pytest.fixture(scope="session")
def own_postmaster() -> Iterator[Postmaster]:
    with tempfile.TemporaryDirectory(prefix="tanfang-pg-") as directory:
        running = Postmaster(Path(directory))
        running.cluster.create_database(_TEMPLATE)
        migrate(running.cluster.url(_TEMPLATE, OWNER))
        found_in(running.cluster.url(_TEMPLATE, APP))
        yield running
        running.stop()


@pytest.fixture
def postmaster(own_postmaster: Postmaster) -> Postmaster:
    """Running, with an empty, migrated database in it."""
    own_postmaster.cluster.create_database(_NAME, template=_TEMPLATE)
    return own_postmaster


def urls_in(cluster: Cluster) -> Urls:
    """The database of ``postmaster``."""
    return Urls(cluster.url(_NAME, APP), cluster.url(_NAME, OWNER))
