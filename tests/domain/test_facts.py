"""The fold from events to a case: what each event makes of the facts, and which log positions they rest on."""

from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neraca.domain.achievement import AchievementPublished, AchievementRevised
from neraca.domain.appraisal import events as happened
from neraca.domain.appraisal.events import Competency, Feeds, PlannedResult, Target
from neraca.domain.attendance import AttendanceCorrected, AttendanceRecorded
from neraca.domain.case import Case, Item, SurveyElement
from neraca.domain.facts import FROM_THE_LEDGER, UNWRITTEN, Facts, Rater, digest_of, micro, ranked_in
from neraca.domain.roster import EmployeeSanctioned, SanctionLifted, SanctionRevised
from neraca.domain.survey import SurveyClosed
from neraca.domain.vocabulary import FollowUpKind, GuidanceKind, Priority, Relation, Severity

PLAN = happened.PlanDrafted(
    results=[
        PlannedResult(
            "r1",
            "Layanan",
            [
                Target("berkas", "Berkas", "berkas", Decimal(200), Decimal(60)),
                Target("menit", "Menit", "menit", Decimal("12.5"), Decimal(40), polarity="min"),
            ],
        ),
        PlannedResult("r2", "Tim", [Target("acara", "Acara", "acara", Decimal(20), feeds=Feeds("capaian", "sasaran"))]),
        PlannedResult("r3", "Lain", [Target("x", "Lain", "buah", Decimal(5))], source="lain"),
    ]
)


def six(number: int | str) -> int:
    """A number with its six decimals, as the case holds it."""
    return micro(Decimal(number))


@pytest.fixture
def facts() -> Facts:
    """Of the first half of 2025."""
    return Facts(starts=date(2025, 1, 1), ends=date(2025, 6, 30))


def tell(facts: Facts, *events: Any, since: int = 1) -> list[str]:
    """The inputs that the last one moved; positions count from `since`."""
    moved: list[str] = []
    for position, event in enumerate(events, since):
        moved = sorted(facts.apply(event, position))
    return moved


def planned(facts: Facts) -> Facts:
    """Drafted at 1, approved at 2."""
    tell(facts, PLAN, happened.PlanApproved())
    return facts


def progress(report: str, actual: int | str, until: date, target: str = "berkas") -> happened.ProgressReported:
    result = {"berkas": "r1", "menit": "r1", "acara": "r2", "x": "r3"}[target]
    return happened.ProgressReported(report=report, result=result, target=target, until=until, actual=Decimal(actual))


def accepted(report: str) -> happened.ReportAccepted:
    return happened.ReportAccepted(report=report)


def rated(rater: str, relation: Relation = Relation.PEER, **scores: int | str) -> happened.Rated:
    return happened.Rated(rater=rater, relation=relation, scores={k: Decimal(v) for k, v in scores.items()})


def month(label: str, required: int, absent: int = 0, late: int = 0, early: int = 0) -> AttendanceRecorded:
    return AttendanceRecorded(
        employee="budi", month=label, required_days=required, absent_days=absent, late=late, left_early=early
    )


def stored(facts: Facts) -> Facts:
    """As it comes back from a column of JSON, which keeps the keys of an object in an order of its own."""
    backwards = msgspec.json.decode(msgspec.json.encode(facts))
    return msgspec.convert(turned(backwards), Facts)


def turned(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: turned(value[key]) for key in sorted(value, reverse=True)}
    return [turned(one) for one in value] if isinstance(value, list) else value


def closed(survey: str, **elements: tuple[int | str, int]) -> SurveyClosed:
    return SurveyClosed(
        unit="u",
        period="2025-S1",
        survey=survey,
        sums={name: Decimal(total) for name, (total, _) in elements.items()},
        counts={name: count for name, (_, count) in elements.items()},
    )


def test_a_draft_is_no_plan_until_it_is_approved(facts: Facts) -> None:
    assert tell(facts, PLAN) == []
    assert facts.case == Case()

    assert tell(facts, happened.PlanApproved(), since=2) == ["facts/sasaran", "items/lain", "items/skp"]
    assert facts.case.items["skp"] == [
        Item(target=six(200), weight=six(60)),
        Item(target=six("12.5"), weight=six(40), polarity="min"),
    ]
    assert facts.case.items["lain"] == [Item(target=six(5))]
    assert facts.case.facts == {"sasaran": six(20)}
    assert sorted(facts.sources["items/skp/1"]) == [1, 2]


def test_the_last_draft_before_approval_counts(facts: Facts) -> None:
    other = happened.PlanDrafted(results=PLAN.results[2:])

    tell(facts, PLAN, happened.PlanSubmitted(), happened.PlanReturned(feedback="ulang"), other, happened.PlanApproved())

    assert facts.case.items == {"lain": [Item(target=six(5))]}
    assert sorted(facts.sources["items/lain/0"]) == [4, 5]


def test_progress_counts_when_it_is_accepted(facts: Facts) -> None:
    planned(facts)

    assert tell(facts, progress("a", 90, date(2025, 3, 31)), since=3) == []
    assert facts.case.items["skp"][0].actual is None
    assert tell(facts, accepted("a"), since=4) == ["items/skp"]
    assert facts.case.items["skp"][0].actual == six(90)


def test_an_item_rests_on_its_plan_its_report_and_the_acceptance(facts: Facts) -> None:
    tell(planned(facts), progress("a", 90, date(2025, 3, 31)), accepted("a"), since=3)

    assert sorted(facts.sources["items/skp/0"]) == [1, 2, 3, 4]
    assert sorted(facts.sources["items/skp/1"]) == [1, 2]


def test_returned_progress_never_counts(facts: Facts) -> None:
    planned(facts)

    tell(
        facts,
        progress("a", 90, date(2025, 3, 31)),
        happened.ReportReturned(report="a", feedback="tanpa bukti"),
        progress("b", 70, date(2025, 3, 31)),
        accepted("b"),
    )

    assert facts.case.items["skp"][0].actual == six(70)


def test_a_report_of_earlier_days_accepted_later_does_not_take_progress_back(facts: Facts) -> None:
    planned(facts)
    may, march = progress("mei", 150, date(2025, 5, 31)), progress("maret", 90, date(2025, 3, 31))

    moved = tell(facts, march, may, accepted("mei"), accepted("maret"), since=3)

    assert moved == []
    assert facts.case.items["skp"][0].actual == six(150)
    assert sorted(facts.sources["items/skp/0"]) == [1, 2, 4, 5]


def test_of_two_reports_to_the_same_day_the_one_accepted_last_counts(facts: Facts) -> None:
    planned(facts)

    tell(
        facts,
        progress("a", 90, date(2025, 3, 31)),
        progress("b", "91.25", date(2025, 3, 31)),
        accepted("b"),
        accepted("a"),
    )

    assert facts.case.items["skp"][0].actual == six(90)


def test_a_target_may_feed_facts_instead_of_an_item(facts: Facts) -> None:
    planned(facts)

    moved = tell(facts, progress("a", "18.5", date(2025, 3, 31), "acara"), accepted("a"), since=3)

    assert moved == ["facts/capaian", "facts/sasaran"]
    assert facts.case.facts == {"capaian": six("18.5"), "sasaran": six(20)}
    assert sorted(facts.sources["facts/capaian"]) == [1, 2, 3, 4]
    assert "r2" not in facts.case.items


def test_a_revised_target_keeps_what_was_achieved(facts: Facts) -> None:
    tell(planned(facts), progress("a", 90, date(2025, 3, 31)), accepted("a"), since=3)

    revised = happened.TargetRevised(result="r1", target="berkas", reason="tugas baru", value=Decimal(150))
    fed = happened.TargetRevised(result="r2", target="acara", reason="tugas baru", value=Decimal(25))

    assert tell(facts, revised, since=5) == ["items/skp"]
    assert tell(facts, fed, since=6) == ["facts/sasaran"]
    assert facts.case.items["skp"][0] == Item(target=six(150), actual=six(90), weight=six(60))
    assert facts.case.facts["sasaran"] == six(25)
    assert sorted(facts.sources["items/skp/0"]) == [1, 2, 3, 4, 5]

    tell(facts, progress("b", 95, date(2025, 4, 30)), accepted("b"), since=7)
    assert sorted(facts.sources["items/skp/0"]) == [1, 2, 5, 7, 8]


def test_daily_reports_count_by_the_distinct_day_they_are_of(facts: Facts) -> None:
    reports = [
        happened.ActivityReported(report=name, day=date(2025, 2, day), activity="loket")
        for name, day in (("a", 3), ("b", 3), ("c", 4), ("d", 5))
    ]
    tell(facts, *reports)

    assert tell(facts, accepted("a"), since=5) == ["facts/laporan_disetujui"]
    assert tell(facts, accepted("b"), since=6) == []
    tell(facts, accepted("c"), happened.ReportReturned(report="d", feedback="kosong"), since=7)

    assert facts.case.facts == {"laporan_disetujui": six(2)}
    assert facts.sources["facts/laporan_disetujui"] == [5, 7]


def test_reports_of_days_off_are_not_counted_and_that_is_said(facts: Facts) -> None:
    def report(name: str, day: int, working_day: bool) -> happened.ActivityReported:
        return happened.ActivityReported(report=name, day=date(2025, 2, day), activity="posko", working_day=working_day)

    tell(facts, report("a", 1, False), report("b", 1, False), report("c", 2, False), report("d", 3, True))
    tell(facts, *(accepted(name) for name in "abc"), since=5)

    assert facts.case.facts == {}
    assert facts.remarks() == {"facts/laporan_disetujui": "accepted reports of no working day, not counted: 2"}
    tell(facts, accepted("d"), since=8)
    assert facts.case.facts == {"laporan_disetujui": six(1)}


def test_a_judged_result_is_one_item_with_its_level(facts: Facts) -> None:
    planned(facts)

    assert tell(facts, happened.LevelJudged(result="r1", level="sesuai"), since=3) == ["items/skp"]
    assert facts.case.items["skp"] == [Item(level="sesuai")]
    assert facts.sources["items/skp/0"] == [3]
    assert "items/skp/1" not in facts.sources

    tell(facts, happened.LevelJudged(result="r1", level="di_atas"), since=4)
    assert facts.case.items["skp"] == [Item(level="di_atas")]
    assert facts.sources["items/skp/0"] == [4]


def test_the_last_assessment_of_competencies_replaces_those_before(facts: Facts) -> None:
    three = [Competency(name, Decimal(4), Decimal(3)) for name in ("teknis", "manajerial", "sosial")]
    tell(facts, happened.CompetenciesAssessed(competencies=three, basis="uji"))

    moved = tell(facts, happened.CompetenciesAssessed(competencies=three[:2], basis="uji ulang"), since=2)

    assert moved == ["items/kompetensi"]
    assert facts.case.items["kompetensi"] == [Item(target=six(4), actual=six(3))] * 2
    assert {path for path in facts.sources if path.startswith("items")} == {"items/kompetensi/0", "items/kompetensi/1"}


def test_ratings_gather_by_indicator_and_group(facts: Facts) -> None:
    moved = tell(
        facts,
        rated("sri", Relation.SUPERVISOR, layanan=80),
        rated("ani", layanan="70.5", disiplin=60),
        rated("cici", layanan=90),
    )

    assert moved == ["ratings/layanan"]
    assert facts.case.ratings == {
        "layanan": {"atasan": [six(80)], "rekan": [six("70.5"), six(90)]},
        "disiplin": {"rekan": [six(60)]},
    }
    assert facts.sources["ratings/layanan/rekan"] == [2, 3]


def test_a_revised_rating_replaces_what_it_names_only(facts: Facts) -> None:
    tell(facts, rated("ani", layanan=70, disiplin=60), rated("cici", layanan=90))

    revised = happened.RatingRevised(rater="ani", scores={"disiplin": Decimal(65)}, reason="bukti baru")

    assert tell(facts, revised, since=3) == ["ratings/disiplin"]
    assert facts.case.ratings == {"layanan": {"rekan": [six(70), six(90)]}, "disiplin": {"rekan": [six(65)]}}
    assert facts.sources["ratings/layanan/rekan"] == [1, 2]
    assert facts.sources["ratings/disiplin/rekan"] == [3]


def test_a_withdrawn_rating_is_as_if_never_given(facts: Facts) -> None:
    tell(facts, rated("cici", layanan=90))
    before, digest = facts.case.ratings["layanan"]["rekan"][:], facts.digest()
    tell(facts, rated("ani", layanan=70, disiplin=60), since=2)

    moved = tell(facts, happened.RatingWithdrawn(rater="ani", reason="mundur"), since=3)

    assert moved == ["ratings/disiplin", "ratings/layanan"]
    assert facts.case.ratings == {"layanan": {"rekan": before}}
    assert facts.sources == {"ratings/layanan/rekan": [1]}
    assert facts.digest() == digest


def test_attendance_sums_the_months_of_the_period(facts: Facts) -> None:
    moved = tell(facts, month("2025-01", 21, 1, 2, 3), month("2025-02", 19, 0, 1, 0), month("2025-06", 20, 2))

    assert moved == [
        "facts/hari_kerja_wajib",
        "facts/hari_tanpa_keterangan",
        "facts/kali_pulang_awal",
        "facts/kali_terlambat",
    ]
    assert facts.case.facts == {
        "hari_kerja_wajib": six(60),
        "hari_tanpa_keterangan": six(3),
        "kali_terlambat": six(3),
        "kali_pulang_awal": six(3),
    }
    assert facts.sources["facts/kali_terlambat"] == [1, 2, 3]


def test_attendance_of_other_months_is_not_ours(facts: Facts) -> None:
    assert tell(facts, month("2024-12", 20, 5), month("2025-07", 20, 5)) == []
    assert facts.case == Case()


def test_a_corrected_month_replaces_the_recorded_one(facts: Facts) -> None:
    corrected = AttendanceCorrected(employee="budi", month="2025-01", required_days=20, late=1, reason="izin")
    outside = AttendanceCorrected(employee="budi", month="2025-09", required_days=20, late=9, reason="izin")

    tell(facts, month("2025-01", 21, 4, 7, 2), month("2025-02", 19, 1), corrected, outside)

    assert facts.case.facts == {
        "hari_kerja_wajib": six(39),
        "hari_tanpa_keterangan": six(1),
        "kali_terlambat": six(1),
        "kali_pulang_awal": 0,
    }
    assert sorted(facts.sources["facts/hari_kerja_wajib"]) == [2, 3]


def test_a_closed_survey_gives_sums_and_counts(facts: Facts) -> None:
    moved = tell(facts, closed("skm", u1=("95.5", 30), u2=("80", 28)))

    assert moved == ["surveys/skm"]
    assert facts.case.surveys == {"skm": {"u1": SurveyElement(six("95.5"), 30), "u2": SurveyElement(six(80), 28)}}
    assert facts.sources == {"surveys/skm": [1]}


def test_a_revised_achievement_replaces_the_published_one(facts: Facts) -> None:
    published = AchievementPublished(unit="u", period="2025-S1", index=Decimal(98), predicate="baik", source="LKjIP")
    revised = AchievementRevised(unit="u", period="2025-S1", index=Decimal("111.5"), predicate="istimewa", reason="x")

    moved = tell(facts, published, revised)

    assert moved == ["facts/capaian_iku_perangkat_daerah", "facts/predikat_organisasi"]
    assert facts.case.facts == {"capaian_iku_perangkat_daerah": six("111.5"), "predikat_organisasi": "istimewa"}
    assert set(map(tuple, facts.sources.values())) == {(2,)}


@pytest.mark.parametrize(
    ("severities", "worst", "at"),
    [
        ([Severity.LIGHT], "ringan", [1]),
        ([Severity.SEVERE, Severity.LIGHT], "berat", [1]),
        ([Severity.MODERATE, Severity.SEVERE, Severity.SEVERE], "berat", [2]),
    ],
)
def test_the_worst_sanction_of_the_period_counts(
    facts: Facts, severities: list[Severity], worst: str, at: list[int]
) -> None:
    tell(facts, *(EmployeeSanctioned(severity=s, on=date(2025, 3, 1), decree="SK") for s in severities))

    assert facts.case.facts == {"hukuman_disiplin": worst}
    assert facts.sources == {"facts/hukuman_disiplin": at}


@pytest.mark.parametrize(
    ("day", "counts"),
    [("2024-12-31", False), ("2025-01-01", True), ("2025-06-30", True), ("2025-07-01", False)],
)
def test_a_sanction_counts_in_the_period_that_holds_its_day(facts: Facts, day: str, counts: bool) -> None:
    moved = tell(facts, EmployeeSanctioned(severity=Severity.LIGHT, on=date.fromisoformat(day), decree="SK"))

    assert bool(moved) is counts
    assert bool(facts.case.facts) is counts


@pytest.mark.parametrize(
    ("given", "value"),
    [({"number": Decimal("7.25")}, 7_250_000), ({"flag": False}, False), ({"flag": True}, True), ({"word": "a"}, "a")],
)
def test_an_established_fact_is_a_number_a_flag_or_a_word(facts: Facts, given: dict[str, Any], value: object) -> None:
    first = happened.FactEstablished(fact="f", basis="SK 1", number=Decimal(1))

    tell(facts, first, happened.FactEstablished(fact="f", basis="SK 2", **given))

    assert facts.case.facts == {"f": value}
    assert type(facts.case.facts["f"]) is type(value)
    assert facts.sources == {"facts/f": [2]}


def test_who_leaves_a_unit_leaves_its_survey_and_achievement_behind(facts: Facts) -> None:
    published = AchievementPublished(unit="u", period="2025-S1", index=Decimal(98), predicate="baik", source="LKjIP")
    tell(facts, published, closed("skm", u1=(80, 30)), month("2025-01", 20), rated("ani", layanan=70))

    assert sorted(facts.leave_unit()) == [
        "facts/capaian_iku_perangkat_daerah",
        "facts/predikat_organisasi",
        "surveys/skm",
    ]
    assert facts.case.surveys == {}
    assert set(facts.case.facts) == {
        "hari_kerja_wajib",
        "hari_tanpa_keterangan",
        "kali_terlambat",
        "kali_pulang_awal",
    }
    assert list(facts.leave_unit()) == []

    tell(facts, closed("skm", u1=(90, 31)), since=9)
    assert facts.case.surveys == {"skm": {"u1": SurveyElement(six(90), 31)}}
    assert facts.sources["surveys/skm"] == [9]


@pytest.mark.parametrize(
    "event",
    [
        happened.PlanSubmitted(),
        happened.PlanReturned(feedback="x"),
        happened.DocumentReceived(on=date(2025, 7, 9)),
        happened.ObjectionFiled(grounds="x", filed=date(2025, 7, 9)),
        happened.Reopened(reason="x"),
        happened.TermsRevised(terms=happened.PlanTerms(resources="x"), reason="x"),
        happened.GuidanceRecorded(guidance="b", kind=GuidanceKind.COACHING, on=date(2025, 2, 3), by="sri", note="x"),
        happened.GuidanceAnswered(guidance="b", answer="x"),
        happened.FollowUpRecorded(kind=FollowUpKind.TRAINING, note="x"),
        happened.Reassigned(unit="x", appraiser="y", since=date(2025, 2, 1), reason="z"),
    ],
)
def test_events_that_say_nothing_of_facts_move_none(facts: Facts, event: Any) -> None:
    planned(facts)
    digest = facts.digest()

    assert tell(facts, event, since=3) == []
    assert facts.digest() == digest


def test_numbers_of_more_than_six_decimals_are_refused_never_rounded() -> None:
    assert micro(Decimal("0.000001")) == 1
    assert micro(Decimal("123456789012345678.123456")) == 123456789012345678123456
    with pytest.raises(ValueError, match="more than 6 decimals"):
        micro(Decimal("0.0000001"))


def test_the_digest_tells_any_change_of_a_fact(facts: Facts) -> None:
    seen = {facts.digest()}
    for event in (PLAN, happened.PlanApproved(), rated("ani", layanan=70), month("2025-01", 20), closed("s", u=(1, 1))):
        tell(facts, event)
        seen.add(facts.digest())

    assert len(seen) == 5  # a draft alone says nothing


UNRELATED = [
    (rated("ani", layanan=70), happened.RatingRevised(rater="ani", scores={"layanan": Decimal(71)}, reason="x")),
    (rated("sri", Relation.SUPERVISOR, layanan=80),),
    (rated("warga-2", Relation.CITIZEN, layanan=60), rated("warga-10", Relation.CITIZEN, layanan=70)),
    (month("2025-01", 20, 1), month("2025-02", 19)),
    (closed("skm", u1=(80, 30)),),
    (happened.FactEstablished(fact="f", basis="SK", number=Decimal(3)),),
    (PLAN, happened.PlanApproved(), progress("a", 90, date(2025, 3, 31)), accepted("a")),
    (EmployeeSanctioned(severity=Severity.LIGHT, on=date(2025, 3, 1), decree="SK"),),
    (happened.ActivityReported(report="h", day=date(2025, 2, 3), activity="x"), accepted("h")),
]


@settings(max_examples=50, deadline=None)
@given(data=st.data())
def test_unrelated_events_make_the_same_facts_in_any_order(data: st.DataObject) -> None:
    """Each list keeps its own order; between the lists any order will do."""
    turns = data.draw(st.permutations([n for n, events in enumerate(UNRELATED) for _ in events]))
    queues = [list(events) for events in UNRELATED]
    one, other = (Facts(starts=date(2025, 1, 1), ends=date(2025, 6, 30)) for _ in range(2))

    tell(one, *(event for events in UNRELATED for event in events))
    tell(other, *(queues[n].pop(0) for n in turns))

    assert other.case == one.case
    assert other.digest() == one.digest()


@settings(max_examples=50, deadline=None)
@given(data=st.data())
def test_facts_that_were_stored_on_the_way_are_the_same(data: st.DataObject) -> None:
    turns = data.draw(st.permutations([n for n, events in enumerate(UNRELATED) for _ in events]))
    queues = [list(events) for events in UNRELATED]
    kept, loaded = (Facts(starts=date(2025, 1, 1), ends=date(2025, 6, 30)) for _ in range(2))

    for position, turn in enumerate(turns, 1):
        event = queues[turn].pop(0)
        assert set(loaded.apply(event, position)) == set(kept.apply(event, position))
        loaded = stored(loaded)

    assert loaded == kept
    assert loaded.digest() == kept.digest()


def test_progress_on_a_second_target_is_that_targets(facts: Facts) -> None:
    planned(facts)
    report = happened.ProgressReported(
        report="l1", result="r1", target="menit", until=date(2025, 3, 31), actual=Decimal("10.5"), evidence=[]
    )

    moved = tell(facts, report, happened.ReportAccepted(report="l1"), since=3)

    assert moved == ["items/skp"]
    assert [(item.actual, item.polarity) for item in facts.case.items["skp"]] == [(None, "max"), (six("10.5"), "min")]
    assert (facts.sources["items/skp/0"], facts.sources["items/skp/1"]) == ([2, 1], [2, 1, 3, 4])


def test_a_level_judged_on_a_second_result_is_that_results(facts: Facts) -> None:
    alike = [PlannedResult(name, "Hasil", [Target("t", "Laporan", "laporan")]) for name in ("a", "b")]
    tell(facts, happened.PlanDrafted(results=alike), happened.PlanApproved())

    tell(facts, happened.LevelJudged(result="b", level="sesuai"), since=3)

    assert [item.level for item in facts.case.items["skp"]] == [None, "sesuai"]
    assert facts.sources["items/skp/1"] == [3]
    assert 3 not in facts.sources.get("items/skp/0", [])


def test_after_a_judged_result_those_that_are_not_are_still_there(facts: Facts) -> None:
    several = [PlannedResult(name, "Hasil", [Target("t", "Laporan", "laporan")]) for name in ("a", "b", "c")]
    tell(facts, happened.PlanDrafted(results=several), happened.PlanApproved())

    tell(facts, happened.LevelJudged(result="a", level="sesuai"), since=3)

    assert [item.level for item in facts.case.items["skp"]] == ["sesuai", None, None]


def test_a_plan_of_old_with_results_among_competencies_is_still_folded(facts: Facts) -> None:
    """No plan may have them today. An assessment leaves a list that is not that of the plan."""
    targets = [Target(name, "Laporan", "laporan", Decimal(10), weight=Decimal(50)) for name in ("s", "t")]
    tell(facts, happened.PlanDrafted(results=[PlannedResult("r", "Hasil", targets, source="kompetensi")]))
    assessed = happened.CompetenciesAssessed(competencies=[Competency("teknis", Decimal(4), Decimal(3))], basis="uji")
    tell(facts, happened.PlanApproved(), assessed)

    moved = tell(facts, happened.TargetRevised(result="r", target="t", reason="x", value=Decimal(9), weight=None))

    assert moved == ["items/kompetensi"]
    assert [item.target for item in facts.case.items["kompetensi"]] == [six(10), six(9)]


def test_a_target_may_feed_its_actual_alone(facts: Facts) -> None:
    target = Target("acara", "Acara", "acara", Decimal(20), feeds=Feeds("capaian"))
    tell(facts, happened.PlanDrafted(results=[PlannedResult("r", "Tim", [target])]), happened.PlanApproved())
    report = happened.ProgressReported(
        report="l1", result="r", target="acara", until=date(2025, 3, 31), actual=Decimal(7), evidence=[]
    )

    moved = tell(facts, report, happened.ReportAccepted(report="l1"), since=3)

    assert moved == ["facts/capaian"]
    assert facts.case.facts == {"capaian": six(7)}
    assert facts.case.items == {"skp": []}


def test_a_digest_of_what_a_policy_reads_leaves_other_surveys_out(facts: Facts) -> None:
    tell(facts, closed("skm", u1=(80, 30)), month("2025-01", 20))
    alone = facts.digest()
    assert facts.digest(()) != alone
    assert facts.digest(["skm"]) == facts.digest(["skm", "x"]) == alone

    tell(facts, closed("lain", a=(1, 1)), since=3)

    assert facts.digest() not in (alone, facts.digest(["lain"]))
    assert facts.digest(["skm"]) == alone
    assert facts.digest() == facts.digest(["lain", "skm"])
    assert [*facts.case.surveys] == ["skm", "lain"], "the case itself keeps both"


def several_results(facts: Facts, *priorities: Priority, source: str = "skp") -> None:
    results = [
        PlannedResult(f"r{n}", "Hasil", [Target("t", "Laporan", "laporan")], priority, source)
        for n, priority in enumerate(priorities)
    ]
    tell(facts, happened.PlanDrafted(results=results), happened.PlanApproved())


def test_an_item_has_the_priority_of_its_planned_result(facts: Facts) -> None:
    several_results(facts, Priority.PRIMARY, Priority.ADDITIONAL)
    assert facts.case.items["skp"] == [Item(), Item(priority="tambahan")]

    tell(facts, happened.LevelJudged(result="r1", level="sesuai"), since=3)
    assert facts.case.items["skp"] == [Item(), Item(level="sesuai", priority="tambahan")]

    tell(facts, happened.TargetRevised(result="r0", target="t", reason="x", weight=Decimal(40)), since=4)
    assert facts.case.items["skp"] == [Item(weight=six(40)), Item(level="sesuai", priority="tambahan")]


def test_a_digest_has_priorities_of_the_lists_only_that_a_policy_ranks(facts: Facts) -> None:
    """What was recorded before items had a priority must come out the same."""
    several_results(facts, Priority.PRIMARY, Priority.ADDITIONAL)
    before = digest_of(Case(items={"skp": [Item(), Item()]}))

    assert facts.digest() == facts.digest(ranked=["lain"]) == before
    assert facts.digest(ranked=["skp"]) == digest_of(facts.case) != before
    assert ranked_in(facts.case, ["skp"]) is facts.case
    assert ranked_in(facts.case, []) == Case(items={"skp": [Item(), Item()]})
    assert facts.case.items["skp"] == [Item(), Item(priority="tambahan")], "the case itself keeps them"


def test_without_reports_of_days_off_there_is_nothing_to_remark(facts: Facts) -> None:
    tell(facts, happened.ActivityReported(report="h", day=date(2025, 2, 3), activity="x"), accepted("h"))
    assert facts.remarks() == {}


def test_who_rates_again_replaces_all_they_gave_and_comes_last(facts: Facts) -> None:
    tell(facts, rated("ani", layanan=70, disiplin=60), rated("cici", layanan=90))

    assert tell(facts, rated("ani", layanan=75), since=3) == ["ratings/layanan"]
    assert facts.case.ratings["layanan"] == {"rekan": [six(90), six(75)]}
    assert facts.sources["ratings/layanan/rekan"] == [2, 3]


def test_a_rating_that_comes_before_the_last_is_put_in_its_place(facts: Facts) -> None:
    facts.apply(rated("ani", layanan=70), 5)
    assert [*facts.apply(rated("cici", layanan=90), 3)] == ["ratings/layanan"]

    assert facts.case.ratings == {"layanan": {"rekan": [six(90), six(70)]}}
    assert facts.sources == {"ratings/layanan/rekan": [3, 5]}


def test_a_rating_beside_values_without_a_source_is_gathered_anew(facts: Facts) -> None:
    """Where a closed group shows what it came to, there are values of which no event is named."""
    tell(facts, rated("ani", layanan=70))
    facts.case.ratings["layanan"]["rekan"] = [six(70), six(80), six(80)]

    tell(facts, rated("cici", layanan=90), since=2)

    assert facts.case.ratings == {"layanan": {"rekan": [six(70), six(90)]}}
    assert facts.sources == {"ratings/layanan/rekan": [1, 2]}


def test_ratings_of_another_group_are_left_where_they_are(facts: Facts) -> None:
    tell(facts, rated("sri", Relation.SUPERVISOR, layanan=80), rated("ani", layanan=70))
    before = facts.case.ratings["layanan"]["atasan"]

    assert tell(facts, happened.RatingWithdrawn(rater="ani", reason="x"), since=3) == ["ratings/layanan"]
    assert facts.case.ratings == {"layanan": {"atasan": before}}
    assert tell(facts, happened.RatingWithdrawn(rater="sri", reason="x"), since=4) == ["ratings/layanan"]
    assert facts.case.ratings == {}
    assert facts.sources == {}


def test_a_shorter_assessment_leaves_no_source_behind_and_a_longer_one_adds(facts: Facts) -> None:
    several = [Competency(name, Decimal(4), Decimal(n)) for n, name in enumerate("abc")]
    for at, kept in enumerate((1, 3, 2, 0), 1):
        facts.apply(happened.CompetenciesAssessed(competencies=several[:kept], basis="uji"), at)
        assert facts.sources == {f"items/kompetensi/{n}": [at] for n in range(kept)}
        assert facts.case.items == {"kompetensi": [Item(six(4), six(n)) for n in range(kept)]}


def test_a_second_approval_without_a_draft_leaves_no_plan(facts: Facts) -> None:
    tell(planned(facts), happened.PlanApproved(), since=3)
    assert (facts.results, facts.drafted) == ([], [])


def test_a_revised_weight_leaves_the_target_and_the_other_way_round(facts: Facts) -> None:
    planned(facts)
    tell(facts, happened.TargetRevised(result="r1", target="berkas", reason="x", weight=Decimal(55)), since=3)
    assert facts.case.items["skp"][0] == Item(target=six(200), weight=six(55))
    tell(facts, happened.TargetRevised(result="r1", target="berkas", reason="x", value=Decimal(0)), since=4)
    assert facts.case.items["skp"][0] == Item(target=0, weight=six(55))
    assert facts.sources["items/skp/0"] == [2, 1, 3, 4]


@pytest.mark.parametrize(
    ("label", "ours"), [("2024-12", False), ("2025-01", True), ("2025-06", True), ("2025-07", False)]
)
def test_a_month_is_the_periods_whose_first_day_lies_in_it(facts: Facts, label: str, ours: bool) -> None:
    assert bool(tell(facts, month(label, 20))) is ours
    assert bool(facts.months) is ours


def test_sources_are_told_in_the_order_of_the_months(facts: Facts) -> None:
    tell(facts, month("2025-03", 20), month("2025-01", 21))
    assert facts.sources["facts/kali_terlambat"] == [2, 1]


def test_a_sanction_that_changes_nothing_moves_nothing(facts: Facts) -> None:
    severe = EmployeeSanctioned(severity=Severity.SEVERE, on=date(2025, 3, 1), decree="SK 1")
    lighter = EmployeeSanctioned(severity=Severity.LIGHT, on=date(2025, 3, 2), decree="SK 2")
    path = ["facts/hukuman_disiplin"]
    assert tell(facts, severe) == path
    assert tell(facts, lighter, since=2) == []
    assert tell(facts, SanctionLifted(decree="SK 9", by="x", reason="x"), since=3) == []
    assert tell(facts, SanctionRevised(decree="SK 1", severity=Severity.SEVERE, by="x", reason="x"), since=4) == path
    assert facts.sources["facts/hukuman_disiplin"] == [1, 4]
    assert tell(facts, SanctionLifted(decree="SK 2", by="x", reason="x"), since=5) == []
    assert tell(facts, SanctionLifted(decree="SK 1", by="x", reason="x"), since=6) == path
    assert (facts.case.facts, facts.sources) == ({}, {})


def test_all_sanctions_of_one_decree_are_revised_and_lifted_together(facts: Facts) -> None:
    alike = [EmployeeSanctioned(severity=Severity.LIGHT, on=date(2025, 3, day), decree="SK") for day in (1, 2)]
    tell(facts, *alike, SanctionRevised(decree="SK", severity=Severity.MODERATE, by="x", reason="x"))
    assert [(one.severity, one.at) for one in facts.sanctions] == [
        (Severity.MODERATE, [1, 3]),
        (Severity.MODERATE, [2, 3]),
    ]
    tell(facts, SanctionLifted(decree="SK", by="x", reason="x"), since=4)
    assert facts.sanctions == []


def test_the_facts_that_the_ledger_counts_itself() -> None:
    names = (
        "laporan_disetujui hari_kerja_wajib hari_tanpa_keterangan kali_terlambat kali_pulang_awal"
        " capaian_iku_perangkat_daerah predikat_organisasi hukuman_disiplin hasil_selaras hasil_direncanakan"
    )
    assert set(names.split()) == FROM_THE_LEDGER
    assert UNWRITTEN == {"hukuman_disiplin": "tidak_ada"}
    with pytest.raises(ValueError, match=r"^5E-7 has more than 6 decimals$"):
        micro(Decimal("0.0000005"))


def test_a_target_without_a_value_feeds_no_target_until_it_has_one(facts: Facts) -> None:
    target = Target("acara", "Acara", "acara", feeds=Feeds("capaian", "sasaran"))
    tell(facts, happened.PlanDrafted(results=[PlannedResult("r", "Tim", [target])]), happened.PlanApproved())
    assert (facts.case.facts, facts.sources) == ({}, {})

    weighed = happened.TargetRevised(result="r", target="acara", reason="x", weight=Decimal(5))
    valued = happened.TargetRevised(result="r", target="acara", reason="x", value=Decimal(9))
    assert tell(facts, weighed, since=3) == []
    assert tell(facts, valued, since=4) == ["facts/sasaran"]
    assert facts.case.facts == {"sasaran": six(9)}
    assert facts.sources == {"facts/sasaran": [2, 1, 3, 4]}


def test_a_report_waits_until_it_is_answered_and_no_longer(facts: Facts) -> None:
    planned(facts)
    tell(facts, progress("a", 90, date(2025, 3, 31)), progress("b", 80, date(2025, 3, 30)), since=3)
    assert [*facts.pending] == ["a", "b"]
    assert facts.pending["a"].working_day, "so a stored row tells it of every report"
    tell(facts, happened.ReportReturned(report="a", feedback="x"), since=5)
    assert [*facts.pending] == ["b"]
    tell(facts, accepted("b"), since=6)
    assert facts.pending == {}


def test_a_target_stands_in_its_list_after_judged_results_and_without_those_that_feed_facts(facts: Facts) -> None:
    """The list has one item for a judged result, however many targets it has, and none for a target that feeds one."""

    def result(name: str, *targets: str, source: str = "skp", feeds: Feeds | None = None) -> PlannedResult:
        made = [Target(f"{name}{one}", "Laporan", "laporan", Decimal(10), feeds=feeds) for one in targets]
        return PlannedResult(name, "Hasil", made, source=source)

    fed = result("b", "1", feeds=Feeds("capaian"))
    plan = [result("a", "1", "2"), result("l", "1", "2", source="lain"), fed, result("c", "1", "2"), result("d", "1")]
    tell(facts, happened.PlanDrafted(results=plan), happened.PlanApproved())
    tell(facts, happened.LevelJudged(result="a", level="sesuai"), since=3)

    for at, target in enumerate(("c1", "c2", "d1", "l2"), 4):
        facts.apply(happened.TargetRevised(result=target[0], target=target, reason="x", value=Decimal(at)), at)

    assert [(item.level, item.target) for item in facts.case.items["skp"]] == [
        ("sesuai", None),
        (None, six(4)),
        (None, six(5)),
        (None, six(6)),
    ]
    assert [item.target for item in facts.case.items["lain"]] == [six(10), six(7)]
    assert {path: at for path, at in facts.sources.items() if path.startswith("items")} == {
        "items/skp/0": [3],
        "items/skp/1": [2, 1, 4],
        "items/skp/2": [2, 1, 5],
        "items/skp/3": [2, 1, 6],
        "items/lain/0": [2, 1],
        "items/lain/1": [2, 1, 7],
    }


def test_a_revised_target_of_a_judged_result_moves_no_item(facts: Facts) -> None:
    """A target of a judged result stands in no list of its own: its level does."""
    planned(facts)
    tell(facts, happened.LevelJudged(result="r1", level="sesuai"), since=3)
    before = facts.case.items["skp"]

    moved = tell(facts, happened.TargetRevised(result="r1", target="menit", reason="x", value=Decimal(9)), since=4)

    assert moved == ["items/skp"]
    assert facts.case.items["skp"] == before == [Item(level="sesuai")]
    assert facts.sources["items/skp/0"] == [3]


def test_a_single_rating_rests_on_its_event_and_one_between_two_is_put_between(facts: Facts) -> None:
    facts.apply(rated("ani", layanan=70), 2)
    assert facts.sources == {"ratings/layanan/rekan": [2]}
    facts.apply(rated("cici", layanan=90), 5)
    facts.apply(rated("didi", layanan=80), 3)
    assert facts.case.ratings == {"layanan": {"rekan": [six(70), six(80), six(90)]}}
    assert facts.sources == {"ratings/layanan/rekan": [2, 3, 5]}


def test_targets_of_one_name_are_told_apart_by_their_result(facts: Facts) -> None:
    alike = [PlannedResult(name, "Hasil", [Target("t", "Laporan", "laporan", Decimal(5))]) for name in ("a", "b")]
    tell(facts, happened.PlanDrafted(results=alike), happened.PlanApproved())
    tell(facts, happened.TargetRevised(result="b", target="t", reason="x", value=Decimal(9)), since=3)
    assert [item.target for item in facts.case.items["skp"]] == [six(5), six(9)]
    for result, target in (("a", "u"), ("c", "t")):
        with pytest.raises(LookupError, match=f"^'?no target {target} of a result {result} in the plan'?$"):
            tell(facts, happened.TargetRevised(result=result, target=target, reason="x", value=Decimal(9)))


def test_what_nothing_was_told_of_is_kept_as_nothing(facts: Facts) -> None:
    assert facts.drafted_at == 0
    assert [one.judged_at for one in planned(facts).results] == [0, 0, 0]
    assert not Rater("rekan", {}, {}).hidden
    tell(facts, happened.FactEstablished(fact="f", basis="SK"))
    assert facts.case.facts["f"] == ""
    assert tell(facts, SanctionLifted(decree="SK 9", by="x", reason="x")) == []


def test_what_was_left_with_a_unit_rests_on_nothing(facts: Facts) -> None:
    published = AchievementPublished(unit="u", period="2025-S1", index=Decimal(98), predicate="baik", source="LKjIP")
    tell(facts, published, closed("skm", u1=(80, 30)))
    facts.leave_unit()
    assert facts.sources == {}


def test_a_withdrawn_fact_counts_no_more_and_what_the_plan_feeds_does_again(facts: Facts) -> None:
    planned(facts)
    tell(facts, progress("l1", 8, date(2025, 2, 1), "acara"), accepted("l1"), since=3)
    vouched = [
        happened.FactEstablished(fact=name, basis="SK", number=Decimal(99)) for name in ("capaian", "lain", "lain")
    ]
    tell(facts, *vouched, since=5)
    assert (facts.case.facts["capaian"], facts.case.facts["lain"]) == (six(99), six(99))

    assert tell(facts, happened.FactWithdrawn(fact="lain", reason="x"), since=8) == ["facts/lain"]
    assert tell(facts, happened.FactWithdrawn(fact="capaian", reason="x"), since=9) == [
        "facts/capaian",
        "facts/sasaran",
    ]
    assert facts.case.facts == {"capaian": six(8), "sasaran": six(20)}
    assert "facts/lain" not in facts.sources
    assert facts.sources["facts/capaian"] == [2, 1, 3, 4]
