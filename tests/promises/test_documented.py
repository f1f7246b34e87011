"""What docs/security.md says is promised, and by which tests, is what is tested."""

import re
from collections import defaultdict

from tests.conftest import ROOT
from tests.promises.names import PROMISES

_PAGE = ROOT / "docs/security.md"
_BEGIN, _END = "<!-- promises -->\n", "<!-- end of promises -->"
_MARK = re.compile(r'promise\("([BP]\d+)"\)')


def table() -> str:
    """The promises with the files of their tests, as the page shows them."""
    held = defaultdict(list)
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for name in set(_MARK.findall(path.read_text("utf-8"))):
            held[name].append(f"`{path.relative_to(ROOT)}`")
    rows = [f"| {name} | {said} | {', '.join(held[name]) or 'not built'} |" for name, said in PROMISES.items()]
    return "\n".join(["| | promise | shown by |", "|---|---|---|", *rows]) + "\n"


def test_every_promise_stands_on_the_page_with_the_tests_that_hold_it() -> None:
    shown = _PAGE.read_text("utf-8").partition(_BEGIN)[2].partition(_END)[0]
    assert shown.strip() == table().strip(), f"between the marks of {_PAGE.name} should stand:\n{table()}"
