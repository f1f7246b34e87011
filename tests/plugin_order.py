"""The order of a run, and what it does not do again and again.

What takes long (marked ``long``) begins first, so that no worker is left alone with it at the end. What came to be
before the first test stays until the last: the garbage collector does not look through it a thousand times.
"""

import gc

import pytest

_SELDOM = (50_000, 20, 100)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "long: takes many seconds, and so begins before the others")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


def pytest_collection_finish() -> None:
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_SELDOM)
