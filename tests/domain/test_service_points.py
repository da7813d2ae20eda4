"""A service point opens once, is described otherwise, and ends."""

from datetime import date

import pytest
from msgspec.structs import replace

from neraca.domain.errors import AlreadyDone, Invalid, NotFound, TooEarly
from neraca.domain.service_point.commands import EndServicePoint, OpenServicePoint, ReviseServicePoint
from neraca.domain.service_point.events import ServicePointEnded, ServicePointOpened, ServicePointRevised
from neraca.domain.service_point.state import ServicePoint, evolve
from neraca.domain.vocabulary import ServicePointKind

OPEN = OpenServicePoint(
    point="loket-1", unit="dinkes", name="Loket 1", kind=ServicePointKind.COUNTER, since=date(2025, 3, 1),
    hours="08:00-15:30",
)  # fmt: skip
OPENED = ServicePointOpened(
    point="loket-1", unit="dinkes", name="Loket 1", kind=ServicePointKind.COUNTER, since=date(2025, 3, 1),
    hours="08:00-15:30",
)  # fmt: skip
REVISE = ReviseServicePoint(point="loket-1", name="Loket Utama", kind=ServicePointKind.OFFICE)
REVISED = ServicePointRevised(point="loket-1", name="Loket Utama", kind=ServicePointKind.OFFICE)
END = EndServicePoint(point="loket-1", until=date(2025, 9, 30), reason="Pindah gedung")
ENDED = ServicePointEnded(point="loket-1", until=date(2025, 9, 30), reason="Pindah gedung")


def test_a_point_opens_is_described_otherwise_and_ends(after):
    assert after(when=OPEN, by="surveyor") == [OPENED]
    assert after(OPENED, when=REVISE, by="hr") == [REVISED]
    assert after(OPENED, REVISED, when=END, by="surveyor") == [ENDED]


def test_it_serves_from_its_first_day_to_its_last():
    state = ServicePoint()
    for event in (OPENED, ENDED):
        evolve(state, event)

    days = (date(2025, 2, 28), date(2025, 3, 1), date(2025, 9, 30), date(2025, 10, 1))
    assert [state.serves(day) for day in days] == [False, True, True, False]


@pytest.mark.parametrize(
    ("changes", "refusal", "message"),
    [
        ({"unit": "dinkez"}, Invalid, "did you mean 'dinkes'"),
        ({"unit": "dishub"}, TooEarly, "takes no part yet"),
        ({"name": " "}, Invalid, "/name: the name is empty"),
        ({"hours": "15:00-08:00"}, Invalid, "/hours: 15:00-08:00 ends before it begins; write them as 08:00-15:30"),
    ],
)
def test_a_point_is_of_a_unit_that_takes_part_and_has_sound_hours(after, changes, refusal, message):
    with pytest.raises(refusal, match=message):
        after(when=replace(OPEN, **changes), by="surveyor")


def test_what_is_not_there_or_has_ended_is_not_changed(after):
    for command in (REVISE, END):
        with pytest.raises(NotFound, match="there is no service point 'loket-1'; open it first"):
            after(when=command, by="surveyor")
    with pytest.raises(AlreadyDone, match="service point 'loket-1' of dinkes was opened already; name another"):
        after(OPENED, when=OPEN, by="surveyor")
    with pytest.raises(AlreadyDone, match="serves until 2025-09-30 already"):
        after(OPENED, ENDED, when=END, by="surveyor")
    with pytest.raises(Invalid, match="/until: 2025-02-01 is before 2025-03-01"):
        after(OPENED, when=replace(END, until=date(2025, 2, 1)), by="surveyor")
