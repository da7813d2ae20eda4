"""Who heads a unit on a day: appointed by decree, as such or acting, and relieved."""

from datetime import date

import pytest
from msgspec.structs import replace

from neraca.domain import headship
from neraca.domain.assignments import Tenure
from neraca.domain.errors import AlreadyDone, Invalid, NotFound, TooEarly
from neraca.domain.headship import AppointHead, Head, HeadAppointed, HeadRelieved, RelieveHead

APPOINT = AppointHead(unit="dinkes", employee="agus", since=date(2025, 3, 1), decree="SK 821/12/2025")
APPOINTED = HeadAppointed(unit="dinkes", employee="agus", since=date(2025, 3, 1), decree="SK 821/12/2025")
RELIEVE = RelieveHead(unit="dinkes", on=date(2025, 8, 31), reason="Pindah ke provinsi")
RELIEVED = HeadRelieved(unit="dinkes", employee="agus", on=date(2025, 8, 31), reason="Pindah ke provinsi")
ACTING = HeadAppointed(unit="dinkes", employee="sri", since=date(2025, 9, 1), decree="SP 9/2025", acting=True)


def heads(*events: headship.HeadshipEvent) -> headship.State:
    state = headship.State()
    for event in events:
        headship.evolve(state, event)
    return state


def test_a_unit_is_headed_from_the_day_of_the_decree_to_that_of_the_relief():
    state = heads(APPOINTED, RELIEVED, ACTING)
    days = [date(2025, 2, 28), date(2025, 3, 1), date(2025, 8, 31), date(2025, 9, 1), date(2030, 1, 1)]

    assert [headship.head_on(state, day) for day in days] == [
        None,
        Head("agus", False, 1),
        Head("agus", False, 1),
        Head("sri", True, 3),
        Head("sri", True, 3),
    ]


def test_of_two_for_one_day_the_one_recorded_later_holds_in_whatever_order_days_are_recorded():
    state = heads(ACTING, APPOINTED, replace(ACTING, employee="tono"))

    assert headship.head_on(state, date(2025, 8, 31)) == Head("agus", False, 2)
    assert headship.head_on(state, date(2025, 9, 1)) == Head("tono", True, 3)


def test_hr_appoints_and_relieves(after):
    assert after(when=APPOINT, by="hr") == [APPOINTED]
    assert after(APPOINTED, when=RELIEVE, by="hr") == [RELIEVED]
    with pytest.raises(AlreadyDone, match="agus heads dinkes on 2025-03-01 already"):
        after(APPOINTED, when=APPOINT, by="hr")
    # Whoever acted may become the head as such.
    assert after(ACTING, when=replace(APPOINT, employee="sri", since=date(2025, 9, 1)), by="hr")


@pytest.mark.parametrize(
    ("changes", "refusal", "message"),
    [
        ({"unit": "dinkez"}, Invalid, "uji has no unit 'dinkez'; did you mean 'dinkes'"),
        ({"unit": "dishub"}, TooEarly, "'dishub' takes no part yet"),
        ({"employee": "nobody"}, Invalid, "/employee: nobody is not on the roster"),
        ({"decree": " "}, Invalid, "/decree: the decree is empty"),
    ],
)
def test_a_head_serves_and_the_unit_takes_part(after, changes, refusal, message):
    with pytest.raises(refusal, match=message):
        after(when=replace(APPOINT, **changes), by="hr")


def test_whoever_has_retired_heads_nothing(after):
    gone = Tenure(date(2000, 1, 1), date(2025, 2, 28))

    with pytest.raises(Invalid, match="/employee: agus retires on 2025-02-28, before 2025-03-01"):
        after(when=APPOINT, by="hr", people={"agus": gone})


def test_only_a_head_that_there_is_is_relieved(after):
    with pytest.raises(NotFound, match="nobody heads dinkes on 2025-08-31"):
        after(when=RELIEVE, by="hr")
    with pytest.raises(NotFound, match="nobody heads dinkes on 2025-10-01"):
        after(APPOINTED, RELIEVED, when=replace(RELIEVE, on=date(2025, 10, 1)), by="hr")
    with pytest.raises(Invalid, match="agus heads dinkes up to 2025-08-31 as it is"):
        after(APPOINTED, RELIEVED, when=RELIEVE, by="hr")
    with pytest.raises(Invalid, match="/reason: the reason is empty"):
        after(APPOINTED, when=replace(RELIEVE, reason=" "), by="hr")
    with pytest.raises(Invalid, match="uji has no unit"):
        after(when=replace(RELIEVE, unit="x"), by="hr")
