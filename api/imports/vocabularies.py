"""The kinds of files that are read: rolls of elders (Annex 3), visit records (Annex 4), lists of leads."""

import tomllib
from collections.abc import Mapping
from importlib.resources import files

from api.imports.headings import Contact, Vocabulary

TICK = "tick:"  # prefix of the keys of columns that stand for one category each

_HEADINGS = tomllib.loads(files(__package__).joinpath("headings.toml").read_text("utf-8"))


def _spellings(kind: str) -> Mapping[str, list[str]]:
    return {key: words.split() for key, words in _HEADINGS[kind]["headings"].items()}


_ROLL = _spellings("roll")
_VISITS = _spellings("visits")
_LEADS = _spellings("leads")
_PLACES = frozenset({"township", "village"})

TICKS = tuple(key for key in _ROLL if key.startswith(TICK))

ROLL = Vocabulary(
    spellings={spelling: key for key, spellings in _ROLL.items() for spelling in spellings},
    labels={key: spellings[0] for key, spellings in _ROLL.items()},
    identity=frozenset({"name", "resident_id", "certificate"}),
    places=_PLACES,
    needed=(("name",), ("resident_id",), ("village", "residence"), ("categories", *TICKS)),
    ignored=frozenset(_HEADINGS["roll"]["ignored"].split()),
    several=frozenset({"phone", "categories", "remark"}),
    contacts=(
        Contact("emergency_name", "emergency_relation", "emergency_phone"),
        Contact("primary_name", "primary_relation", "primary_phone"),
    ),
    others=(
        "联系人",
        "家属",
        "家庭成员",
        "配偶",
        "子女",
        "监护人",
        "责任人",
        "联络员",
        "帮扶",
        "户籍",
        "填报",
        "调查",
    ),
)

VISITS = Vocabulary(
    spellings={spelling: key for key, spellings in _VISITS.items() for spelling in spellings},
    labels={key: spellings[0] for key, spellings in _VISITS.items()},
    identity=frozenset({"name", "resident_id", "short_no", "external_id"}),
    places=_PLACES,
    needed=(
        ("name", "resident_id", "short_no"),
        ("visited_on", "started"),
        ("method",),
        ("worker_name", "worker_signature", "worker_id"),
    ),
    ignored=frozenset(_HEADINGS["visits"]["ignored"].split()),
    several=frozenset({"notes", "remark"}),
    others=("联系人", "家属", "服务机构", "审核", "录入"),
)

LEADS = Vocabulary(
    spellings={spelling: key for key, spellings in _LEADS.items() for spelling in spellings},
    labels={key: spellings[0] for key, spellings in _LEADS.items()},
    identity=frozenset({"name", "resident_id", "certificate"}),
    places=_PLACES,
    needed=(("name", "resident_id"), ("village", "township", "residence")),
    ignored=frozenset(_HEADINGS["leads"]["ignored"].split()),
    several=frozenset({"phone", "categories", "note"}),
    others=("联系人", "家属", "家庭成员", "配偶", "子女", "监护人", "填报", "审核"),
)
