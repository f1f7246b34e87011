"""Complaints about visits and those who make them."""

from api.store import tables
from api.store.cases import Cases


class Complaints(Cases):
    model = tables.Complaint
    noun = "complaint"
