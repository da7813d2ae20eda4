"""Each event of training and of own plans is a row, and a plan is found by the people whom it names."""

from pathlib import Path
from typing import Any

import msgspec
from msgspec import structs

from neraca.domain import streams
from neraca.domain.registry import EVENTS
from projections import development

GOLDEN = Path(__file__).parents[1] / "golden" / "events"


def golden(tag: str) -> Any:
    return msgspec.json.decode((GOLDEN / f"{tag}.json").read_bytes(), type=EVENTS[tag])


def test_every_event_is_a_row_and_names_its_people(told: Any) -> None:
    of_solo = told(development.PROJECTION)
    proposed = golden("training.plan-proposed")
    twice = structs.replace(proposed, items=[*proposed.items, *proposed.items])

    of_solo.happens(
        streams.training("solo", "unit", "period"),
        twice,
        *(golden(f"training.{one}") for one in ("plan-returned", "plan-approved", "completed", "cancelled")),
    )
    of_solo.happens(
        streams.own_plan("solo", "employee", 1),
        *(golden(f"development.{one}") for one in ("proposed", "answered", "completed", "withdrawn")),
    )

    rows = of_solo.rows("training", "position", "unit", "period", "by", "event")
    assert [tuple(row.values())[:4] for row in rows] == [(n, "unit", "period", "hr") for n in (1, 2, 3, 4, 5)]
    assert [row["event"]["type"] for row in rows][2:4] == ["training.plan-approved", "training.completed"]
    assert [tuple(row.values()) for row in of_solo.rows("named", "employee", "position", "unit", "period")] == [
        ("people", 1, "unit", "period")
    ]
    own = of_solo.rows("own_plans", "position", "employee", "year")
    assert [tuple(row.values()) for row in own] == [(n, "employee", 1) for n in (6, 7, 8, 9)]
