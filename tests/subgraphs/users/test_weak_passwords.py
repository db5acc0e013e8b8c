"""Which passwords are guessed first."""

from __future__ import annotations

import pytest

from subgraphs.users.weak_passwords import is_easily_guessed
from tests.subgraphs.common.graph_client import GraphClient
from tests.subgraphs.users.accounts import REGISTER

PERSONAL = ("+201001234567", "Ahmed Hassan", "a.hassan@example.com")


@pytest.mark.parametrize(
    "password",
    [
        "password", "Password1", "P@ssw0rd", "passw0rd!", "password2024!", "12345678", "87654321", "qwertyui",
        "QWERTYUIOP", "poiuytrewq", "11111111", "abcabcabc", "abcdefgh", "iloveyou", "sunshine99", "1q2w3e4r",
        "Football!", "letmein123", "+201001234567", "01001234567", "1001-234-567", "ahmedhassan",
        "Ahmed Hassan", "AhmedHassan1990", "a.hassan@example.com", "aaaaaaaaaaaaaaaaaaaa",
    ],
)  # fmt: skip
def test_what_people_take_is_refused(password: str) -> None:
    assert is_easily_guessed(password, PERSONAL)


@pytest.mark.parametrize(
    "password",
    [
        "correct horse", "waybill-demo", "another password", "tr0ub4dor&3 x", "kx9!vm2qpl",
        "password of mine", "Шаверма в три часа",
    ],
)  # fmt: skip
def test_what_is_hard_to_guess_is_taken(password: str) -> None:
    assert not is_easily_guessed(password, PERSONAL)


async def test_an_account_with_a_common_password_is_not_made(users: GraphClient) -> None:
    for password, name in (("Password1", "A"), ("Ahmed Ali 99", "Ahmed Ali"), ("+20 100 123 4567", "A")):
        wanted = {"name": name, "phone": "+201001234567", "password": password}
        [error] = (await users.send(REGISTER, input=wanted)).data["register"]["errors"]
        assert (error["code"], error["field"]) == ("WEAK_PASSWORD", "password")
