"""The register of pairings (挂钩联系): which cadre or unit keeps in touch with an elder."""

from api.store import tables
from api.store.stretches import Stretches


class Pairings(Stretches):
    model = tables.Pairing
    noun = "pairing"
