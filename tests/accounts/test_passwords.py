"""What may be a password, and how one is kept."""

import pytest

from api.usecases.passwords import first_password, hashed, matches, password_faults


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("ninesigns", "password_too_short"),
        ("九个字的密码不够长", "password_too_short"),
        ("1234567890", "password_too_common"),
        ("QwertyUiop", "password_too_common"),
        ("woaini1314520", "password_too_common"),
        ("１２３４５６７８９０", "password_too_common"),  # full-width digits are digits
        ("abababababab", "password_too_common"),
        ("zhang.xiaoming", "password_is_username"),
        ("Zhang.Xiaoming2026!", "password_is_username"),
    ],
)
def test_a_weak_password_is_refused(password: str, code: str) -> None:
    [fault] = password_faults(password, "zhang.xiaoming", "/new_password")

    assert (fault.code, fault.pointer) == (code, "/new_password")
    assert password not in str(fault)


@pytest.mark.parametrize("password", ["萝卜青菜各有所爱的春天", "teapot under the bridge", "kd82-mmq3-xx7p"])
def test_a_long_and_uncommon_password_will_do(password: str) -> None:
    assert password_faults(password, "zhang.xiaoming", "") == []


def test_first_passwords_are_good_and_never_the_same() -> None:
    made = {first_password() for _ in range(100)}

    assert len(made) == 100
    assert all(password_faults(password, "zhang", "") == [] for password in made)


async def test_a_password_is_kept_as_argon2id_of_its_meaning() -> None:
    kept = await hashed("ｔｅａｐｏｔ under the bridge")

    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert await matches("teapot under the bridge", kept, account=None)
    assert not await matches("Teapot under the bridge", kept, account=None)


async def test_nobodys_password_never_fits() -> None:
    assert not await matches("teapot under the bridge", None, account=None)
