"""Page tokens open only where and for whom they were made."""

import pytest

from api.domain.errors import DomainError
from api.security import Keys
from api.store.crypto import Sealer
from api.store.paging import decode_token, encode_token

SEALER = Sealer(Keys.generate().sealing)
PLACE = ("list_users", {"area": "350303", "tier": None}, "owner")
TOKEN = encode_token(SEALER, *PLACE, ["2026-11-03", 7, None])


def refused(token: str, operation: str = "list_users", owner: str = "owner", **filter: object) -> bool:
    with pytest.raises(DomainError) as refusal:
        decode_token(SEALER, operation, PLACE[1] | filter, owner, token)
    return refusal.value.code == "page_token_invalid"


def test_a_token_names_the_last_entry_shown_and_hides_it() -> None:
    assert decode_token(SEALER, *PLACE, TOKEN) == ["2026-11-03", 7, None]
    assert "2026" not in TOKEN


def test_the_order_of_filters_does_not_matter() -> None:
    assert decode_token(SEALER, "list_users", {"tier": None, "area": "350303"}, "owner", TOKEN)


def test_a_token_of_another_list_filter_or_reader_is_refused() -> None:
    assert refused(TOKEN, operation="list_elders")
    assert refused(TOKEN, owner="another")
    assert refused(TOKEN, area="350303104")


@pytest.mark.parametrize(
    "token",
    ["", "A", "AAAA", "?", "\ud800", "中文", TOKEN[:-2], TOKEN + "A", "A" * 5000],
    ids=["empty", "short", "four", "sign", "surrogate", "chinese", "cut", "longer", "endless"],
)
def test_anything_else_is_refused_alike(token: str) -> None:
    assert refused(token)


def test_a_token_sealed_with_other_keys_is_refused() -> None:
    assert refused(encode_token(Sealer(Keys.generate().sealing), *PLACE, ["2026-11-03"]))
