"""What was measured: medians with their extremes, as a table, as ``var/bench.json`` and as docs/performance.md."""

import json
import statistics
from collections import defaultdict
from pathlib import Path

from rich.console import Console
from rich.table import Table

_JSON, _PAGE = Path("var/bench.json"), Path("docs/performance.md")
_BEGIN, _END = "<!-- figures -->", "<!-- end of figures -->"

Summary = dict[str, float | str]


class Figures:
    """Every figure by name, with a value for each round."""

    def __init__(self) -> None:
        self._values: defaultdict[str, list[float]] = defaultdict(list)
        self._units: dict[str, str] = {}

    def add(self, name: str, unit: str, value: float) -> None:
        self._units[name] = unit
        self._values[name].append(value)

    def summaries(self) -> dict[str, Summary]:
        return {
            name: {
                "median": round(statistics.median(values), 4),
                "min": round(min(values), 4),
                "max": round(max(values), 4),
                "unit": self._units[name],
            }
            for name, values in sorted(self._values.items())
        }

    def show(self, console: Console) -> None:
        table = Table("figure", "median", "min", "max", "unit")
        for name, summary in self.summaries().items():
            table.add_row(name, *(str(value) for value in summary.values()))
        console.print(table)

    def keep(self, settings: str) -> None:
        """Write them down; figures that were left out this time stay as the page has them."""
        before, _, rest = _PAGE.read_text("utf-8").partition(_BEGIN)
        table, _, after = rest.partition(_END)
        kept = dict(sorted((_read(table) | self.summaries()).items()))
        _JSON.parent.mkdir(exist_ok=True)
        _JSON.write_text(json.dumps(kept, indent=2) + "\n", "utf-8")
        lines = ["| figure | median | min | max | unit |", "|---|---|---|---|---|"]
        lines += [f"| {name} | {s['median']} | {s['min']} | {s['max']} | {s['unit']} |" for name, s in kept.items()]
        table = "\n".join(lines)
        _PAGE.write_text(f"{before}{_BEGIN}\n\nPostgreSQL: {settings}\n\n{table}\n\n{_END}{after}", "utf-8")


def _read(table: str) -> dict[str, Summary]:
    """The figures that a page shows: a fresh clone has no other memory of them."""
    rows = [line.strip("| ").split(" | ") for line in table.splitlines() if line.startswith("| ")]
    return {
        name: {"median": float(median), "min": float(least), "max": float(most), "unit": unit}
        for name, median, least, most, unit in rows[1:]
    }
