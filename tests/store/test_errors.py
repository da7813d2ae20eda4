"""What went wrong is said in words that name the place and the remedy."""

from datetime import timedelta
from uuid import UUID

import pytest
from eventsourcing.persistence import IntegrityError, OperationalError

from neraca.store.errors import (
    ClockSkewed,
    KeyReused,
    MalformedAppend,
    OutcomeUnknown,
    StoreError,
    UnknownAgency,
    Unreachable,
    VersionConflict,
)

STREAM = UUID(int=7)


def test_each_says_what_and_what_to_do() -> None:
    said = [str(error) for error in (VersionConflict(STREAM, 3, 5), KeyReused("k'1"), UnknownAgency("atlantis"))]

    assert said == [
        "stream 00000000-0000-0000-0000-000000000007: expected at version 3, is at 5; read it again",
        'idempotency key "k\'1" was used for another request; send a new key',
        "agency 'atlantis' is not registered in this database; run `neraca migrate`",
    ]


def test_each_has_what_a_program_needs_of_it() -> None:
    conflict = VersionConflict(STREAM, 3, 5)

    assert (conflict.stream, conflict.expected, conflict.current) == (STREAM, 3, 5)
    assert KeyReused("k").key == "k"
    assert UnknownAgency("atlantis").agency == "atlantis"
    assert ClockSkewed(timedelta(minutes=2)).apart == timedelta(minutes=2)


@pytest.mark.parametrize(
    ("apart", "words"),
    [
        (timedelta(seconds=61), "61 s ahead of"),
        (timedelta(seconds=-61), "61 s behind"),
        (timedelta(minutes=1, milliseconds=600), "61 s ahead of"),
        (timedelta(minutes=-1, milliseconds=-400), "60 s behind"),
        (timedelta(hours=-30), "108000 s behind"),
    ],
)
def test_a_skewed_clock_says_by_how_much_to_which_side_and_how_to_set_it(apart: timedelta, words: str) -> None:
    assert str(ClockSkewed(apart)) == (
        f"this server's clock is {words} the database's, and nothing is written until they agree: "
        "set both by NTP (chronyc tracking, timedatectl), then try again"
    )


def test_they_are_kinds_of_what_the_library_would_raise() -> None:
    for error in (VersionConflict(STREAM, 1, 2), KeyReused("k"), MalformedAppend()):
        assert isinstance(error, StoreError)
        assert isinstance(error, IntegrityError)
    assert isinstance(OutcomeUnknown(), Unreachable)
    assert isinstance(Unreachable(), OperationalError)
