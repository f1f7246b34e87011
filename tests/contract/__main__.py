"""``python -m tests.contract``: schemathesis as every role on both databases, with as many examples as wanted.

python -m tests.contract --examples 50
python -m tests.contract --role auditor --database sqlite --operation show_me --show
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from api.domain.access import Role
from api.security import Keys
from tests.conftest import Urls, migrate
from tests.contract.runs import everything, named, run
from tests.plugin_databases import DATABASES
from tests.postgres import APP, OWNER, cluster


def main() -> int:
    asked, options = _parser().parse_known_args()
    chosen, clean = named(asked.operation) if asked.operation else everything, True
    for database in asked.database or DATABASES:
        for role in asked.role or Role:
            with tempfile.TemporaryDirectory(prefix="contract-") as folder, _empty(database, Path(folder)) as urls:
                began = time.monotonic()
                outcome = run(
                    urls, Keys.generate(), Path(folder), role, examples=asked.examples, chosen=chosen, options=options
                )
            clean = clean and outcome.clean
            print(f"{database:10} {role:20} {outcome} in {time.monotonic() - began:.0f} s", flush=True)
            for operation in outcome.unanswered:
                print(f"    never answered 2xx: {operation}")
            if asked.show or not outcome.clean:
                print(outcome.output)
    return 0 if clean else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.contract", epilog="Other options go to schemathesis.")
    parser.add_argument("--examples", type=int, default=10)
    parser.add_argument("--role", type=Role, action="append")
    parser.add_argument("--database", choices=DATABASES, action="append")
    parser.add_argument("--operation", action="append", help="the id of one, where not all are wanted")
    parser.add_argument("--show", action="store_true", help="print what schemathesis says, also of a clean run")
    return parser


@contextmanager
def _empty(database: str, folder: Path) -> Iterator[Urls]:
    """A migrated database that nobody else uses."""
    if database == "sqlite":
        url = f"sqlite:///{folder / 'tanfang.db'}"
        migrate(url)
        yield Urls(url, url)
        return
    with cluster() as server:
        server.create_database("contract")
        urls = Urls(server.url("contract", APP), server.url("contract", OWNER))
        migrate(urls.owner)
        yield urls


if __name__ == "__main__":
    sys.exit(main())
