"""What another rule would have cost over a closed year: to the rupiah, beside what was fixed, from the log alone."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from msgspec import structs

from neraca.domain.appraisal import commands as ask
from neraca.domain.attendance import CorrectAttendance, RecordAttendance
from neraca.domain.errors import Invalid, TooEarly
from neraca.domain.exemptions import ExemptEmployee
from neraca.domain.remuneration.allowance import FixAllowance, ReviseAllowance
from neraca.domain.remuneration.ceilings import SetCeiling
from neraca.domain.roster import RetireEmployee
from neraca.domain.vocabulary import ExemptionKind
from neraca.policy.library import Library
from neraca.policy.published import PublishedPolicy, compile_draft
from neraca.service import budget
from neraca.service.budget import JOINED, NOT_FIXED, Budget, BudgetCounter, BudgetRequest, BudgetSum, Uncounted
from neraca.service.simulation import SimulationRequest, Simulator

SURABAYA, BANDUNG = "id.jatim.kota-surabaya.tpp", "id.jabar.kota-bandung.tpp"
NEW_YEAR, MARCH, APRIL = date(2026, 1, 5), date(2026, 3, 3), date(2026, 4, 2)
CLOSED = date(2027, 1, 4)


@pytest.fixture
def city(paying_agency: Any) -> Any:
    """Fitri is paid for January to March 2026: five millions, less what she was late and was away without pay."""
    uji = paying_agency
    uji.judge("2025", 93, NEW_YEAR)
    ceiling = SetCeiling(
        since=date(2026, 1, 1), decree="SK 1/2026", position="Analis Kepegawaian", work_load=Decimal(5_000_000)
    )
    uji.tell("hr", ceiling, on=NEW_YEAR)
    away = ExemptEmployee(
        employee="fitri",
        kind=ExemptionKind.UNPAID_LEAVE,
        since=date(2026, 2, 2),
        until=date(2026, 2, 6),
        decree="SK 9/2026",
    )
    late = RecordAttendance(employee="fitri", month="2026-01", required_days=20, late=10)
    uji.tell("hr", away, late, on=MARCH)
    for month in ("2026-01", "2026-02"):
        uji.tell("hr", FixAllowance(employee="fitri", month=month, appraisal="2025"), on=MARCH)
    uji.tell("hr", FixAllowance(employee="fitri", month="2026-03", appraisal="2025"), on=APRIL)
    right = CorrectAttendance(employee="fitri", month="2026-01", required_days=20, late=1, reason="Salah catat")
    uji.tell("hr", right, on=APRIL)
    revise = ReviseAllowance(employee="fitri", month="2026-01", appraisal="2025", reason="Presensi dikoreksi")
    uji.tell("hr", revise, RetireEmployee(employee="fitri", on=date(2026, 4, 30)), on=APRIL)
    return uji


def counted(city: Any, candidate: PublishedPolicy | None = None, **more: Any) -> Budget:
    counter = BudgetCounter(city.service.reader, city.service.policies, city.house.agencies[city.id])
    return counter.count(BudgetRequest(agency=city.id, year=2026, candidate=candidate, **more), CLOSED)


def changed(shipped: Library, ref: str, old: str, new: str) -> PublishedPolicy:
    resolved = shipped.get(ref)
    text = resolved.sources[resolved.file]
    assert old in text
    return compile_draft(resolved.file, {**resolved.sources, resolved.file: text.replace(old, new)})


def of_fitri(budget: Budget) -> list[tuple[str, Decimal | None, Decimal | None]]:
    return [
        (one.month, one.paid, one.counterfactual) for one in budget.lines if one.employee_number == "fitri" and one.paid
    ]


@pytest.mark.parametrize("named", [False, True])
def test_the_rule_that_paid_comes_to_what_was_paid_to_the_rupiah(city: Any, shipped: Library, named: bool) -> None:
    """60 % x 93 + 40 % x 99 of five millions; then 93 % of what 15 of February's 20 working days come to; then 93 %."""
    rule = changed(shipped, SURABAYA, "id: TPP ASN Kota", "id: TPP Kota") if named else None

    found = counted(city, rule)

    assert of_fitri(found) == [
        ("2026-01", Decimal(4_770_000), Decimal(4_770_000)),
        ("2026-02", Decimal(3_487_500), Decimal(3_487_500)),
        ("2026-03", Decimal(4_650_000), Decimal(4_650_000)),
    ]
    assert found.total == BudgetSum("", 1, 3, Decimal(12_907_500), Decimal(12_907_500), Decimal(0))
    recorded = {past.position: past.event for past in city.service.reader.of_type(city.id, "allowance.revised")}
    january = next(one for one in found.lines if one.paid == Decimal(4_770_000))
    assert recorded[january.event].behind == list(january.events)


def test_every_amount_of_a_citys_year_comes_out_as_it_was_fixed(seeded_year: Any) -> None:
    for agency in ("surabaya", "bandung"):
        counter = BudgetCounter(seeded_year.service.reader, seeded_year.service.policies, seeded_year.agencies[agency])
        found = counter.count(BudgetRequest(agency=agency, year=2025), CLOSED)

        assert found.total.months >= 5
        assert [one for one in found.lines if one.paid is not None and one.difference != 0] == []


def test_another_rule_for_allowances_is_reckoned_over_the_same_months(city: Any, shipped: Library) -> None:
    """A tenth less for «baik»: 90 % of each month, of the unpaid days' month as well."""
    found = counted(city, changed(shipped, SURABAYA, "baik: 100, butuh", "baik: 90, butuh"))

    assert [amount for _, _, amount in of_fitri(found)] == [4_293_000, 3_138_750, 4_185_000]
    assert found.by_month[1] == BudgetSum("2026-02", 1, 1, Decimal(3_487_500), Decimal(3_138_750), Decimal(-348_750))
    assert [one.name for one in found.by_unit] == ["dinkes"]
    assert found.by_predicate == (structs.replace(found.total, name="baik"),)
    assert (found.purpose, found.candidate) == ("allowance", f"{SURABAYA}@1")


def test_another_rule_for_appraisals_is_paid_by_what_paid(city: Any) -> None:
    """«baik» from 95 on: 93 is then «butuh perbaikan», which is paid three quarters."""
    yearly = city.service.policies.by_ref(city.id, "kota-uji", 2).resolved
    text = yearly.sources[yearly.file]
    stricter = compile_draft(yearly.file, {yearly.file: text.replace("baik: {from: 90}", "baik: {from: 95}")})

    found = counted(city, stricter)

    assert found.purpose == "predicate"
    assert [amount for _, _, amount in of_fitri(found)] == [3_577_500, 2_615_625, 3_487_500]
    assert [one.name for one in found.by_predicate] == ["baik"]
    assert [(one.name, one.months) for one in found.by_predicate_after] == [("butuh_perbaikan", 3)]
    same = compile_draft(yearly.file, {yearly.file: text.replace("title: {id: Uji}", "title: {id: Uji lagi}")})
    assert counted(city, same).total.difference == 0


def test_a_result_that_was_joined_is_not_judged_anew(city: Any) -> None:
    for part, value in (("2026-S1", 91), ("2026-S2", 95)):
        city.judge(part, value, date(2027, 1, 4), "budi")
    city.tell("sri", ask.JoinParts(employee="budi", period="2026", parts=["2026-S1", "2026-S2"]), on=date(2027, 1, 4))
    ceiling = SetCeiling(since=date(2026, 1, 1), decree="SK", position="Analis", work_load=Decimal(4_000_000))
    city.tell("hr", ceiling, on=MARCH)
    city.tell("hr", FixAllowance(employee="budi", month="2026-12", appraisal="2026"), on=date(2027, 1, 4))
    yearly = city.service.policies.by_ref(city.id, "kota-uji", 2).resolved
    text = yearly.sources[yearly.file].replace("baik: {from: 90}", "baik: {from: 95}")

    found = counted(city, compile_draft(yearly.file, {yearly.file: text}))

    assert [one for one in found.uncounted if one.why == JOINED] == [Uncounted(JOINED, 1, 1, Decimal(3_720_000))]
    assert next(one for one in counted(city).lines if one.employee_number == "budi" and one.paid).difference == 0


def test_who_cannot_be_counted_is_in_no_sum_and_said_why(city: Any, shipped: Library) -> None:
    found = counted(city, changed(shipped, SURABAYA, "nilai_kinerja", "nilai_gaib"))

    assert found.total == BudgetSum("", 0, 0, Decimal(0), Decimal(0), Decimal(0))
    never, blocked = found.uncounted
    assert (never.why, never.people, never.paid) == (NOT_FIXED, 9, Decimal(0))
    assert (blocked.people, blocked.months, blocked.paid) == (1, 3, Decimal(12_907_500))
    assert "nilai_gaib" in blocked.why
    april = next(one for one in found.lines if (one.employee_number, one.month) == ("fitri", "2026-04"))
    assert (april.why, april.unit, april.event) == (NOT_FIXED, "dinkes", 0)
    assert not any(one.month > "2026-04" for one in found.lines if one.employee_number == "fitri")


def test_people_one_by_one_come_to_the_same_as_many_together(city: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    together = counted(city)
    monkeypatch.setattr(budget, "_AT_ONCE", 1)

    assert len({one.employee_number for one in together.lines}) > 1
    assert counted(city) == together


def test_a_budget_is_told_again_as_of_a_position(city: Any) -> None:
    before = counted(city)
    city.tell("hr", RecordAttendance(employee="fitri", month="2026-03", required_days=20, late=20), on=APRIL)
    again = ReviseAllowance(employee="fitri", month="2026-03", appraisal="2025", reason="Presensi menyusul")
    city.tell("hr", again, on=APRIL)

    assert counted(city, until=before.position) == before
    assert counted(city).total.paid < before.total.paid


def test_only_a_year_that_has_ended_and_a_rule_that_pays_is_asked(city: Any, shipped: Library) -> None:
    counter = BudgetCounter(city.service.reader, city.service.policies, city.house.agencies[city.id])
    with pytest.raises(TooEarly, match="/year: 2027 is no year that has ended; name one up to 2026"):
        counter.count(BudgetRequest(agency=city.id, year=2027), CLOSED)
    credit = changed(shipped, "id.nasional.angka-kredit.akumulasi", "id:", "id:")
    with pytest.raises(Invalid, match="is a policy for credit; name one for allowance or for predicate"):
        counted(city, credit)


@pytest.mark.parametrize("ref", [SURABAYA, BANDUNG])
def test_a_simulation_pays_by_ceilings_and_nodes_what_a_month_without_attendance_is_paid(
    city: Any, shipped: Library, ref: str
) -> None:
    """Bandung's rule reads the node of behaviour, which is 93 of at most 3 there, so that it counts as 100."""
    rule = changed(shipped, ref, "id: TPP ASN Kota", "id: TPP Kota")
    march = next(one for one in of_fitri(counted(city, rule)) if one[0] == "2026-03")
    # A simulation takes the ceiling of the last day of the period.
    before = SetCeiling(
        since=date(2025, 12, 1), decree="SK 1/2025", position="Analis Kepegawaian", work_load=Decimal(5_000_000)
    )
    city.tell("hr", before, on=APRIL)
    city.house.follow()
    simulator = Simulator(city.house.url, city.service.policies, city.house.agencies)

    found = simulator.run(SimulationRequest(agency=city.id, candidate=city.id, period="2025", allowance=rule)).impact

    assert found.allowance is not None
    assert march[2] == {SURABAYA: 4_650_000, BANDUNG: 4_902_778}[ref]
    (functional,) = found.allowance.by_class
    assert (functional.name, functional.after, functional.without_after) == ("FUNCTIONAL", str(march[2]), 0)
