"""Each event of credit points, allowances and ceilings is a row, and a rebuild gives the same."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
from msgspec import structs

from neraca.domain import streams
from neraca.domain.attendance import AttendanceRecorded
from neraca.domain.exemptions import EmployeeExempted, ExemptionEnded
from neraca.domain.registry import EVENTS
from neraca.domain.vocabulary import ExemptionKind
from projections import remuneration

GOLDEN = Path(__file__).parents[1] / "golden" / "events"
TAGS = sorted(remuneration.PROJECTION.tags or ())


def golden(tag: str) -> Any:
    return msgspec.json.decode((GOLDEN / f"{tag}.json").read_bytes(), type=EVENTS[tag])


def test_every_event_is_a_row_with_all_it_says(told: Any) -> None:
    of_solo = told(remuneration.PROJECTION)
    credit, allowance = streams.credit("solo", "1"), streams.allowance("solo", "1", 2026)

    of_solo.happens(streams.ceilings("solo"), golden("ceiling.set"), golden("ceiling.withdrawn"))
    of_solo.happens(credit, golden("credit.brought-forward"), golden("credit.fixed"), golden("credit.revised"))
    of_solo.happens(allowance, golden("allowance.fixed"), golden("allowance.revised"))

    assert len([tag for tag in TAGS if tag.partition(".")[0] in ("allowance", "ceiling", "credit")]) == 7
    columns = ("position", "period", "level", "points", "accumulated", "rank_need", "result", "behind", "reason")
    fixed = (4, "2026-01..02", "ahli_pertama", Decimal("2.08"), Decimal("20.83"), Decimal(50), 5120, [12, 4800, 5120])
    rows = [tuple(row.values()) for row in of_solo.rows("credit", *columns)]
    assert rows == [(*fixed, None), (5, *fixed[1:], "Predikat diubah atas keberatan")]
    (brought,) = of_solo.rows("brought_forward", "level", "points", "since", "years")
    assert tuple(brought.values()) == ("ahli_muda", Decimal(75), date(2026, 1, 2), 3)
    paid = of_solo.rows("allowances", "position", "month", "amount", "appraisal", "policy_version", "by")
    assert [tuple(row.values()) for row in paid] == [
        (position, "2026-02", Decimal(5_706_000), "2025-Q4", 1, "hr") for position in (6, 7)
    ]
    parts = of_solo.rows("ceilings", "since", "work_load", "scarcity", "basis", "withdrawn")
    assert [tuple(row.values()) for row in parts] == [
        (date(2026, 1, 1), Decimal(3_000_000), Decimal(250_000), "Perwali 7/2026", False),
        (date(2026, 1, 1), Decimal(0), Decimal(0), "Salah ketik", True),
    ]


def test_a_row_holds_what_the_policy_was_told(told: Any) -> None:
    of_solo = told(remuneration.PROJECTION)
    event = structs.replace(golden("credit.fixed"), employee="2")

    of_solo.happens(streams.credit("solo", "2"), event)

    (row,) = of_solo.rows("credit", "employee", "facts", "nodes")
    assert row == {
        "employee": "2",
        "facts": msgspec.to_builtins(event.facts),
        "nodes": {"akumulasi": "20.83", "kosong": None},
    }


def test_what_is_recorded_of_somebody_later_is_a_row_of_the_days_it_touches(told: Any) -> None:
    """Days of an exemption that ends sooner are those between the two."""
    of_solo = told(remuneration.PROJECTION)
    own, leave = streams.employee("solo", "1"), date(2026, 1, 10)
    registered = structs.replace(golden("employee.registered"), employee="1")

    of_solo.happens(own, registered)
    of_solo.happens(own, EmployeeExempted(kind=ExemptionKind.UNPAID_LEAVE, since=leave, decree="SK 1"))
    of_solo.happens(own, ExemptionEnded(decree="SK 1", until=date(2026, 1, 31), reason="Kembali"))
    of_solo.happens(
        streams.attendance("solo", "1", 2026), AttendanceRecorded(employee="1", month="2026-02", required_days=20)
    )

    rows = of_solo.rows("touches", "employee", "position", "since", "until", "pay", "credit")
    assert [tuple(row.values()) for row in rows] == [
        ("1", 2, leave, date.max, True, True),
        ("1", 3, date(2026, 2, 1), date.max, True, True),
        ("1", 4, date(2026, 2, 1), date(2026, 2, 28), True, False),
    ]
