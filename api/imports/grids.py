"""Office files as grids. What a file is, its first bytes say, not its name: offices rename."""

from pathlib import PurePath

from api.imports.cells import MAX_BYTES, Workbook, refused
from api.imports.csvs import read_csv
from api.imports.xlsx import read_xlsx

_NOT_TABLES = (
    b"\xd0\xcf\x11\xe0",  # .xls, .et, and any workbook with a password
    b"%PDF",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\xff\xd8\xff",  # a photograph of the list
    b"\x89PNG",
    b"<",  # a web page that calls itself .xls
)


def read_grid(data: bytes, filename: str = "") -> Workbook:
    """The sheets of an .xlsx workbook, or the one of a CSV text.

    ``filename`` names the sheet of a CSV: some offices put the township there. Raises ``Refused`` with
    file_empty, file_too_large, file_needs_xlsx or file_unreadable.
    """
    if not data.strip():
        raise refused("file_empty")
    if len(data) > MAX_BYTES:
        raise refused("file_too_large", limit=f"{MAX_BYTES // 1024**2} MiB")
    if data.startswith(b"PK\x03\x04"):
        return Workbook(read_xlsx(data))
    if data.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(_NOT_TABLES):
        raise refused("file_needs_xlsx")
    return Workbook((read_csv(data, PurePath(filename).stem),))
