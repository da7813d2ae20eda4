"""Every number of an impact report is counted here by hand once."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from neraca.domain.case import MICRO, Case
from neraca.policy.compiled.compilation import CompiledPolicy, compile_resolved
from neraca.policy.engine.evaluation import evaluate
from neraca.policy.engine.vectorised import load
from neraca.policy.impact.console import render
from neraca.policy.impact.distribution import Breach
from neraca.policy.impact.report import (
    BLOCKED,
    Affected,
    Comparison,
    Impact,
    Judged,
    Outcome,
    Paying,
    Person,
    Reason,
    Shift,
    Sum,
    Transition,
    canonical,
    compare,
    impact_hash,
    judge,
    quartile,
    summary,
    word,
)
from neraca.policy.library import Library
from neraca.policy.model import Distribution
from neraca.policy.numbers import micro
from neraca.policy.testing.cases import of_test

NATIONAL = Path(__file__).parent / "samples" / "a-nasional-permenpanrb-6-2022.yaml"
LACKING = "nodes/hasil_kerja is missing"


@pytest.fixture(scope="module")
def national() -> tuple[CompiledPolicy, Distribution]:
    resolved = Library.read({NATIONAL.name: NATIONAL.read_text()})[0].by_file(NATIONAL.name)
    assert resolved.policy.distribution is not None
    return compile_resolved(resolved), resolved.policy.distribution


@dataclass
class Tried:
    """One person: who, and what came out before and after."""

    id: str
    before: tuple[str, str] | None
    after: tuple[str, str] | None
    unit: str = "dinkes"
    position_class: str = "FUNCTIONAL"
    level: str | None = None
    organisation: str | None = None


def outcome(given: tuple[str, str] | None) -> Outcome:
    if given is None:
        return Outcome(None, None, "nodes/hasil_kerja", LACKING)
    return Outcome(given[0], micro(Decimal(given[1])))


def compared(
    national: tuple[CompiledPolicy, Distribution],
    tried: Sequence[Tried],
    cases: Sequence[Case] | None = None,
    credit: Paying | None = None,
) -> Comparison:
    plan, rule = national
    people = [Person(one.id, one.unit, one.position_class, one.level, one.organisation) for one in tried]
    return compare(
        "bandung",
        "2025",
        people,
        cases or [Case() for _ in tried],
        Judged((plan,), rule, [outcome(one.before) for one in tried]),
        Judged((plan,), rule, [outcome(one.after) for one in tried]),
        {} if credit is None else {"credit": credit},
    )


FIVE = (
    Tried("1", ("baik", "2"), ("sangat_baik", "2.5"), position_class="OPERATIONAL"),
    Tried("2", ("baik", "2.25"), ("baik", "2.15")),
    Tried("3", ("butuh_perbaikan", "1.4"), ("kurang", "1.4"), unit="disdik"),
    Tried("4", ("baik", "2"), None),
    Tried("5", None, ("baik", "1.8"), unit="disdik"),
)


@pytest.fixture(scope="module")
def five(national: tuple[CompiledPolicy, Distribution]) -> Impact:
    return compared(national, FIVE).impact


def test_predicates_are_counted_from_each_to_each_with_blocked_last(five: Impact) -> None:
    assert five.transitions == (
        Transition("baik", "sangat_baik", 1),
        Transition("baik", "baik", 1),
        Transition("baik", BLOCKED, 1),
        Transition("butuh_perbaikan", "kurang", 1),
        Transition(BLOCKED, "baik", 1),
    )
    assert (five.people, five.changed, five.raised, five.lowered) == (5, 4, 1, 1)
    assert (five.blocked_before, five.blocked_after) == (1, 1)
    assert five.predicates == ("sangat_baik", "baik", "butuh_perbaikan", "kurang", "sangat_kurang")


def test_scores_shift_by_exact_numbers_of_those_who_have_both(five: Impact) -> None:
    assert five.shift == Shift(
        people=3,
        moved=2,
        mean_before="1.883333",
        mean_after="2.016667",
        mean="0.133333",
        min="-0.1",
        q1="-0.05",
        median="0",
        q3="0.25",
        max="0.5",
    )


def test_each_unit_and_class_has_its_own_row(five: Impact) -> None:
    by_unit = {one.name: one for one in five.by_unit}
    assert list(by_unit) == ["dinkes", "disdik"]
    assert (by_unit["dinkes"].people, by_unit["dinkes"].changed, by_unit["dinkes"].newly_blocked) == (3, 2, 1)
    assert (by_unit["disdik"].lowered, by_unit["disdik"].newly_scored) == (1, 1)
    assert [(one.name, one.people, one.raised) for one in five.by_class] == [
        ("FUNCTIONAL", 4, 0),
        ("OPERATIONAL", 1, 1),
    ]


def test_newly_blocked_and_newly_scored_say_why(five: Impact) -> None:
    reason = Reason("nodes/hasil_kerja", LACKING, 1)
    assert (five.newly_blocked.people, five.newly_blocked.reasons) == (1, (reason,))
    assert (five.newly_scored.people, five.newly_scored.reasons) == (1, (reason,))


def test_the_most_affected_come_first_and_blocked_counts_as_below_the_lowest(
    national: tuple[CompiledPolicy, Distribution],
) -> None:
    found = compared(national, FIVE)

    assert found.affected == ("4", "5", "1", "3", "2")
    assert [one.ranks for one in found.impact.most_affected] == [-4, 4, 1, -1, 0]
    assert found.impact.most_affected[4] == Affected("dinkes", "FUNCTIONAL", "baik", "baik", 0, "2.25", "2.15", "-0.1")


def test_the_order_of_people_moves_nothing(national: tuple[CompiledPolicy, Distribution], five: Impact) -> None:
    turned = compared(national, FIVE[::-1]).impact

    assert canonical(turned) == canonical(five)
    assert impact_hash(turned) == impact_hash(five)


def test_the_report_names_nobody_and_the_hash_knows_who_was_judged(
    national: tuple[CompiledPolicy, Distribution],
) -> None:
    one = compared(national, [Tried("198501012010011001", ("baik", "2"), ("baik", "2"))]).impact
    other = compared(national, [Tried("198601012010011001", ("baik", "2"), ("baik", "2"))]).impact

    assert b"198501012010011001" not in canonical(one)
    assert one.inputs != other.inputs
    assert impact_hash(one) != impact_hash(other)


def test_another_fact_makes_other_inputs(national: tuple[CompiledPolicy, Distribution]) -> None:
    tried = [Tried("1", ("baik", "2"), ("baik", "2"))]

    with_fact = compared(national, tried, [Case(facts={"bulan": MICRO})]).impact

    assert with_fact.inputs != compared(national, tried).impact.inputs


def test_the_canonical_form_can_be_read_back(five: Impact) -> None:
    assert msgspec.json.decode(canonical(five), type=Impact) == five


def test_a_quartile_lies_between_its_neighbours() -> None:
    assert [quartile([0, 10, 20, 30], k) for k in (1, 2, 3)] == [8, 15, 23]
    assert [quartile([-30, -20, -10, 0], k) for k in (1, 2, 3)] == [-22, -15, -7]
    assert [quartile([5], k) for k in (1, 2, 3)] == [5, 5, 5]


def test_quotas_are_checked_before_and_after(national: tuple[CompiledPolicy, Distribution]) -> None:
    plan, rule = national
    rule = msgspec.structs.replace(rule, min_cohort=3)
    crowd = [
        Tried(f"{n}", ("baik", "2") if n else ("kurang", "1"), ("baik", "2"), organisation="baik") for n in range(3)
    ]
    crowd += [Tried(f"x{n}", ("baik", "2"), ("baik", "2"), unit="disdik") for n in range(3)]

    quotas = compared((plan, rule), crowd).impact.quotas

    assert (quotas.checked_before, quotas.breaching_before) == (1, 0)
    assert (quotas.checked_after, quotas.breaching_after) == (1, 1)
    assert (quotas.unknown_before, quotas.unknown_after) == (1, 1)
    assert [one.unit for one in quotas.cohorts] == ["dinkes"]
    assert quotas.cohorts[0].before == ()
    assert Breach("max", ("baik",), 2, 3) in quotas.cohorts[0].after


def test_credit_points_follow_the_predicate(national: tuple[CompiledPolicy, Distribution], shipped: Library) -> None:
    resolved = shipped.get("id.nasional.angka-kredit", 1)
    credit = Paying(compile_resolved(resolved), resolved.policy.period.cycle)
    tried = [
        Tried("1", ("baik", "2"), ("sangat_baik", "2.5"), level="Ahli Muda"),
        Tried("2", ("baik", "2"), None, level="Ahli Pertama"),
        Tried("3", ("baik", "2"), ("baik", "2"), position_class="OPERATIONAL"),
    ]

    effect = compared(national, tried, credit=credit).impact.credit

    assert effect is not None
    assert effect.total == Sum("", 3, "37.5", "37.5", "0", 1, 2)
    assert effect.by_class == (
        Sum("FUNCTIONAL", 2, "37.5", "37.5", "0", 0, 1),
        Sum("OPERATIONAL", 1, "0", "0", "0", 1, 1),
    )
    assert [(one.path, one.people) for one in effect.reasons] == [
        ("indicators/koefisien_tahunan", 1),
        ("indicators/persentase_predikat", 1),
    ]


def test_a_fact_never_stands_in_for_the_result(national: tuple[CompiledPolicy, Distribution], shipped: Library) -> None:
    credit = Paying(compile_resolved(shipped.get("id.nasional.angka-kredit", 1)), "year")
    case = Case(facts={"predikat_kinerja": "sangat_baik", "jenjang": "ahli_utama"})

    effect = compared(national, [Tried("1", None, None, level="Ahli Muda")], [case], credit).impact.credit

    assert effect is not None
    assert effect.total == Sum("", 1, "0", "0", "0", 1, 1)


def test_the_crowd_is_judged_as_one_by_one(shipped: Library) -> None:
    for id_ in shipped.ids():
        resolved = shipped.get(id_)
        plan, cases = compile_resolved(resolved), [of_test(test) for test in resolved.policy.tests]
        one_by_one = [evaluate(plan, case) for case in cases]

        assert judge(plan, load(cases)) == [
            Outcome(one.predicate, one.score, one.path, one.reason) for one in one_by_one
        ]


def test_a_level_of_the_roster_is_a_word_of_a_policy() -> None:
    assert word("Ahli  Muda") == "ahli_muda"


def test_nothing_changes_between_policies_that_calculate_the_same(
    national: tuple[CompiledPolicy, Distribution],
) -> None:
    said = render(compared(national, [Tried("1", ("baik", "2"), ("baik", "2"))]).impact)

    assert "both policies calculate the same: nothing can change" in said


def test_the_terminal_tells_all_of_it_and_names_only_if_asked(national: tuple[CompiledPolicy, Distribution]) -> None:
    found = compared(national, [Tried("198501012010011001", ("baik", "2"), ("sangat_baik", "2.5"))])

    said = render(found.impact)

    assert summary(found.impact) == ("1 of 1 predicates change: 1 up, 0 down, 0 newly blocked, 0 newly scored")
    assert summary(found.impact) in said
    assert "before \\ after  sangat_baik  all\nbaik                      1    1\n" in said
    assert f"impact {impact_hash(found.impact)}\n" in said
    assert "198501012010011001" not in said
    assert "198501012010011001" in render(found.impact, found.affected)
