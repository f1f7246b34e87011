"""A file that was sent, read as what it was sent as."""

from api.domain.leads import Origin
from api.imports.grids import read_grid
from api.imports.lead_sheets import LeadReading, read_leads
from api.imports.ndjson import read_lead_lines, read_visit_lines
from api.imports.rolls import RollReading, read_roll
from api.imports.visit_sheets import VisitReading, read_visits
from api.usecases.imports import Setting, Upload


def roll_in(upload: Upload, setting: Setting) -> RollReading:
    """The people of a roll. Raises Refused."""
    workbook = read_grid(upload.data, upload.filename)
    return read_roll(workbook, setting.gazetteer, setting.today, setting.policy)


def visits_in(upload: Upload, setting: Setting) -> VisitReading:
    """The records of a table, or of JSON lines. Raises Refused."""
    if upload.lines:
        return read_visit_lines(upload.data)
    return read_visits(read_grid(upload.data, upload.filename), setting.gazetteer)


def leads_in(upload: Upload, setting: Setting, origin: Origin | None) -> LeadReading:
    """The people of a list, or of JSON lines. Raises Refused."""
    if upload.lines:
        return read_lead_lines(upload.data, origin)
    return read_leads(read_grid(upload.data, upload.filename), setting.gazetteer, setting.today, origin)
