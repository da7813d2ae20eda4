"""How a key is written, and until when one may hold."""

from datetime import date, timedelta
from hashlib import sha256

import pytest

from neraca.domain import api_key
from neraca.domain.api_key import KeyOrder, SentKey
from neraca.domain.contexts import Actor
from neraca.domain.errors import Invalid
from neraca.domain.text_kinds import NIP, SENDER, fault
from neraca.domain.vocabulary import Role, Scope

TODAY = date(2025, 3, 3)
ID, SECRET = "a2b3c4d5e6f7", "abcdefghijklmnopqrstuvwxyz"


def order(program="siasn", until=TODAY):
    return KeyOrder(program, frozenset({Scope.ROSTER}), until)


def test_a_key_is_read_as_it_was_written():
    key = api_key.written("kota-uji", ID, SECRET)

    assert key == f"neraca_kota-uji_{ID}_{SECRET}"
    assert api_key.read(key) == SentKey("kota-uji", ID, sha256(SECRET.encode()).digest())


@pytest.mark.parametrize(
    "token",
    [
        "",
        "rahasia",
        f"neraca_uji_{ID}",
        f"neraca_uji_{ID}_{SECRET}a",
        f"neraca_uji_{ID}_{SECRET[1:]}",
        f"neraca_uji_{ID}_{SECRET}\n",
        f"neraca_uji_{ID[1:]}_{SECRET}",
        f"neraca_uji_{ID}_{SECRET.upper()}",
        f"neraca_-uji_{ID}_{SECRET}",
        f"neraca_{'u' * 65}_{ID}_{SECRET}",
        f"Neraca_uji_{ID}_{SECRET}",
    ],
)
def test_what_is_written_otherwise_is_no_key(token):
    assert api_key.read(token) is None


@pytest.mark.parametrize("until", [TODAY, TODAY + timedelta(days=366)])
def test_a_key_may_hold_for_a_day_and_for_a_year(until):
    api_key.require_issuable(order(until=until), TODAY)


@pytest.mark.parametrize("until", [TODAY - timedelta(days=1), TODAY + timedelta(days=367), date.max, date.min])
def test_no_key_holds_for_longer_or_is_over_when_it_is_made(until):
    with pytest.raises(Invalid, match="/until: a key holds from today to 2026-03-04 at most") as refused:
        api_key.require_issuable(order(until=until), TODAY)

    assert refused.value.field == "/until"


@pytest.mark.parametrize("program", ["", "a b", "key:siasn", "x" * 101])
def test_a_program_has_a_name_that_can_stand_in_the_log(program):
    with pytest.raises(Invalid, match="/program: ") as refused:
        api_key.require_issuable(order(program=program), TODAY)

    assert refused.value.field == "/program"


def test_who_comes_with_a_key_is_an_integrator_whom_no_employee_can_be():
    found = api_key.actor("uji", "198501012010011001", frozenset({Scope.LOG}))

    assert found == Actor("key:198501012010011001", frozenset({Role.INTEGRATOR}), "uji", frozenset({Scope.LOG}))
    assert fault(NIP, found.id) is not None
    assert fault(SENDER, found.id) is None
    assert fault(SENDER, "key:key:siasn") is not None
