"""A whole report of a small city, as it stands in impact_report.json. Every number there was counted by hand."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Literal

import msgspec
import pytest
from msgspec.structs import replace

from neraca.domain.case import MICRO, Case, Fact, Item, SurveyElement
from neraca.policy.compiled.compilation import CompiledPolicy, compile_resolved
from neraca.policy.engine.vectorised import evaluate, load
from neraca.policy.impact.distribution import Breach
from neraca.policy.impact.report import (
    BLOCKED,
    Cohort,
    Comparison,
    Cut,
    Judged,
    Outcome,
    Paying,
    Person,
    Quotas,
    Reason,
    Start,
    Sum,
    canonical,
    compare,
    judge,
    outcomes,
    summary,
    valued,
)
from neraca.policy.library import Library
from neraca.policy.model import Distribution
from neraca.policy.numbers import micro, text
from neraca.policy.testing.cases import of_test

FOLDER = Path(__file__).parent
GOLDEN = FOLDER / "impact_report.json"
BEHAVIOUR = ("berorientasi_pelayanan", "akuntabel", "kompeten", "harmonis", "loyal", "adaptif", "kolaboratif")


def read_policy(file: str) -> tuple[CompiledPolicy, Distribution | None]:
    resolved = Library.read({file: (FOLDER / "samples" / file).read_text()})[0].by_file(file)
    return compile_resolved(resolved), resolved.policy.distribution


NATIONAL, RULE = read_policy("a-nasional-permenpanrb-6-2022.yaml")
# With plain hashes, so that only what is counted here can move the report.
NATIONAL = replace(NATIONAL, policy_hash="1" * 64, calc_hash="2" * 64)
assert RULE is not None

# Who, unit, class, level, organisation predicate; before, after: predicate and score, or why blocked.
LACKS_RESULT, LACKS_RATING = ("nodes/hasil_kerja", "no result"), ("indicators/loyal", "no rating")
PEOPLE: list[tuple[Person, tuple[str, str | None], tuple[str, str | None]]] = [
    (Person("01", "dinkes", "FUNCTIONAL", "Ahli Muda", "baik"), ("baik", "2"), ("sangat_baik", "2.5")),
    (Person("02", "dinkes", "FUNCTIONAL", "Ahli Pertama", "baik"), ("baik", "2.25"), ("baik", "2.15")),
    (Person("03", "dinkes", "OPERATIONAL", None, "istimewa"), ("butuh_perbaikan", "1.4"), ("kurang", "1.4")),
    (Person("04", "dinkes", "OPERATIONAL"), ("baik", "2"), LACKS_RESULT),
    (Person("05", "disdik", "FUNCTIONAL", "Ahli Muda", "istimewa", 6), LACKS_RESULT, ("baik", "1.8")),
    (Person("06", "disdik", "FUNCTIONAL", "Ahli Muda", "istimewa"), ("sangat_baik", "3"), ("sangat_baik", "3")),
    (Person("07", "disdik", "STRUCTURAL", None, "istimewa"), ("kurang", "1"), ("sangat_baik", "3")),
    (Person("08", "setda", "STRUCTURAL", None, "unheard_of"), LACKS_RATING, LACKS_RESULT),
    (Person("09", "setda", "STRUCTURAL", None, "unheard_of"), ("baik", "2"), LACKS_RATING),
    (Person("10", "setda", "OPERATIONAL", None, "unheard_of"), ("baik", "2"), LACKS_RESULT),
    (Person("11", "bkd", "OPERATIONAL", None, "istimewa"), LACKS_RATING, ("baik", "2")),
    (Person("12", "bkd", "OPERATIONAL", None, "baik"), LACKS_RATING, ("baik", "2.5")),
    (Person("13", "satpol", "OPERATIONAL", None, "sangat_kurang"), ("sangat_kurang", "1"), ("sangat_kurang", "1")),
]


def outcome(given: tuple[str, str | None]) -> Outcome:
    word, told = given
    if "/" in word:
        return Outcome(None, None, word, told)
    return Outcome(word, None if told is None else micro(Decimal(told)))


def small_city(shipped: Library) -> bytes:
    credit = shipped.get("id.nasional.angka-kredit", 1)
    paid = replace(compile_resolved(credit), policy_hash="6" * 64, calc_hash="7" * 64)
    found = compare(
        "bandung",
        "2026",
        [person for person, _, _ in PEOPLE],
        [Case({"kelas": int(person.id) * MICRO}) for person, _, _ in PEOPLE],
        Judged(
            (NATIONAL, replace(NATIONAL, id="id.kota.bandung.lain", version=7, calc_hash="3" * 64)),
            ruled(2),
            [outcome(before) for _, before, _ in PEOPLE],
            {"loyal": [True] * 10 + [False] * 3, "serapan": [False] * 13},
        ),
        Judged(
            (replace(NATIONAL, version=2, policy_hash="4" * 64, calc_hash="5" * 64),),
            ruled(3),
            [outcome(after) for _, _, after in PEOPLE],
            {"baru": [True] * 13, "loyal": [True] * 8 + [False] * 5},
        ),
        {"credit": Paying(paid, credit.policy.period.cycle)},
        Start(
            date(2026, 4, 1),
            None,
            ("FUNCTIONAL",),
            True,
            (Cut("2026", ("2026-Q1", "2026-Q2"), 5, 1200), Cut("2027", (), 2, 34)),
        ),
    )
    assert found.affected == ("04", "05", "09", "10", "11", "12", "07", "01", "03", "02")
    return msgspec.json.format(canonical(found.impact), indent=1)


def ruled(min_cohort: int) -> Distribution:
    assert RULE is not None
    return replace(RULE, min_cohort=min_cohort)


def test_a_small_city_changes_like_this(shipped: Library) -> None:
    assert small_city(shipped).decode() == GOLDEN.read_text()


def crowd(
    *both: tuple[Outcome, Outcome],
    people: Sequence[Person] = (),
    after: CompiledPolicy = NATIONAL,
    cases: Sequence[Case] = (),
) -> Comparison:
    """Of so many people in one unit, or of these."""
    some = people or [Person(f"{n:02}", "dinkes", "FUNCTIONAL") for n in range(len(both))]
    old, new = zip(*both, strict=True) if both else ((), ())
    rules = ruled(2)
    facts = cases or [Case()] * len(both)
    return compare("bandung", "2026", some, facts, Judged((NATIONAL,), rules, old), Judged((after,), rules, new))


BAIK, BAIK_MORE = Outcome("baik", 2 * MICRO), Outcome("baik", 3 * MICRO)


def test_of_nobody_there_is_a_report_too() -> None:
    impact = crowd().impact

    assert (impact.people, impact.changed, impact.shift, impact.by_unit, impact.most_affected) == (0, 0, None, (), ())
    assert summary(impact) == "0 of 0 predicates change: 0 up, 0 down, 0 newly blocked, 0 newly scored"


def answered(total: int, citizens: int) -> str:
    """The digest of facts where so many citizens answered one element of a survey, and enough the other."""
    elements = {"u1": SurveyElement(total * MICRO, citizens), "u2": SurveyElement(40 * MICRO, 12)}
    return crowd((BAIK, BAIK), cases=[Case(surveys={"skm": elements})]).impact.inputs


def test_the_digest_of_the_facts_tells_nothing_of_what_few_citizens_answered() -> None:
    assert answered(27, 9) == answered(28, 9)
    assert answered(27, 10) != answered(28, 10)
    assert answered(27, 9) != answered(27, 8)


def test_twenty_at_most_are_told_of_and_only_who_is_affected() -> None:
    assert len(crowd(*[(BAIK, BAIK_MORE)] * 20).affected) == 20
    assert crowd(*[(BAIK, BAIK_MORE)] * 21).affected == tuple(f"{n:02}" for n in range(20))
    assert crowd((BAIK, BAIK), (BAIK, BAIK_MORE), (Outcome("baik", None), BAIK)).affected == ("01",)


def test_the_greater_move_comes_first_and_then_the_greater_shift_either_way() -> None:
    low, high = Outcome("baik", MICRO), Outcome("baik", 4 * MICRO)

    assert crowd((BAIK, BAIK_MORE), (high, low), (Outcome("kurang", MICRO), BAIK), (BAIK, BAIK_MORE)).affected == (
        "02",
        "01",
        "00",
        "03",
    )


def test_predicates_of_both_policies_are_ranked_together_and_by_name_where_they_are_level() -> None:
    other = replace(NATIONAL, ranks={"cukup": 3, "baik": 4, "amat_baik": 5})
    impact = crowd(
        (Outcome("butuh_perbaikan", MICRO), Outcome("cukup", MICRO)),
        (Outcome("sangat_baik", MICRO), Outcome("amat_baik", MICRO)),
        (Outcome(None, None), Outcome("cukup", MICRO)),
        (Outcome("kurang", MICRO), Outcome(None, None)),
        after=other,
    ).impact

    assert impact.predicates == (
        "amat_baik",
        "sangat_baik",
        "baik",
        "butuh_perbaikan",
        "cukup",
        "kurang",
        "sangat_kurang",
    )
    # Of another name and the same rank: changed, neither raised nor lowered. Blocked is one below the lowest of each.
    assert (impact.changed, impact.raised, impact.lowered) == (4, 0, 0)
    assert [(one.before, one.after, one.ranks) for one in impact.most_affected] == [
        (BLOCKED, "cukup", 3),
        ("butuh_perbaikan", "cukup", 0),
        ("sangat_baik", "amat_baik", 0),
        ("kurang", BLOCKED, 0),
    ]
    assert [(one.before, one.after) for one in impact.transitions] == [
        ("sangat_baik", "amat_baik"),
        ("butuh_perbaikan", "cukup"),
        ("kurang", BLOCKED),
        (BLOCKED, "cukup"),
    ]


def test_transitions_that_are_level_come_by_name() -> None:
    level = replace(NATIONAL, ranks={"b": 1, "a": 1})
    some = [Outcome(name, MICRO) for name in ("b", "a")]
    pairs = [(old, new) for old in some for new in some]
    found = compare(
        "bandung",
        "2026",
        [Person(f"{n}", "dinkes", "FUNCTIONAL") for n in range(4)],
        [Case()] * 4,
        Judged((level,), None, [old for old, _ in pairs]),
        Judged((level,), None, [new for _, new in pairs]),
    ).impact

    assert [(one.before, one.after) for one in found.transitions] == [("a", "a"), ("a", "b"), ("b", "a"), ("b", "b")]
    assert (found.quotas.checked_before, found.quotas.unknown_before) == (0, 0)


def test_a_policy_that_ranks_nothing_blocks_on_rank_0() -> None:
    nothing = replace(NATIONAL, ranks={})

    (affected,) = crowd((BAIK, Outcome(None, None)), after=nothing).impact.most_affected

    assert (affected.before, affected.after, affected.ranks) == ("baik", BLOCKED, -4)


@pytest.mark.parametrize(
    ("told", "organisation"),
    [
        (["baik", "istimewa"], "baik"),
        (["istimewa", "istimewa", "baik"], "istimewa"),
        ([None, None, None, "istimewa"], "istimewa"),
    ],
)
def test_a_unit_told_several_organisation_predicates_goes_by_most(told: list[str | None], organisation: str) -> None:
    people = [Person(f"{n}", "dinkes", "FUNCTIONAL", organisation=word) for n, word in enumerate(told)]
    best = Outcome("sangat_baik", 3 * MICRO)
    best = (best, best) if organisation == "istimewa" else (BAIK, BAIK)

    (cohort,) = crowd(*[best] * len(people), people=people).impact.quotas.cohorts

    assert (cohort.organisation, cohort.people) == (organisation, len(people))


@pytest.mark.parametrize(
    ("organisation", "mode", "people", "counts"),
    [
        ("istimewa", "advisory", 2, (1, 0, 1)),
        ("istimewa", "enforced", 2, (1, 0, 1)),
        ("istimewa", "off", 2, (0, 0, 0)),
        ("istimewa", "advisory", 1, (0, 0, 0)),
        ("unheard_of", "advisory", 2, (0, 1, 0)),
        ("unheard_of", "off", 2, (0, 0, 0)),
        (None, "advisory", 2, (0, 1, 0)),
    ],
)
def test_a_unit_is_checked_where_its_curve_is_known_and_it_is_large_enough(
    organisation: str | None, mode: Literal["advisory", "enforced", "off"], people: int, counts: tuple[int, int, int]
) -> None:
    best = Outcome("sangat_baik", 3 * MICRO)
    some = [Person(f"{n}", "dinkes", "FUNCTIONAL", organisation=organisation) for n in range(people)]
    judged = Judged((NATIONAL,), replace(ruled(2), mode=mode), [best] * people)

    quotas = compare("bandung", "2026", some, [Case()] * people, judged, judged).impact.quotas

    assert (quotas.checked_before, quotas.unknown_before, quotas.breaching_before) == counts
    assert (quotas.checked_after, quotas.unknown_after, quotas.breaching_after) == counts
    assert len(quotas.cohorts) == counts[2]


def cases(*results: str | None) -> list[Case]:
    """Work results of these levels, or none; behaviour as expected."""
    ratings = {name: {"atasan": [2 * MICRO]} for name in BEHAVIOUR}
    return [Case({}, ratings, {} if level is None else {"skp": [Item(level=level)]}) for level in results]


def test_who_has_a_value_of_what_is_told_row_by_row() -> None:
    sheets = evaluate(NATIONAL, load(cases("di_atas", None, "di_bawah")))

    found = valued(NATIONAL, sheets)

    assert list(found) == ["rencana_hasil_kerja", *BEHAVIOUR]
    assert found["rencana_hasil_kerja"] == [True, False, True]
    assert found["loyal"] == [True, True, True]
    assert [(one.predicate, one.path) for one in judge(NATIONAL, load(cases("di_atas", None, "di_bawah")))] == [
        ("baik", None),
        (None, "indicators/rencana_hasil_kerja"),
        ("butuh_perbaikan", None),
    ]


def test_rows_that_python_judges_are_told_like_the_others(shipped: Library) -> None:
    """Numbers beyond int64 take a row out of the columns."""
    plan = compile_resolved(shipped.get("id.jabar.kota-bandung.tpp"))
    facts = {"pagu_tpp": 100 * MICRO, "predikat_kinerja": "baik", "nilai_kinerja": 80 * MICRO}
    full: dict[str, Fact] = {**facts, "nilai_perilaku": 27 * MICRO // 10}
    beyond: dict[str, Fact] = {**full, "laporan_tepat_waktu": 10**23, "laporan_wajib": 10**23 - 1}
    without: dict[str, Fact] = {**beyond, "nilai_perilaku": "?"}
    del without["nilai_perilaku"]
    large: dict[str, Fact] = {**full, "pagu_tpp": 9 * 10**16 * MICRO}
    sheets = evaluate(plan, load([Case(full), Case(beyond), Case(without), Case(dict(facts)), Case(large)]))

    assert sorted(sheets.exact) == [1, 2, 4]
    assert valued(plan, sheets)["ketepatan_waktu"] == [False, True, True, False, False]
    assert valued(plan, sheets)["perilaku"] == [True, True, False, False, True]
    told = outcomes(sheets)
    assert [one.score for one in told] == [92 * MICRO, 93 * MICRO, None, None, 82_999_999_800_000_000 * MICRO]
    assert [one.path for one in told] == [None, None, "indicators/perilaku", "indicators/perilaku", None]
    assert told[2].reason == told[3].reason


def test_an_allowance_reads_own_facts_and_those_of_the_result(shipped: Library) -> None:
    tpp = shipped.get("id.jabar.kota-bandung.tpp")
    facts: dict[str, Fact] = {"pagu_tpp": 1000 * MICRO, "nilai_perilaku": 27 * MICRO // 10, "apa_saja": True}
    # What only the result may say is never taken from the person.
    lying: dict[str, Fact] = {**facts, "nilai_kinerja": 100 * MICRO, "predikat_kinerja": "sangat_baik"}
    before = [Outcome("baik", 80 * MICRO), Outcome("kurang", 50 * MICRO), Outcome(None, None), Outcome("baik", None)]
    after = [Outcome("baik", 90 * MICRO), Outcome(None, None), Outcome("kurang", 50 * MICRO), Outcome("baik", None)]

    effect = compare(
        "bandung",
        "2026-01",
        [Person(f"{n}", "dinkes", "FUNCTIONAL") for n in range(4)],
        [Case(dict(one)) for one in (facts, facts, lying, lying)],
        Judged((NATIONAL,), None, before),
        Judged((NATIONAL,), None, after),
        {"allowance": Paying(compile_resolved(tpp), "month")},
    ).impact.allowance

    assert effect is not None
    assert effect.cycle == "month"
    # 922 + 539 before: half by predicate (50 and 20 of 100), half by 5/9 of the score and 4/9 of 90.
    # 950 + 539 after.
    assert effect.total == Sum("", 4, "1461", "1489", "28", 2, 2)
    assert [(one.path, one.people) for one in effect.reasons] == [("indicators/hasil_kerja", 2)]


def test_a_policy_that_reads_ratings_and_items_gets_them(samples: dict[str, str]) -> None:
    resolved = Library.read(samples)[0].by_file("b2-instansi-pp-30-2019-360.yaml")
    plan, (test, *_) = compile_resolved(resolved), resolved.policy.tests
    case = of_test(test)
    score = judge(plan, load([case]))[0].score
    found = compare(
        "bandung",
        "2026",
        [Person("1", "dinkes", "FUNCTIONAL")],
        [case],
        Judged((NATIONAL,), None, [BAIK]),
        Judged((NATIONAL,), None, [Outcome(None, None)]),
        {"credit": Paying(plan, "year")},
    ).impact.credit

    assert found is not None
    assert score
    assert case.ratings
    assert case.items
    assert found.total == Sum("", 1, text(score), text(score), "0", 0, 0)


def test_what_has_no_score_and_no_reason_is_counted_without_one() -> None:
    """A policy that gives a predicate and no score pays nothing."""
    found = compare(
        "bandung",
        "2026",
        [Person("1", "dinkes", "FUNCTIONAL")],
        cases("di_atas"),
        Judged((NATIONAL,), None, [BAIK]),
        Judged((NATIONAL,), None, [BAIK]),
        {"credit": Paying(NATIONAL, "year")},
    ).impact.credit

    assert found is not None
    assert found.reasons == (Reason("", "", 1),)


@pytest.mark.parametrize("rank", [3, 5])
def test_who_keeps_a_predicate_of_another_rank_is_neither_raised_nor_lowered(rank: int) -> None:
    impact = crowd((BAIK, BAIK), after=replace(NATIONAL, ranks={"baik": rank})).impact

    assert (impact.changed, impact.raised, impact.lowered, impact.most_affected) == (0, 0, 0, ())


def test_each_side_is_held_to_its_own_rule() -> None:
    best = [Outcome("sangat_baik", 3 * MICRO)] * 2
    known, unheard = (
        [Person(f"{unit}{n}", unit, "FUNCTIONAL", organisation=word) for n in range(2)]
        for unit, word in (("dinkes", "istimewa"), ("setda", "unheard_of"))
    )
    ruled_by, free = Judged((NATIONAL,), ruled(2), best * 2), Judged((NATIONAL,), None, best * 2)

    def quotas(before: Judged, after: Judged) -> Quotas:
        return compare("bandung", "2026", [*known, *unheard], [Case()] * 4, before, after).impact.quotas

    broken = (Breach("max", ("sangat_baik",), 1, 2),)
    assert quotas(ruled_by, free) == Quotas(1, 0, 1, 0, 1, 0, (Cohort("dinkes", "istimewa", 2, broken, ()),))
    assert quotas(free, ruled_by) == Quotas(0, 1, 0, 1, 0, 1, (Cohort("dinkes", "istimewa", 2, (), broken),))
