"""What a row of a roll says otherwise than the register: nothing, for most people in most files.

A row says nothing about a column that its file lacks, and an empty cell takes nothing back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from api.domain.consents import Consent, SpokenBy, Word, willingness
from api.domain.policy import Tier
from api.schemas.elders import ElderFileIn
from api.schemas.merge_patch import merged
from api.store.tables import Elder
from api.usecases.elder_files import form_of
from api.usecases.imports import FileRow


class RollLine(FileRow, Protocol):
    """One person's row: ``elder`` in the wire's words, None where there are faults; ``number`` even then."""

    @property
    def elder(self) -> Mapping[str, Any] | None: ...
    @property
    def declared_tier(self) -> Tier | None: ...
    @property
    def consent(self) -> str | None: ...
    @property
    def filed_on(self) -> date | None: ...
    @property
    def number(self) -> str | None: ...
    @property
    def remark(self) -> str: ...


@dataclass(frozen=True, slots=True)
class News:
    """``patch``: a merge patch of the form. ``word``: on being visited, if it was not known."""

    patch: Mapping[str, Any]
    word: Word | None

    def __bool__(self) -> bool:
        return bool(self.patch) or self.word is not None

    def document(self, known: Mapping[str, Any], day: date) -> dict[str, Any]:
        """As a proposal keeps it; ``known``: the form of the file. ``day``: when the word was given."""
        said = {"change": dict(self.patch), "before": {name: known.get(name) for name in self.patch}}
        return said | ({"consent": {"word": self.word.value, "on": day.isoformat()}} if self.word else {})


def news_of(
    row: RollLine, form: ElderFileIn, elder: Elder, details: Mapping[str, Any], spoken: Sequence[Consent]
) -> News:
    """``form``: what the row states. ``details``, ``spoken``: of the file, opened, and of the elder."""
    known = form_of(elder, details)
    said = _comparable(form.model_dump(mode="json", exclude_unset=True, exclude_none=True), known)
    if said.get("resident_id") in details.get("former_resident_ids", ()):
        del said["resident_id"]  # the file has the number that was corrected since
    patch = {name: value for name, value in said.items() if merged(known, {name: value}) != known}
    if row.declared_tier is Tier.PRIORITY and not _stands_as_priority(elder, details):
        patch["declared_tier"] = Tier.PRIORITY.value
    return News(patch, _new_word(row, spoken))


def _comparable(said: dict[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    """What is said, with what it rules out; spellings that mean the same are left out."""
    if set(said["categories"]) == set(known.get("categories") or ()):
        said.pop("categories")
    if "village" in (known.get("registered_address") or {}):
        said.pop("registered_address", None)  # a file knows the place in words only
    if "phones" in said:
        said["no_phone_reason"] = None
    elif "no_phone_reason" in said:
        said["phones"] = None
    if "pension" in said and not said["pension"]["has"]:
        said["pension"]["amount"] = None
    return said


def _stands_as_priority(elder: Elder, details: Mapping[str, Any]) -> bool:
    declared = (details.get("declared") or {}).get("tier")
    return Tier.PRIORITY in (elder.tier, declared) or "raise" in details


def _new_word(row: RollLine, spoken: Sequence[Consent]) -> Word | None:
    """The row's yes or no, unless that is how the elder stands, or it was heard before and overtaken."""
    if row.consent is None:
        return None
    word, stands = Word(row.consent), willingness(spoken)
    same = stands.withheld if word is Word.REFUSED else stands.word is Word.GIVEN
    heard = any((each.word, each.by, each.on) == (word, SpokenBy.SELF, row.filed_on) for each in spoken)
    return None if same or heard else word
