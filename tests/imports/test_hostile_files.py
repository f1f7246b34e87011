"""Files made to hurt: each ends in a code, soon, and within 100 MiB over an idle process (measured in one)."""

import io
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from tests.imports.sheets import ROOT, a_visit, a_workbook, saved, table, with_part

SHEET = "xl/worksheets/sheet1.xml"
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
MEBIBYTES = 100
SECONDS = 60  # of a machine that others use too; alone each takes a few

READ = """
import sys
from datetime import date
from api.domain.divisions import Gazetteer
from api.domain.errors import Refused
from api.domain.policy import PLAN
from api.imports.uploads import visits_in
from api.usecases.imports import Setting, Upload

def status(name):
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith(name)) // 1024

idle = status("VmRSS")
with open(sys.argv[1], "rb") as file:
    try:
        read = visits_in(Upload(file), Setting(Gazetteer([]), PLAN, date(2026, 11, 3)))
        said = read.problems[0].code if read.problems else f"rows={len(read.rows)}"
        read.close()
    except Refused as refused:
        said = refused.code
print(said, status("VmHWM") - idle)
"""


def a_small_file() -> bytes:
    return saved(a_workbook({"10月": table([a_visit()])}))


def a_sheet(rows: str, before: str = "", head: str = "") -> bytes:
    xml = f'<?xml version="1.0"?>{head}<worksheet {MAIN}>{before}<sheetData>{rows}</sheetData></worksheet>'
    return with_part(a_small_file(), SHEET, xml.encode())


def a_bomb() -> bytes:
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open(SHEET, "w") as part:
            for _ in range(400):
                part.write(bytes(1024**2))
    return out.getvalue()


def shared_texts(number: int) -> bytes:
    texts = "".join(f"<si><t>{each}</t></si>" for each in range(number))
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    data = a_small_file()
    types = ZipFile(io.BytesIO(data)).read("[Content_Types].xml").decode()
    override = f'<Override PartName="/xl/texts.xml" ContentType="{kind}"/></Types>'
    out = io.BytesIO(with_part(data, "[Content_Types].xml", types.replace("</Types>", override).encode()))
    with ZipFile(out, "a", ZIP_DEFLATED) as archive:
        archive.writestr("xl/texts.xml", f"<sst {MAIN}>{texts}</sst>")
    return out.getvalue()


def twice_the_same_part() -> bytes:
    out = io.BytesIO(a_small_file())
    with pytest.warns(UserWarning, match="Duplicate name"), ZipFile(out, "a") as archive:
        archive.writestr(SHEET, "<worksheet/>")
    return out.getvalue()


def formulas(rows: int) -> str:
    cells = "<c><f>A1</f></c>" * 100
    return "".join(f'<row r="{number}">{cells}<c><v>{number}</v></c></row>' for number in range(1, rows))


ENTITIES = "<!DOCTYPE a [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>"
HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "a zip bomb": (a_bomb, "file_too_large"),
    "one cell at XFD1048576": (
        lambda: a_sheet('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
        "file_too_large",
    ),
    "one cell in the last row": (
        lambda: a_sheet('<row r="1048576"><c r="A1048576"><v>1</v></c></row>'),
        "file_too_large",
    ),
    "a picture called a table": (lambda: b"\x89PNG\r\n" + bytes(9000), "file_needs_xlsx"),
    "another kind of zip": (lambda: with_part(a_small_file(), "xl/workbook.xml", b"<a/>"), "headings_not_found"),
    "a truncated workbook": (lambda: a_small_file()[:-200], "file_unreadable"),
    "a million columns": (lambda: a_sheet('<row r="1">' + "<c/>" * 1_000_000 + "</row>"), "file_too_large"),
    "a million columns of text": (lambda: b"," * 1_100_000 + b"\n", "file_unreadable"),
    "a record over a million lines": (lambda: b'a,b\n"' + b'\n","' * 2_000_000, "file_unreadable"),
    "a line without end": (lambda: b"a" * 20_000_000, "file_unreadable"),
    "a million empty rows": (
        lambda: a_sheet("".join(f'<row r="{number}" ht="{number % 97}"/>' for number in range(1, 1_000_001))),
        "headings_not_found",
    ),
    "a million rows of text": (lambda: b"a,b\n" * 1_000_000, "headings_not_found"),
    "deep elements": (
        lambda: a_sheet("<row r='1'><c>" + "<a>" * 90_000 + "</a>" * 90_000 + "</c></row>"),
        "file_unreadable",
    ),
    "external entities": (lambda: a_sheet("<row r='1'><c><v>&a;</v></c></row>", head=ENTITIES), "file_unreadable"),
    "a sheet that lies about its size": (
        lambda: a_sheet('<row r="1"><c r="A1"><v>1</v></c></row>', '<dimension ref="A1:XFD1048576"/>'),
        "headings_not_found",
    ),
    "a part that is there twice": (twice_the_same_part, "file_unreadable"),
    "a million texts that nobody uses": (lambda: shared_texts(1_000_000), "file_too_large"),
    "formulas without results": (lambda: a_sheet(formulas(3000)), "file_too_large"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_file_ends_in_a_code_within_bounded_memory(kind: str, tmp_path: Path) -> None:
    make, code = HOSTILE[kind]
    path = tmp_path / "upload"
    path.write_bytes(make())
    run = subprocess.run(
        [sys.executable, "-c", READ, path], cwd=ROOT, capture_output=True, text=True, timeout=SECONDS, check=False
    )
    assert run.returncode == 0, run.stderr
    said, mebibytes = run.stdout.split()
    assert (said, int(mebibytes) < MEBIBYTES) == (code, True), run.stdout


def test_ten_thousand_records_are_read_within_bounded_memory(tmp_path: Path) -> None:
    path = tmp_path / "upload"
    path.write_bytes(saved(a_workbook({"10月": table([a_visit(记录编号=f"A-{each}") for each in range(10_000)])})))
    run = subprocess.run(
        [sys.executable, "-c", READ, path], cwd=ROOT, capture_output=True, text=True, timeout=SECONDS, check=False
    )
    said, mebibytes = run.stdout.split()
    assert (said, int(mebibytes) < 48) == ("rows=10000", True), run.stdout
