"""What the whole house promises, by name. A test that holds a promise says so: ``@promise("B1")``.

The names are those of the published claims; a name without a test is told as not built.
"""

import pytest

PROMISES = {
    "B1": "one visit, whatever the retry schedule",
    "B2": "nothing acknowledged is lost",
    "B3": "every rejection can be found and fixed",
    "B4": "a dry run is what the commit does",
    "B5": "a change feed that cannot skip",
    "B6": "push is never the only truth",
    "B7": "no lost update",
    "B8": "the contract is true",
    "B9": "privacy by construction",
    "B10": "two languages, one code",
    "B11": "it answers the plan's question",
    "B12": "honest numbers",
}


def promise(name: str) -> pytest.MarkDecorator:
    """Marks a test that holds a promise. Raises KeyError for one that nobody made."""
    assert PROMISES[name]
    return pytest.mark.promise(name)
