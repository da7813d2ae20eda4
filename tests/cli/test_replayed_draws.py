"""`neraca replay` draws raters again, and names by its position a draw that the salt and the people do not give."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest

from neraca.domain.appraisal import commands as ask
from neraca.domain.rater_draw import OpenRaterDraw

Q2 = "2025-Q2"
FIRST = date(2025, 6, 16)
RULE = "workflow:\n  raters: {opens: P14D, within: P14D, groups: {rekan: {from: unit, count: 3}}}\n"


@pytest.fixture
def drawn(
    fixture_agency: Any, policy: str, root_of: Callable[[Any], Path], neraca: Callable[..., Any]
) -> Callable[[], Any]:
    """Three colleagues were drawn to rate Budi; replays the log."""
    fixture_agency.publish(policy.replace("workflow:\n", RULE), version=2, since=date(2025, 4, 1))
    fixture_agency.plan("budi", Q2)
    fixture_agency.tell("hr", OpenRaterDraw(period=Q2), on=FIRST)
    fixture_agency.tell("hr", ask.AssignRaters(employee="budi", period=Q2), on=FIRST)
    root = root_of(fixture_agency.house)

    def replay() -> Any:
        fixture_agency.house.follow()
        return neraca("replay", "--agency", "uji", ROOT=str(root), DATABASE_URL=fixture_agency.house.url)

    return replay


def test_a_draw_that_the_log_does_not_give_is_named_by_its_position(
    drawn: Callable[[], Any], fixture_agency: Any
) -> None:
    said = drawn()
    assert (said.code, "1 draw of raters, 0 not as drawn" in said.out.splitlines()) == (0, True), said
    with psycopg.connect(fixture_agency.house.url, autocommit=True) as connection:
        changed = connection.execute(
            "update ledger.events set data = convert_to(replace(convert_from(data, 'UTF8'), %s, %s), 'UTF8')"
            " where agency = 'uji' and type = 'rater-draw.opened'",
            ('"salt":"', '"salt":"00'),
        )
        assert changed.rowcount == 1

    said = drawn()
    [at] = [one.position for one in fixture_agency.service.reader.of_types("uji", ["appraisal.raters-assigned"])]
    assert said.code == 1
    assert f"    budi/{Q2} at {at}, PEER: the seed is " in said.out
    assert "1 draw of raters, 1 not as drawn" in said.out.splitlines()
