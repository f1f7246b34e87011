#!/usr/bin/env python3
"""Send a table of visit records (.csv or .xlsx) as it is, and fetch what was refused in the same layout.

    . var/demo/client.env      # TANFANG_CLIENT_ID and TANFANG_CLIENT_SECRET; the address is TANFANG_URL
    python examples/send_file.py var/demo/unsent.csv

Columns are recognised by their headings, wherever they stand. Up to 50,000 rows and 32 MiB; above 10,000 rows the
service works through the file while we wait. Ends with 3 when rows were rejected: unsent.errors.csv holds them with
the reasons beside them; correct it and send that file.
"""

import sys
import time
from pathlib import Path
from typing import Any

from post_visits import Service

MEDIA_TYPES = {
    ".csv": "text/csv",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def send(service: Service, file: Path) -> dict[str, Any]:
    """The report of the file, once it has been worked through."""
    answer = service.post("/v1/visit-imports", file.read_bytes(), MEDIA_TYPES[file.suffix])
    report: dict[str, Any] = answer.json()
    while report["state"] == "running":
        time.sleep(2)
        report = service.get(f"/v1/visit-imports/{report['id']}").json()
    return report


def main(file: Path) -> int:
    service = Service()
    report = send(service, file)
    print("  ".join(f"{result} {count}" for result, count in report["stats"].items() if count))
    if not report["stats"]["rejected"]:
        return 0
    mended = file.with_suffix(f".errors{file.suffix}")
    mended.write_bytes(service.get(f"/v1/visit-imports/{report['id']}/errors").content)
    print(f"correct {mended} and send it")
    return 3


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1])))
