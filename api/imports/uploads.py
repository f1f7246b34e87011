"""A file that was sent, read to its end as what it was sent as."""

from api.domain.leads import Origin
from api.imports.grids import read_grid
from api.imports.lead_sheets import LeadRow, read_leads
from api.imports.ndjson import read_lead_lines, read_visit_lines
from api.imports.rolls import RollRow, read_roll
from api.imports.shelves import ReadFile, read_to_its_end
from api.imports.tables import Notes
from api.imports.visit_sheets import VisitRow, read_visits
from api.usecases.imports import Setting, Upload


def roll_in(upload: Upload, setting: Setting) -> ReadFile[RollRow]:
    """The people of a roll. Raises Refused."""
    notes, sheets = Notes(), read_grid(upload.file, upload.filename)
    rows = read_roll(sheets, setting.gazetteer, setting.today, notes, setting.policy)
    return read_to_its_end(rows, notes, RollRow.again)


def visits_in(upload: Upload, setting: Setting) -> ReadFile[VisitRow]:
    """The records of a table, or of JSON lines. Raises Refused."""
    notes = Notes()
    if upload.lines:
        rows = read_visit_lines(upload.file)
    else:
        rows = read_visits(read_grid(upload.file, upload.filename), setting.gazetteer, notes)
    return read_to_its_end(rows, notes, VisitRow.again)


def leads_in(upload: Upload, setting: Setting, origin: Origin | None) -> ReadFile[LeadRow]:
    """The people of a list, or of JSON lines. Raises Refused."""
    notes = Notes()
    if upload.lines:
        rows = read_lead_lines(upload.file, origin)
    else:
        sheets = read_grid(upload.file, upload.filename)
        rows = read_leads(sheets, setting.gazetteer, setting.today, origin, notes)
    return read_to_its_end(rows, notes, LeadRow.again)
