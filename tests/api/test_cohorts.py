"""Who heads an office, read over GraphQL, now and as of before."""

from datetime import date
from typing import Any

import pytest

from neraca.domain.headship import AppointHead, RelieveHead

HEAD, BOSS = "196501011990031001", "197001011995031001"
HEADS = '{ agency(id: "surabaya"%s) { heads(on: "%s") { unit employeeNumber acting since decree } } }'


@pytest.fixture(scope="module")
def appointed(world: Any) -> int:
    """The position of the first appointment."""
    since = date(2025, 1, 1)
    told = world.tell("hr", AppointHead(unit="dinkes", employee=HEAD, since=since, decree="SK 821/1/2025"))
    world.tell("hr", RelieveHead(unit="dinkes", on=date(2025, 2, 28), reason="Pindah"))
    world.tell("hr", AppointHead(unit="dinkes", employee=BOSS, since=date(2025, 3, 10), decree="SP 3", acting=True))
    world.follow()
    return told.position


def test_who_heads_an_office_on_a_day(world: Any, appointed: int) -> None:
    def heads(who: str, day: str, as_of: str = "") -> Any:
        return world.data(who, HEADS % (as_of, day))["agency"]["heads"]

    first = {
        "unit": "dinkes",
        "employeeNumber": HEAD,
        "acting": False,
        "since": "2025-01-01",
        "decree": "SK 821/1/2025",
    }
    second = {"unit": "dinkes", "employeeNumber": BOSS, "acting": True, "since": "2025-03-10", "decree": "SP 3"}
    assert heads("hr", "2024-12-31") == []
    assert heads("hr", "2025-02-28") == [first]
    assert heads("hr", "2025-03-01") == []
    assert heads("hr", "2025-03-10") == [second]
    assert heads("boss", "2025-03-10") == [second]
    assert heads("ani", "2025-03-10") == []  # neither Ani nor below Ani
    assert heads("auditor", "2025-03-10", f', asOf: {{ position: "{appointed}" }}') == [first]
