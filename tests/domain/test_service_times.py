"""Service times of a unit: taken in by batches from a registered source, and confirmed as facts of its people."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from statistics import median
from typing import Any

import pytest
from hypothesis import given as supposing
from hypothesis import settings
from hypothesis import strategies as st
from msgspec.structs import replace

from neraca.domain.appraisal.events import FactEstablished, FactWithdrawn
from neraca.domain.contexts import Actor
from neraca.domain.errors import AlreadyDone, Conflict, Invalid, NotAllowed, NotFound, NotOpen, TooEarly
from neraca.domain.facts import Facts
from neraca.domain.service_times.commands import (
    ConfirmServiceTimes,
    ImportServiceTimes,
    MeasureAs,
    WithdrawServiceTimes,
)
from neraca.domain.service_times.events import (
    MeasuredFact,
    ServiceTimesConfirmed,
    ServiceTimesImported,
    ServiceTimesWithdrawn,
    TakenBatch,
)
from neraca.domain.service_times.records import ServiceFigures, TimeRecord, digest, figures, joined, tallied
from neraca.domain.service_times.source import (
    RegisterTimeSource,
    ReviseTimeSource,
    TimeSourceRegistered,
    TimeSourceRevised,
)
from neraca.domain.vocabulary import Role

QUEUE = Actor("antrean", frozenset({Role.INTEGRATOR}), "uji")
KNOWN: dict[str, Any] = {"by": QUEUE, "system": "Sistem antrean", "importers": ("antrean",)}
HERE: dict[str, Any] = {"unit": "dinkes", "period": "2025"}
BATCH: dict[str, Any] = {**HERE, "source": "antrean", "batch": "2025-05"}
NINE = datetime(2025, 5, 2, 2, tzinfo=UTC)
ONE = TimeRecord("ktp", started=NINE, finished=NINE + timedelta(minutes=12, seconds=30))
OTHER = TimeRecord("ktp", started=NINE, finished=NINE + timedelta(minutes=20))
DAY = TimeRecord("akta", day=date(2025, 5, 2), count=3, minutes=Decimal(100), within=2)
RECORDS = [ONE, OTHER, DAY]
IMPORT = ImportServiceTimes(**BATCH, records=RECORDS)
IMPORTED = ServiceTimesImported(**BATCH, records=RECORDS, digest=digest(RECORDS))
CONFIRM = ConfirmServiceTimes(
    **HERE,
    facts=[MeasureAs("realisasi_tim", "ktp", "median"), MeasureAs("target_tim", "akta", "share")],
    standards={"ktp": Decimal(15)},
)
TAKEN = TakenBatch("antrean", "2025-05", digest(RECORDS), 3)
CONFIRMED = ServiceTimesConfirmed(
    **HERE,
    services=[
        ServiceFigures("akta", 3, Decimal(6000), Decimal("33.333333"), within=2, share=Decimal("66.666667")),
        ServiceFigures("ktp", 2, Decimal(1950), Decimal("16.25"), Decimal("16.25"), Decimal(15), 1, Decimal(50)),
    ],
    facts=[
        MeasuredFact("realisasi_tim", "ktp", "median", Decimal("16.25")),
        MeasuredFact("target_tim", "akta", "share", Decimal("66.666667")),
    ],
    batches=[TAKEN],
)
REGISTER = RegisterTimeSource(source="antrean", system="Sistem antrean", importers=["antrean"])
REGISTERED = TimeSourceRegistered(source="antrean", system="Sistem antrean", importers=["antrean"])
REVISE = ReviseTimeSource(source="antrean", system="Sistem antrean", importers=[], reason="Diganti")


def test_an_official_registers_a_source_once_and_then_revises_it(after):
    revised = TimeSourceRevised(source="antrean", system="Sistem antrean", importers=[], reason="Diganti")

    assert after(when=REGISTER, by="official") == [REGISTERED]
    assert after(REGISTERED, when=REVISE, by="official") == [revised]
    with pytest.raises(AlreadyDone, match="is registered; send revise-time-source"):
        after(REGISTERED, revised, when=REGISTER, by="official")
    with pytest.raises(NotFound, match="there is no source 'antrean'"):
        after(when=REVISE, by="official")
    with pytest.raises(Invalid, match="nobody could import from it"):
        after(when=replace(REGISTER, importers=[]), by="official")
    with pytest.raises(Invalid, match="/importers/1: 'a' is there twice"):
        after(when=replace(REGISTER, importers=["a", "a"]), by="official")
    with pytest.raises(Invalid, match="reason is empty"):
        after(REGISTERED, when=replace(REVISE, reason=" "), by="official")


def test_a_batch_is_taken_in_once_and_the_same_again_is_told_so(after):
    assert after(when=IMPORT, **KNOWN) == [IMPORTED]
    with pytest.raises(AlreadyDone, match="part 1 of batch '2025-05' of antrean is taken already"):
        after(IMPORTED, when=IMPORT, **KNOWN)
    with pytest.raises(AlreadyDone):
        after(IMPORTED, when=replace(IMPORT, reason="lagi"), **KNOWN)
    with pytest.raises(Conflict, match="is there with other records; send it with a reason"):
        after(IMPORTED, when=replace(IMPORT, records=[ONE]), **KNOWN)


def test_the_same_records_are_the_same_batch_in_whatever_zone_they_are_written():
    jakarta = timezone(timedelta(hours=7))
    assert ONE.started is not None
    assert ONE.finished is not None
    there = [replace(ONE, started=ONE.started.astimezone(jakarta), finished=ONE.finished.astimezone(jakarta))]

    assert digest(there) == digest([ONE]) != digest([OTHER])


def test_a_corrected_batch_takes_the_place_of_all_parts_with_a_reason(after):
    second = replace(IMPORTED, part=2, records=[DAY], digest=digest([DAY]))

    events = after(IMPORTED, second, when=replace(IMPORT, records=[ONE], reason="Jam salah"), **KNOWN)

    assert events == [
        ServiceTimesWithdrawn(**BATCH, reason="Jam salah"),
        replace(IMPORTED, records=[ONE], digest=digest([ONE])),
    ]
    # Also where it begins as the one before did: what differs is in a later part.
    again = after(
        IMPORTED, second, when=[replace(IMPORT, reason="Jam salah"), replace(IMPORT, records=[ONE], part=2)], **KNOWN
    )
    assert [type(event).__name__ for event in again] == [
        "ServiceTimesWithdrawn", "ServiceTimesImported", "ServiceTimesImported",
    ]  # fmt: skip
    for wrong, message in ((replace(IMPORT, part=2, reason="x"), "is for part 1"), (IMPORT, "is for part 1")):
        with pytest.raises(Invalid, match=message):
            after(when=replace(wrong, reason="x"), **KNOWN)


def test_parts_come_in_order(after):
    second = replace(IMPORT, part=2, records=[DAY])

    assert [event.part for event in after(when=[IMPORT, second], **KNOWN)] == [1, 2]
    with pytest.raises(Invalid, match="part 1 comes before part 2"):
        after(when=second, **KNOWN)
    for part in (0, 1001):
        with pytest.raises(Invalid, match="parts are counted from 1 to 1,000"):
            after(when=replace(IMPORT, part=part), **KNOWN)


def test_what_comes_in_and_is_confirmed_of_a_period_is_bounded(after):
    many = [replace(IMPORTED, batch=f"b{n}", records=[DAY], digest=digest([DAY])) for n in range(1_000)]
    with pytest.raises(Conflict, match="1,000 parts of batches count here already"):
        after(*many, when=IMPORT, **KNOWN)
    # One that is there is replaced all the same.
    assert after(*many, when=replace(IMPORT, batch="b0", reason="salah"), **KNOWN)
    each = [replace(DAY, service=f"s{n}") for n in range(201)]
    with pytest.raises(Conflict, match="there are 201 services in what was imported"):
        after(replace(IMPORTED, records=each), when=ConfirmServiceTimes(**HERE, facts=[]), by="official")


def test_only_whoever_the_source_names_imports_from_it(after):
    for command in (IMPORT, WithdrawServiceTimes(**BATCH, reason="salah")):
        with pytest.raises(NotAllowed, match="antrean does not import from 'antrean'"):
            after(IMPORTED, when=command, **KNOWN | {"importers": ("lain",)})
        with pytest.raises(NotFound, match="there is no source 'antrean'; an official must register it first"):
            after(IMPORTED, when=command, **KNOWN | {"system": "", "importers": ()})


@pytest.mark.parametrize(
    ("record", "field", "message"),
    [
        (replace(ONE, finished=None), "finished", "send both"),
        (replace(ONE, started=None), "started", "send both"),
        (replace(ONE, count=2), "count", "leave this to those counted together"),
        (replace(ONE, started=NINE.replace(tzinfo=None)), "started", "says no time zone"),
        (replace(ONE, started=NINE + timedelta(hours=1)), "finished", "is before the start"),
        (replace(ONE, finished=NINE + timedelta(days=367)), "finished", "more than 366 days"),
        # 2024-12-31T17:00Z is 2025 in Jakarta; a second before is not.
        (replace(ONE, started=datetime(2024, 12, 31, 16, 59, 59, tzinfo=UTC)), "started", "is not within 2025-01-01"),
        (replace(ONE, within=2), "within", "2 of 1 can't have kept"),
        (replace(DAY, day=None), "day", "say of which day or month"),
        (replace(DAY, month="2025-05"), "day", "only one of these"),
        (replace(DAY, day=date(2024, 5, 2)), "day", "is not within"),
        (replace(DAY, day=None, month="2026-01"), "month", "is not within"),
        (replace(DAY, count=0), "count", "from 1 on"),
        (replace(DAY, count=None, within=1), "count", "how many there were"),
        (replace(DAY, minutes=None), "minutes", "say how many minutes"),
        (replace(DAY, minutes=Decimal(-1)), "minutes", "are no minutes"),
        (replace(DAY, minutes=Decimal("0.0000001")), "minutes", "six decimals at most"),
        (replace(DAY, minutes=Decimal(527041 * 3)), "minutes", "more than 366 days for each"),
        (replace(DAY, within=4), "within", "4 of 3 can't have kept"),
    ],
)
def test_a_record_is_of_one_service_or_of_several_of_a_day_or_month(after, record, field, message):
    with pytest.raises(Invalid, match=message) as refused:
        after(when=replace(IMPORT, records=[ONE, record]), **KNOWN)
    assert refused.value.field == f"/records/1/{field}"


@pytest.mark.parametrize(
    ("record", "field", "day"),
    [
        # The 2nd of May has begun in Jakarta, where 17:00 of the 1st in UTC is midnight.
        (replace(ONE, finished=datetime(2025, 5, 2, 17, tzinfo=UTC)), "finished", "2025-05-03"),
        (replace(DAY, day=date(2025, 5, 3)), "day", "2025-05-03"),
        (replace(DAY, day=None, month="2025-06"), "month", "2025-06-01"),
    ],
)
def test_what_is_still_to_come_was_not_measured(after, record, field, day):
    on = date(2025, 5, 2)

    with pytest.raises(Invalid, match=f"{day} is still to come; send what was measured by 2025-05-02") as refused:
        after(when=replace(IMPORT, records=[ONE, record]), on=on, **KNOWN)
    assert refused.value.field == f"/records/1/{field}"
    assert after(when=replace(IMPORT, records=[replace(DAY, day=None, month="2025-05"), *RECORDS]), on=on, **KNOWN)


def test_whoever_came_on_the_last_evening_of_a_period_is_of_it(after):
    late = replace(ONE, started=datetime(2024, 12, 31, 17, tzinfo=UTC), finished=datetime(2025, 1, 1, tzinfo=UTC))

    assert after(when=replace(IMPORT, records=[late]), **KNOWN)


def test_what_nothing_could_use_is_not_taken(after, rules):
    with pytest.raises(Invalid, match="nobody is appraised for 2025-Q1"):
        after(when=replace(IMPORT, period="2025-Q1"), **KNOWN, applied=(rules,))
    with pytest.raises(TooEarly, match="'dishub' takes no part yet"):
        after(when=replace(IMPORT, unit="dishub"), **KNOWN)
    with pytest.raises(Invalid, match="/records: there is nothing in it"):
        after(when=replace(IMPORT, records=[]), **KNOWN)
    with pytest.raises(Invalid, match="/file: send the sha256"):
        after(when=replace(IMPORT, file="ab"), **KNOWN)
    assert after(when=replace(IMPORT, file="ab" * 32), **KNOWN)[0].file == "ab" * 32


def test_an_official_confirms_what_the_batches_come_to_and_what_becomes_a_fact(after):
    assert after(IMPORTED, when=CONFIRM, by="official") == [CONFIRMED]
    with pytest.raises(AlreadyDone, match="are confirmed as they are"):
        after(IMPORTED, CONFIRMED, when=CONFIRM, by="official")
    with pytest.raises(NotOpen, match="no service times of dinkes in 2025 are imported"):
        after(when=CONFIRM, by="official")


def test_what_was_confirmed_stands_until_it_is_confirmed_again(after):
    withdrawn = ServiceTimesWithdrawn(**BATCH, reason="salah")

    assert after(IMPORTED, CONFIRMED, when=WithdrawServiceTimes(**BATCH, reason="salah"), **KNOWN) == [withdrawn]
    with pytest.raises(NotFound, match="/batch: there is no batch '2025-05' of antrean here"):
        after(IMPORTED, withdrawn, when=WithdrawServiceTimes(**BATCH, reason="salah"), **KNOWN)
    nothing = ConfirmServiceTimes(**HERE, facts=[])
    assert after(IMPORTED, CONFIRMED, withdrawn, when=nothing, by="official") == [
        ServiceTimesConfirmed(**HERE, services=[], facts=[], batches=[])
    ]
    # What was withdrawn may come again, under its own name.
    assert after(IMPORTED, withdrawn, when=IMPORT, **KNOWN) == [IMPORTED]


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ([MeasureAs("a", "ktp", "mean")], "/facts/0/fact: no policy in force reads a fact 'a'"),
        ([MeasureAs("laporan_disetujui", "ktp", "mean")], "is counted from other records"),
        ([MeasureAs("tingkat", "ktp", "mean")], "reads 'tingkat' as a word; a time is a number"),
        ([MeasureAs("realisasi_tim", "kk", "mean")], "/facts/0/service: no times of a service 'kk'"),
        ([MeasureAs("realisasi_tim", "akta", "median")], "/facts/0/measure: of 'akta' some were counted together"),
        ([MeasureAs("realisasi_tim", "ktp", "share")], "/facts/0/measure: of 'ktp' it is not known of all"),
        ([MeasureAs("realisasi_tim", "ktp", "standard")], "/facts/0/measure: of 'ktp' no standard is said"),
        ([MeasureAs("realisasi_tim", "ktp", "mean")] * 2, "/facts/1/fact: 'realisasi_tim' is there twice"),
    ],
)
def test_a_fact_is_one_that_a_policy_reads_as_a_number_and_a_measure_is_known(after, facts, message):
    with pytest.raises(Invalid, match=message):
        after(IMPORTED, when=replace(CONFIRM, facts=facts, standards={}), by="official")


@pytest.mark.parametrize(
    ("measure", "unit", "number"),
    [
        ("mean", "days", "0.011285"),  # 16.25 of 1440 minutes
        ("median", "hours", "0.270833"),
        ("total", "minutes", "32.5"),
        ("standard", "hours", "0.25"),
        ("share", "days", "50"),
        ("count", "minutes", "2"),
        ("within", "minutes", "1"),
    ],
)
def test_a_fact_is_wanted_in_a_unit_of_time_and_rounded_once_in_it(after, measure, unit, number):
    facts = [MeasureAs("realisasi_tim", "ktp", measure, unit)]

    (confirmed,) = after(IMPORTED, when=replace(CONFIRM, facts=facts), by="official")

    assert confirmed.facts == [MeasuredFact("realisasi_tim", "ktp", measure, Decimal(number), unit)]


def test_what_is_divided_by_is_above_nothing(after):
    at_once = [replace(ONE, finished=NINE)]
    none = replace(IMPORTED, records=at_once, digest=digest(at_once))
    command = ConfirmServiceTimes(**HERE, facts=[MeasureAs("target_tim", "ktp", "mean")])

    with pytest.raises(Invalid, match="'target_tim' is divided by and must be above 0, and 'ktp' came to 0"):
        after(none, when=command, by="official")


@pytest.mark.parametrize("standard", [Decimal(0), Decimal(-1), Decimal(1_000_001)])
def test_a_standard_is_some_minutes_of_a_service_that_is_there(after, standard):
    with pytest.raises(Invalid, match="minutes are no standard; send from above 0"):
        after(IMPORTED, when=replace(CONFIRM, standards={"ktp": standard}), by="official")
    with pytest.raises(Invalid, match="/standards/kk: no times of a service 'kk'"):
        after(IMPORTED, when=replace(CONFIRM, standards={"kk": Decimal(5)}), by="official")


@settings(max_examples=60)
@supposing(
    spans=st.lists(st.integers(0, 10**9), min_size=1, max_size=12),
    parted=st.integers(0, 12),
    standard=st.integers(1, 20),
)
def test_figures_are_those_of_exact_fractions_however_the_batches_are_cut(spans, parted, standard):
    records = [replace(ONE, finished=NINE + timedelta(microseconds=span)) for span in spans]
    cut = [records[:parted], records[parted:]]

    tally = joined(map(tallied, cut))["ktp"]
    found = figures("ktp", tally, Decimal(standard))

    minutes = [Fraction(span, 60_000_000) for span in spans]
    assert tally == tallied(records)["ktp"]
    assert found.count == len(spans)
    assert Fraction(found.seconds) == sum(minutes) * 60
    assert Fraction(found.mean) == round(sum(minutes) / len(minutes), 6)
    assert found.median is not None
    assert Fraction(found.median) == round(median(minutes), 6)
    within = sum(one <= standard for one in minutes)
    assert found.within == within
    assert found.share is not None
    assert Fraction(found.share) == round(Fraction(100 * within, len(minutes)), 6)


@pytest.fixture
def facts() -> Facts:
    return Facts(starts=date(2025, 1, 1), ends=date(2025, 12, 31))


def vouched(number: int, position: int, facts: Facts) -> None:
    facts.apply(FactEstablished(fact="realisasi_tim", basis="berita acara", number=Decimal(number)), position)


def test_what_is_confirmed_becomes_facts_that_lead_to_the_confirmation(facts):
    moved = facts.apply(CONFIRMED, 7)

    assert sorted(moved) == ["facts/realisasi_tim", "facts/target_tim"]
    assert facts.case.facts == {"realisasi_tim": 16_250_000, "target_tim": 66_666_667}
    assert facts.sources == {"facts/realisasi_tim": [7], "facts/target_tim": [7]}
    # The next takes its place whole.
    assert sorted(facts.apply(replace(CONFIRMED, facts=[]), 9)) == ["facts/realisasi_tim", "facts/target_tim"]
    assert (facts.case.facts, facts.sources) == ({}, {})


def test_what_is_measured_goes_before_what_is_told_whichever_comes_first_and_leaves_with_the_unit(facts):
    vouched(5, 3, facts)
    facts.apply(CONFIRMED, 7)
    vouched(6, 8, facts)

    assert facts.case.facts["realisasi_tim"] == 16_250_000
    other = Facts(starts=facts.starts, ends=facts.ends)
    vouched(5, 3, other)
    vouched(6, 8, other)
    other.apply(CONFIRMED, 7)
    assert (other.case, other.sources) == (facts.case, facts.sources)

    assert sorted(facts.leave_unit()) == ["facts/realisasi_tim", "facts/target_tim"]
    assert facts.case.facts == {"realisasi_tim": 6_000_000}
    assert facts.sources == {"facts/realisasi_tim": [8]}


def test_what_was_told_and_withdrawn_does_not_come_back_when_the_unit_is_left(facts):
    vouched(5, 3, facts)
    facts.apply(CONFIRMED, 7)
    facts.apply(FactWithdrawn(fact="realisasi_tim", reason="salah"), 8)

    assert facts.case.facts["realisasi_tim"] == 16_250_000
    facts.leave_unit()
    assert (facts.case.facts, facts.sources) == ({}, {})
