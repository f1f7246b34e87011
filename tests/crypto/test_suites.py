"""Two suites seal and index; the national one is that of the standards, to the bit."""

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.hashes import SM3, Hash

from api.security import Keys
from api.store.crypto import SM4GCM, SealBroken, Sealer, Suite, hmac_sm3
from tests.promises.names import promise

KEY = bytes.fromhex("0123456789abcdeffedcba9876543210")


@promise("P42")
def test_sm4_is_that_of_gbt_32907() -> None:
    """Its appendix A: one block, and the same block a million times where there is time for it."""
    working = Cipher(algorithms.SM4(KEY), modes.ECB()).encryptor()
    assert working.update(KEY).hex() == "681edf34d206965e86b3e94f536e4246"


@promise("P42")
@pytest.mark.parametrize(
    ("said", "digest"),
    [
        (b"abc", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
        (b"abcd" * 16, "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"),
    ],
)
def test_sm3_is_that_of_gbt_32905(said: bytes, digest: str) -> None:
    working = Hash(SM3())
    working.update(said)
    assert working.finalize().hex() == digest


@promise("P42")
def test_sm4_in_galois_mode_is_that_of_rfc_8998() -> None:
    nonce = bytes.fromhex("00001234567800000000abcd")
    beside = bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2")
    said = bytes.fromhex("".join(digit * 16 for digit in "abcdefea"))
    sealed = bytes.fromhex(
        "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735"
        "d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d"
        "83de3541e4c2b58177e065a9bf7b62ec"
    )
    assert SM4GCM(KEY).encrypt(nonce, said, beside) == sealed
    assert SM4GCM(KEY).decrypt(nonce, sealed, beside) == said
    with pytest.raises(InvalidTag):
        SM4GCM(KEY).decrypt(nonce, sealed, beside[:-1])


def test_hmac_with_sm3_is_rfc_2104_over_it() -> None:
    def sm3(value: bytes) -> bytes:
        working = Hash(SM3())
        working.update(value)
        return working.finalize()

    key, said = bytes(range(32)), b"350303195001019901"
    inner, outer = (bytes(each ^ pad for each in key.ljust(64, b"\0")) for pad in (0x36, 0x5C))
    assert hmac_sm3(key, said) == sm3(outer + sm3(inner + said))


@pytest.mark.parametrize("suite", Suite)
def test_what_is_sealed_opens_where_it_belongs_and_nowhere_else(suite: Suite) -> None:
    sealer = Sealer(Keys.generate(suite).sealing)
    sealed = sealer.seal("elders.sealed", "one", "后埔12号".encode())
    assert sealed[0] == suite.value
    assert sealer.open("elders.sealed", "one", sealed).decode() == "后埔12号"
    for place, name, value in (
        ("elders.sealed", "other", sealed),
        ("family_members.sealed", "one", sealed),
        ("elders.sealed", "one", sealed[:-1] + bytes([sealed[-1] ^ 1])),
        ("elders.sealed", "one", bytes([3 - suite.value]) + sealed[1:]),
        ("elders.sealed", "one", sealed[:9]),
    ):
        with pytest.raises(SealBroken):
            sealer.open(place, name, value)


def test_the_suites_index_differently() -> None:
    digests = {Sealer(Keys.generate(suite).sealing).index("resident_id", "1") for suite in Suite}
    assert {len(digest) for digest in digests} == {32}
    assert len(digests) == len(Suite)
