"""Whole reports as a terminal shows them, as they stand in impact_console.txt. Each was read by eye."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from msgspec.structs import replace

from neraca.policy.impact.console import render
from neraca.policy.impact.distribution import Breach
from neraca.policy.impact.report import (
    BLOCKED,
    Affected,
    BlockingChange,
    Cohort,
    Cut,
    Effect,
    Group,
    Impact,
    PolicyName,
    Quotas,
    Reason,
    Shift,
    Start,
    Sum,
    Transition,
    Valued,
)

GOLDEN = Path(__file__).with_name("impact_console.txt")

OLD = PolicyName("id.kota.bandung.tpp", 1, "a" * 64, "1" * 64)
OLDER = PolicyName("id.nasional.skp", 3, "b" * 64, "1" * 64)
NEW = PolicyName("id.kota.bandung.tpp", 2, "c" * 64, "2" * 64)

SHIFT = Shift(
    people=1500,
    moved=1400,
    mean_before="87.5",
    mean_after="86.25",
    mean="-1.25",
    min="-12",
    q1="-2.5",
    median="0",
    q3="0.5",
    max="3",
)

NOTHING = Impact(
    schema="neraca-impact/2",
    agency="bandung",
    period="2026",
    before=(OLD,),
    after=replace(NEW, calc_hash=OLD.calc_hash),
    inputs="e" * 64,
    people=1,
    changed=0,
    raised=0,
    lowered=0,
    blocked_before=0,
    blocked_after=0,
    predicates=("baik", "kurang"),
    transitions=(Transition("baik", "baik", 1),),
    shift=replace(SHIFT, people=1, mean="0", min="0", q1="0", q3="0", max="0"),
    by_unit=(Group("dinkes", 1, 0, 0, 0, 0, 0, replace(SHIFT, mean="0", min="0", q1="0", q3="0", max="0")),),
    by_class=(Group("FUNCTIONAL", 1, 0, 0, 0, 0, 0, None),),
    newly_blocked=BlockingChange(0, ()),
    newly_scored=BlockingChange(0, ()),
    quotas=Quotas(0, 0, 0, 0, 0, 0, ()),
    allowance=None,
    credit=None,
    most_affected=(),
)

MUCH = Impact(
    schema="neraca-impact/2",
    agency="bandung",
    period="2026-H1",
    before=(OLD, OLDER),
    after=NEW,
    inputs="e" * 64,
    people=4321,
    changed=3210,
    raised=1234,
    lowered=1876,
    blocked_before=1000,
    blocked_after=1100,
    predicates=("sangat_baik", "baik", "cukup", "kurang"),
    transitions=(
        Transition("sangat_baik", "sangat_baik", 1111),
        Transition("sangat_baik", "baik", 10),
        Transition("baik", "sangat_baik", 1200),
        Transition("baik", BLOCKED, 1000),
        Transition(BLOCKED, "kurang", 1000),
    ),
    shift=SHIFT,
    by_unit=(
        Group("dinkes", 2000, 1500, 1000, 1300, 1100, 1200, SHIFT),
        Group("disdik", 2321, 1710, 234, 576, 7, 8, None),
    ),
    by_class=(
        Group("FUNCTIONAL", 4000, 3000, 1200, 1800, 1000, 1000, replace(SHIFT, mean="1.5")),
        Group("OPERATIONAL", 321, 210, 34, 76, 0, 0, None),
    ),
    newly_blocked=BlockingChange(
        1000, tuple(Reason(f"nodes/n{n}", f"nodes/n{n} is missing", 1000 - n) for n in range(7))
    ),
    newly_scored=BlockingChange(1002, (Reason("nodes/x", "nodes/x is missing", 1002),)),
    quotas=Quotas(
        checked_before=10,
        checked_after=11,
        unknown_before=1,
        unknown_after=2,
        breaching_before=3,
        breaching_after=4,
        cohorts=(
            Cohort(
                "dinkes",
                "baik",
                2000,
                (Breach("max", ("baik",), 1400, 1500), Breach("some_of", ("cukup", "kurang"), 1, 0)),
                (Breach("min", ("cukup",), 1200, 1100), Breach("none_of", ("sangat_baik",), 0, 1111)),
            ),
            Cohort("disdik", "istimewa", 1, (), (Breach("max", ("sangat_baik",), 0, 1),)),
        ),
    ),
    allowance=Effect(
        PolicyName("id.kota.bandung.tunjangan", 4, "d" * 64, "3" * 64),
        "month",
        Sum("", 4321, "1000", "1500.5", "500.5", 1000, 1100),
        (
            Sum("FUNCTIONAL", 4000, "1000", "900.5", "-99.5", 1000, 1001),
            Sum("OPERATIONAL", 321, "0", "600", "600", 0, 99),
            Sum("STRUCTURAL", 0, "0", "0", "0", 0, 0),
        ),
        tuple(Reason(f"nodes/n{n}", f"nodes/n{n} is missing", 1001 - n) for n in range(6)),
    ),
    credit=Effect(
        PolicyName("id.nasional.angka-kredit", 1, "f" * 64, "4" * 64),
        "year",
        Sum("", 1, "12.5", "12.5", "0", 0, 0),
        (),
        (),
    ),
    most_affected=(
        Affected("dinkes", "FUNCTIONAL", "baik", BLOCKED, -4, "87.5", None, None),
        Affected("disdik", "OPERATIONAL", BLOCKED, "sangat_baik", 4, None, "101.25", None),
        Affected("disdik", "FUNCTIONAL", "baik", "cukup", -1, "80", "75", "-5"),
    ),
    start=Start(
        since=date(2026, 4, 1),
        until=date(2027, 3, 31),
        classes=("FUNCTIONAL", "OPERATIONAL"),
        in_parts=True,
        cuts=(
            Cut("2026", ("2026-Q1", "2026-Q2"), 1500, 1200),
            Cut("2027", (), 1, 0),
        ),
    ),
    indicators=(
        Valued("orientasi_pelayanan", 4321, 4000),
        Valued("serapan", 1000, 0),
        Valued("baru", None, 0),
        Valued("lama", 12, None),
    ),
)

MANY_UNITS = replace(
    NOTHING,
    after=NEW,
    by_unit=tuple(Group(f"unit-{n:02}", n, 0, 0, 0, 0, 0, None) for n in range(1, 33)),
    by_class=tuple(Group(f"class-{n:02}", n, 0, 0, 0, 0, 0, None) for n in range(1, 31)),
    shift=None,
    newly_blocked=BlockingChange(15, tuple(Reason(f"nodes/n{n}", f"n{n} is missing", 5 - n) for n in range(5))),
    newly_scored=BlockingChange(21, tuple(Reason(f"nodes/n{n}", f"n{n} is missing", 6 - n) for n in range(6))),
    quotas=Quotas(1, 1, 1, 0, 0, 0, ()),
    start=Start(date(2026, 4, 1), None, None, False, ()),
    indicators=(Valued("serapan", 1, 1),),
)

EXAMPLES: dict[str, tuple[Impact, Sequence[str] | None]] = {
    "nothing changes": (NOTHING, None),
    "much changes": (MUCH, None),
    "names for whoever may know them": (
        replace(
            NOTHING,
            most_affected=MUCH.most_affected,
            newly_scored=BlockingChange(1, (Reason("nodes/x", "nodes/x is missing", 1),)),
        ),
        ["198501012010011001", "19850101", "3"],
    ),
    "many units and reasons": (MANY_UNITS, None),
    "one of two policies calculates something else": (
        replace(NOTHING, before=(OLD, replace(OLDER, calc_hash="9" * 64))),
        None,
    ),
    "units unknown before, none after": (replace(NOTHING, quotas=Quotas(0, 0, 3, 0, 0, 0, ())), None),
    "units unknown after, none before": (replace(NOTHING, quotas=Quotas(0, 0, 0, 1, 0, 0, ())), None),
}


def golden() -> dict[str, str]:
    parts = GOLDEN.read_text().split("=== ")[1:]
    return {title: text for title, _, text in (part.partition(" ===\n") for part in parts)}


def test_every_example_is_kept() -> None:
    assert list(golden()) == list(EXAMPLES)


@pytest.mark.parametrize("title", EXAMPLES)
def test_a_report_is_shown_like_this(title: str) -> None:
    assert render(*EXAMPLES[title]) == golden()[title]
