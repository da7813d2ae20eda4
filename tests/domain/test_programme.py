"""A programme of several units: who is in it with which share, what it is measured by, and what a period comes to."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from neraca.domain.appraisal.commands import EstablishFact
from neraca.domain.appraisal.events import Evidence, Feeds
from neraca.domain.assignments import Assignment, Exemption, Tenure
from neraca.domain.errors import AlreadyDone, Invalid, NotAllowed, NotFound, NotOpen, TooEarly
from neraca.domain.programme import state as programme_state
from neraca.domain.programme.commands import (
    AcceptProgrammeReport,
    ConcludePeriod,
    CorrectPeriod,
    DefineIndicator,
    EndProgramme,
    JoinProgramme,
    LeaveProgramme,
    NamedBaseline,
    ReassignProgramme,
    ReportProgrammeProgress,
    ReturnProgrammeReport,
    ReviseProgramme,
    ReviseProgrammeBaseline,
    ReviseProgrammeTarget,
    ReviseShare,
    StartProgramme,
)
from neraca.domain.programme.contexts import FedBy, TypedFact
from neraca.domain.programme.events import (
    Baseline,
    BaselineRevised,
    ConcludedIndicator,
    Counting,
    IndicatorDefined,
    MemberJoined,
    MemberLeft,
    PeriodConcluded,
    PeriodCorrected,
    ProgrammeEnded,
    ProgrammeKind,
    ProgrammeProgressReported,
    ProgrammeReassigned,
    ProgrammeReportAccepted,
    ProgrammeReportReturned,
    ProgrammeRevised,
    ProgrammeStarted,
    ProgrammeTargetRevised,
    ShareRevised,
    Stretch,
)
from neraca.domain.vocabulary import ExemptionKind

WHICH: dict[str, Any] = {"programme": "mpp"}
MARCH, CLOSE, AFTER = date(2025, 3, 1), date(2025, 12, 31), date(2026, 1, 5)
D = Decimal
STARTED = ProgrammeStarted(
    **WHICH,
    kind=ProgrammeKind.PROGRAMME,
    title="Mal pelayanan publik",
    purpose="Satu loket untuk semua",
    units=["dinkes", "disdik"],
    lead="sri",
    owner="official",
    begins=MARCH,
    ends=date(2026, 12, 31),
)
START = StartProgramme(
    **WHICH,
    kind=ProgrammeKind.PROGRAMME,
    title="Mal pelayanan publik",
    purpose="Satu loket untuk semua",
    units=["dinkes", "disdik"],
    lead="sri",
    begins=MARCH,
    ends=date(2026, 12, 31),
)
JOIN = JoinProgramme(**WHICH, employee="budi", since=MARCH, share=D("0.6"), role="Loket")
BUDI = MemberJoined(**WHICH, employee="budi", since=MARCH, share=D("0.6"), role="Loket")
RINI = MemberJoined(**WHICH, employee="rini", since=date(2025, 7, 1), share=D("0.4"), role="Data")
DEFINE = DefineIndicator(
    **WHICH,
    indicator="berkas",
    title="Berkas selesai",
    measure="berkas",
    counting=Counting.SHARED,
    targets={"2025": D(500)},
    baseline=NamedBaseline(D(120), date(2024, 12, 31), "LKjIP 2024"),
    feeds=Feeds("realisasi_tim", "target_tim"),
)
FILES = IndicatorDefined(
    **WHICH,
    indicator="berkas",
    title="Berkas selesai",
    measure="berkas",
    counting=Counting.SHARED,
    targets={"2025": D(500)},
    baseline=Baseline(D(120), date(2024, 12, 31), "LKjIP 2024"),
    feeds=Feeds("realisasi_tim", "target_tim"),
)
SPEED = IndicatorDefined(
    **WHICH,
    indicator="menit",
    title="Menit per berkas",
    measure="menit",
    counting=Counting.COMMON,
    targets={"2025": D(15)},
    polarity="min",
    feeds=Feeds("ide_baru"),
)
EVIDENCE = [Evidence("Rekap", "https://arsip.example/rekap.pdf", "ab" * 32)]
REPORT = ReportProgrammeProgress(
    **WHICH, report="r1", indicator="berkas", until=CLOSE, actual=D(440), evidence=EVIDENCE
)
REPORTED = ProgrammeProgressReported(
    **WHICH, report="r1", indicator="berkas", until=CLOSE, actual=D(440), evidence=EVIDENCE, by="budi"
)
ACCEPTED = ProgrammeReportAccepted(**WHICH, report="r1")
CONCLUDE = ConcludePeriod(**WHICH, period="2025")
RUNNING = (STARTED, BUDI, RINI, FILES)
OFFICIAL: dict[str, Any] = {"by": "official", "on": AFTER}
ALONE = PeriodConcluded(
    **WHICH,
    period="2025",
    indicators=[
        ConcludedIndicator(
            "berkas",
            Counting.SHARED,
            D(440),
            D(500),
            CLOSE,
            [11, 12],
            FILES.feeds,
            {"budi": D(440)},
            {"budi": D(500)},
        )
    ],
    members={"budi": [Stretch(MARCH, CLOSE, D("0.6"))]},
)


def test_an_official_starts_one_that_somebody_else_leads(after):
    assert after(when=START, by="official", on=MARCH) == [STARTED]
    with pytest.raises(AlreadyDone, match="'mpp' was started"):
        after(STARTED, when=START, by="official", on=MARCH)


@pytest.mark.parametrize(
    ("changes", "refusal", "message"),
    [
        ({"units": []}, Invalid, "some unit takes part"),
        ({"units": ["dinkes", "dinkes"]}, Invalid, "a unit is there twice"),
        ({"units": ["dinkez"]}, Invalid, "uji has no unit 'dinkez'; did you mean 'dinkes'"),
        ({"title": " "}, Invalid, "the title is empty"),
        ({"purpose": " "}, Invalid, "the purpose is empty"),
        ({"ends": date(2025, 2, 1)}, Invalid, "2025-02-01 is before 2025-03-01"),
        ({"lead": "hantu"}, Invalid, "hantu is not on the roster"),
        ({"programme": "a/b"}, Invalid, "can't be a programme's id"),
    ],
)
def test_what_is_started_is_whole(after, changes, refusal, message):
    with pytest.raises(refusal, match=message):
        after(when=replace(START, **changes), by="official", on=MARCH)


def test_it_is_revised_and_reassigned_with_reason(after):
    revise = ReviseProgramme(
        **WHICH, title="MPP", purpose="Satu loket", units=["dinkes"], ends=date(2026, 6, 30), reason="Anggaran"
    )

    assert after(STARTED, when=revise, by="official", on=AFTER) == [
        ProgrammeRevised(
            **WHICH, title="MPP", purpose="Satu loket", units=["dinkes"], ends=date(2026, 6, 30), reason="Anggaran"
        )
    ]
    with pytest.raises(Invalid, match="2025-01-01 is before 2025-03-01"):
        after(STARTED, when=replace(revise, ends=date(2025, 1, 1)), by="official", on=AFTER)
    reassign = ReassignProgramme(**WHICH, lead="tono", reason="Mutasi")
    handed = ProgrammeReassigned(**WHICH, lead="tono", owner="official", reason="Mutasi")
    assert after(STARTED, when=reassign, by="official", on=AFTER) == [handed]
    with pytest.raises(AlreadyDone, match="led by tono and owned by official already"):
        after(STARTED, handed, when=reassign, by="official", on=AFTER)
    with pytest.raises(Invalid, match="sri owns the programme; name somebody else to lead it"):
        after(STARTED, when=replace(reassign, lead=None, owner="sri"), by="official", on=AFTER)
    owned = ProgrammeReassigned(**WHICH, lead="sri", owner="agus", reason="Mutasi")
    assert after(STARTED, when=replace(reassign, lead=None, owner="agus"), by="official", on=AFTER) == [owned]
    # Whoever owned it before may no more.
    with pytest.raises(NotAllowed, match="no programme 'mpp' in which official may send end-programme"):
        after(STARTED, owned, when=EndProgramme(**WHICH, on=MARCH, reason="x"), by="official", on=AFTER)


def test_owner_and_lead_take_members_in_and_nobody_sets_a_share_of_their_own(after):
    assert after(STARTED, when=JOIN, by="official", on=MARCH) == [BUDI]
    assert after(STARTED, when=JOIN, by="sri", on=MARCH) == [BUDI]
    with pytest.raises(NotAllowed, match="no programme 'mpp' in which budi may send join-programme"):
        after(STARTED, when=JOIN, by="budi", on=MARCH)
    with pytest.raises(NotAllowed, match="in which sri may send join-programme"):
        after(STARTED, when=replace(JOIN, employee="sri"), by="sri", on=MARCH)
    # Of one that is not there nobody is told more.
    with pytest.raises(NotAllowed, match="no programme 'mpp' in which sri may send join-programme"):
        after(when=JOIN, by="sri", on=MARCH)


@pytest.mark.parametrize(
    ("changes", "refusal", "message"),
    [
        ({"share": D(0)}, Invalid, "/share: 0 is no share"),
        ({"share": D("1.000001")}, Invalid, "/share: 1.000001 is no share"),
        ({"share": D("0.3333333")}, Invalid, "more than six decimals"),
        ({"since": date(2025, 2, 28)}, Invalid, "outside the programme's days, 2025-03-01 to 2026-12-31"),
        ({"employee": "hantu"}, Invalid, "hantu is not on the roster"),
        ({"employee": "lurah"}, Invalid, "lurah is a state official, whom nobody appraises"),
        ({"employee": "cuti"}, Invalid, "cuti is exempt on 2025-03-01"),
        ({"employee": "pensiun"}, Invalid, "pensiun retires on 2025-02-28, before 2025-03-01"),
        ({"role": " "}, Invalid, "the role is empty"),
    ],
)
def test_a_member_serves_on_the_day_and_has_a_share(after, changes, refusal, message):
    place = [(date(2024, 1, 1), Assignment("dinkes", "sri"))]
    leave = [Exemption("SK 1", ExemptionKind.UNPAID_LEAVE, date(2025, 2, 1), date(2025, 4, 30))]
    people = {
        "lurah": Tenure(date(2024, 1, 1), state_official=True),
        "cuti": Tenure(date(2024, 1, 1), None, place, exemptions=leave),
        "pensiun": Tenure(date(2024, 1, 1), date(2025, 2, 28), place),
    }
    with pytest.raises(refusal, match=message):
        after(STARTED, when=replace(JOIN, **changes), by="official", on=MARCH, people=people)


def test_a_member_comes_goes_and_comes_again_and_the_share_is_revised(after):
    share = ReviseShare(**WHICH, employee="budi", since=date(2025, 5, 1), share=D("0.2"), reason="Tugas lain")
    revised = ShareRevised(**WHICH, employee="budi", since=date(2025, 5, 1), share=D("0.2"), reason="Tugas lain")
    leave = LeaveProgramme(**WHICH, employee="budi", on=date(2025, 6, 30), reason="Pindah")
    left = MemberLeft(**WHICH, employee="budi", on=date(2025, 6, 30), reason="Pindah")

    assert after(STARTED, BUDI, when=share, by="sri", on=AFTER) == [revised]
    assert after(STARTED, BUDI, when=leave, by="sri", on=AFTER) == [left]
    with pytest.raises(AlreadyDone, match=r"budi has 0\.2 already"):
        after(STARTED, BUDI, revised, when=share, by="sri", on=AFTER)
    with pytest.raises(Invalid, match="the share was revised from 2025-05-01, after 2025-04-01"):
        after(STARTED, BUDI, revised, when=replace(share, since=date(2025, 4, 1)), by="sri", on=AFTER)
    with pytest.raises(Invalid, match="budi is no member on 2025-07-01"):
        after(STARTED, BUDI, left, when=replace(share, since=date(2025, 7, 1)), by="sri", on=AFTER)
    with pytest.raises(AlreadyDone, match="budi left on 2025-06-30 already"):
        after(STARTED, BUDI, left, when=leave, by="sri", on=AFTER)
    with pytest.raises(Invalid, match="the programme has no member 'wati'"):
        after(STARTED, BUDI, when=replace(leave, employee="wati"), by="sri", on=AFTER)
    with pytest.raises(AlreadyDone, match="budi is a member on 2025-06-30 or later already"):
        after(STARTED, BUDI, left, when=replace(JOIN, since=date(2025, 6, 30)), by="sri", on=AFTER)
    assert after(STARTED, BUDI, left, when=replace(JOIN, since=date(2025, 9, 1)), by="sri", on=AFTER)


def test_who_was_taken_in_by_mistake_never_was_a_member(after):
    never = LeaveProgramme(**WHICH, employee="budi", on=date(2025, 2, 28), reason="Salah nama")
    (gone,) = after(STARTED, BUDI, when=never, by="sri", on=AFTER)

    assert gone == MemberLeft(**WHICH, employee="budi", on=date(2025, 2, 28), reason="Salah nama")
    # Neither are they known there any more, nor does anything keep them from coming.
    with pytest.raises(NotAllowed, match="in which budi may send report-programme-progress"):
        after(STARTED, FILES, BUDI, gone, when=REPORT, by="budi", on=AFTER)
    assert after(STARTED, BUDI, gone, when=JOIN, by="sri", on=AFTER) == [BUDI]
    assert programme_state.companions(_state(STARTED, BUDI, RINI, gone), "rini", MARCH, CLOSE) == {}


def _state(*events: Any) -> programme_state.Programme:
    state = programme_state.Programme()
    for event in events:
        programme_state.evolve(state, event)
    return state


def test_an_indicator_has_periods_a_baseline_and_the_facts_it_becomes(after):
    assert after(STARTED, when=DEFINE, by="official", on=MARCH) == [FILES]
    with pytest.raises(AlreadyDone, match="'berkas' is defined"):
        after(STARTED, FILES, when=DEFINE, by="official", on=MARCH)
    with pytest.raises(NotAllowed, match="in which sri may send define-programme-indicator"):
        after(STARTED, when=DEFINE, by="sri", on=MARCH)


@pytest.mark.parametrize(
    ("changes", "refusal", "message"),
    [
        ({"targets": {}}, Invalid, "an indicator is measured in some period"),
        ({"targets": {"2024": D(1)}}, Invalid, "2024 has no day of the programme, which runs from 2025-03-01"),
        ({"targets": {"2025": D(-1)}}, Invalid, "/targets/2025: -1 is below 0"),
        ({"targets": {"2025": D(0)}}, Invalid, "the target must be above 0, as 'target_tim' is divided by"),
        ({"baseline": NamedBaseline(D(1), MARCH, "x")}, Invalid, "2025-03-01 is not before the programme began"),
        ({"baseline": NamedBaseline(D(1), date(2024, 1, 1), " ")}, Invalid, "the source is empty"),
        ({"feeds": Feeds("ide_baru", "ide_baru")}, Invalid, "it is the fact of the actual"),
        ({"feeds": Feeds("idebaru")}, Invalid, "reads the fact 'idebaru'; did you mean 'ide_baru'"),
        ({"feeds": Feeds("laporan_disetujui")}, Invalid, "'laporan_disetujui' is counted from the log"),
        ({"feeds": Feeds("tingkat")}, Invalid, "reads 'tingkat' as a word, and an indicator is a number"),
        ({"targets": {"2025-Q3": D(1)}}, Invalid, "nobody is appraised for 2025-Q3, so that 'realisasi_tim' would"),
        ({"title": " "}, Invalid, "the title is empty"),
        ({"measure": " "}, Invalid, "the unit of measure is empty"),
    ],
)
def test_what_an_indicator_says_can_be_measured(after, changes, refusal, message):
    with pytest.raises(refusal, match=message):
        after(STARTED, when=replace(DEFINE, **changes), by="official", on=MARCH)


def test_a_fact_is_told_by_one_indicator_and_by_all_programmes_alike(after):
    with pytest.raises(Invalid, match="'berkas' of this programme tells 'realisasi_tim' already"):
        after(STARTED, FILES, when=replace(DEFINE, indicator="lain"), by="official", on=MARCH)
    other = {"realisasi_tim": FedBy("kota-cerdas", Counting.COMMON)}
    with pytest.raises(Invalid, match="told by programme 'kota-cerdas' as COMMON; two programmes count a fact alike"):
        after(STARTED, when=DEFINE, by="official", on=MARCH, fed=other)
    same = {"realisasi_tim": FedBy("kota-cerdas", Counting.SHARED)}
    assert after(STARTED, when=DEFINE, by="official", on=MARCH, fed=same) == [FILES]


def test_what_an_official_typed_is_not_told_by_a_programme_and_the_other_way_round(after, past):
    typed = (TypedFact("budi", "2025", "realisasi_tim"),)
    with pytest.raises(NotOpen, match="'realisasi_tim' of budi in 2025 was typed by an official"):
        after(STARTED, BUDI, when=DEFINE, by="official", on=MARCH, typed=typed)
    with pytest.raises(Invalid, match="take them in from a day after that period"):
        after(STARTED, FILES, when=JOIN, by="official", on=MARCH, typed=typed)
    establish = EstablishFact(employee="budi", period="2025", fact="ide_baru", number=D(3), basis="SK")
    assert after(*past.running, when=establish, by="official")
    with pytest.raises(Invalid, match="programme 'mpp' tells 'ide_baru' of its members in 2025; report it there"):
        after(*past.running, when=establish, by="official", programme="mpp")
    with pytest.raises(Invalid, match="'ide_baru' is measured in dinkes for 2025; have the times there imported"):
        after(*past.running, when=establish, by="official", measured_in="dinkes")


def test_what_it_stood_at_before_is_revised_with_a_reason_and_taken_away(after):
    told = NamedBaseline(D(95), date(2024, 12, 31), "LKjIP 2024, diaudit")
    revise = ReviseProgrammeBaseline(**WHICH, indicator="berkas", baseline=told, reason="Audit BPK")
    revised = BaselineRevised(
        **WHICH, indicator="berkas", baseline=Baseline(told.value, told.day, told.source), reason="Audit BPK"
    )
    ended = ProgrammeEnded(**WHICH, on=date(2025, 9, 30), reason="Anggaran dipotong", completed=False)

    assert after(STARTED, FILES, when=revise, by="official", on=AFTER) == [revised]
    assert after(STARTED, FILES, ended, when=revise, by="official", on=AFTER) == [revised]
    with pytest.raises(AlreadyDone, match="/baseline: it is that already; nothing would change"):
        after(STARTED, FILES, revised, when=revise, by="official", on=AFTER)
    gone = BaselineRevised(**WHICH, indicator="berkas", reason="Tak dapat dibuktikan")
    away = replace(revise, baseline=None, reason="Tak dapat dibuktikan")
    assert after(STARTED, FILES, when=away, by="official", on=AFTER) == [gone]
    with pytest.raises(AlreadyDone, match="it is that already"):
        after(STARTED, FILES, gone, when=away, by="official", on=AFTER)
    for wrong, message in (
        (replace(revise, indicator="berka"), "the programme has no indicator 'berka'; did you mean 'berkas'"),
        (replace(revise, reason=" "), "the reason is empty"),
        (replace(revise, baseline=replace(told, day=MARCH)), "2025-03-01 is not before the programme began"),
        (replace(revise, baseline=replace(told, source=" ")), "the source is empty"),
    ):
        with pytest.raises(Invalid, match=message):
            after(STARTED, FILES, when=wrong, by="official", on=AFTER)
    with pytest.raises(NotAllowed):
        after(STARTED, FILES, when=revise, by="sri", on=AFTER)


def test_a_target_is_revised_set_and_taken_away(after):
    revise = ReviseProgrammeTarget(**WHICH, indicator="berkas", period="2025", target=D(400), reason="Anggaran")
    revised = ProgrammeTargetRevised(**WHICH, indicator="berkas", period="2025", target=D(400), reason="Anggaran")

    assert after(STARTED, FILES, when=revise, by="official", on=AFTER) == [revised]
    with pytest.raises(AlreadyDone, match="it is 400 in 2025 already"):
        after(STARTED, FILES, revised, when=revise, by="official", on=AFTER)
    gone = ProgrammeTargetRevised(**WHICH, indicator="berkas", period="2025", reason="Tak diukur")
    away = replace(revise, target=None, reason="Tak diukur")
    assert after(STARTED, FILES, when=away, by="official", on=AFTER) == [gone]
    with pytest.raises(AlreadyDone, match="it is not measured in 2025 already"):
        after(STARTED, FILES, gone, when=away, by="official", on=AFTER)
    new = replace(revise, period="2026")
    assert after(STARTED, FILES, when=new, by="official", on=AFTER) == [replace(revised, period="2026")]
    typed = (TypedFact("budi", "2026", "realisasi_tim"),)
    with pytest.raises(NotOpen, match="'realisasi_tim' of budi in 2026 was typed"):
        after(STARTED, FILES, when=new, by="official", on=AFTER, typed=typed)
    with pytest.raises(Invalid, match="the programme has no indicator 'berkaz'"):
        after(STARTED, FILES, when=replace(revise, indicator="berkaz"), by="official", on=AFTER)


def test_a_report_is_filed_once_by_a_member_and_answered_by_the_lead(after):
    assert after(*RUNNING, when=REPORT, by="budi", on=AFTER) == [REPORTED]
    assert after(*RUNNING, REPORTED, when=AcceptProgrammeReport(**WHICH, report="r1"), by="sri", on=AFTER) == [ACCEPTED]
    back = ReturnProgrammeReport(**WHICH, report="r1", feedback="Bukti?")
    returned = ProgrammeReportReturned(**WHICH, report="r1", feedback="Bukti?")
    assert after(*RUNNING, REPORTED, when=back, by="sri", on=AFTER) == [returned]
    with pytest.raises(AlreadyDone, match="'r1' was returned; use a new id"):
        after(*RUNNING, REPORTED, returned, when=REPORT, by="budi", on=AFTER)
    with pytest.raises(AlreadyDone, match="'r1' was returned already"):
        after(*RUNNING, REPORTED, returned, when=back, by="sri", on=AFTER)
    with pytest.raises(Invalid, match="the programme has no report 'r9'"):
        after(*RUNNING, REPORTED, when=replace(back, report="r9"), by="sri", on=AFTER)
    with pytest.raises(NotAllowed, match="in which wati may send report-programme-progress"):
        after(*RUNNING, when=REPORT, by="wati", on=AFTER)


def test_a_report_of_the_lead_is_answered_by_the_owner_and_nobodys_by_themselves(after):
    by_lead = replace(REPORTED, by="sri")
    accept = AcceptProgrammeReport(**WHICH, report="r1")

    assert after(*RUNNING, when=REPORT, by="sri", on=AFTER) == [by_lead]
    assert after(*RUNNING, by_lead, when=accept, by="official", on=AFTER) == [ACCEPTED]
    with pytest.raises(NotAllowed, match="nobody answers a report of their own"):
        after(*RUNNING, by_lead, when=accept, by="sri", on=AFTER)
    # Who led when it was filed leads no more; the new lead may not answer for the old one's sake either way round.
    handed = ProgrammeReassigned(**WHICH, lead="budi", owner="official", reason="Mutasi")
    with pytest.raises(NotAllowed, match="nobody answers a report of their own"):
        after(*RUNNING, REPORTED, handed, when=accept, by="budi", on=AFTER)


@pytest.mark.parametrize(
    ("changes", "on", "refusal", "message"),
    [
        ({"until": date(2025, 2, 28)}, AFTER, Invalid, "before the programme began on 2025-03-01"),
        ({"until": date(2026, 1, 6)}, AFTER, TooEarly, "2026-01-06 is still to come"),
        ({"until": date(2026, 1, 2)}, AFTER, Invalid, "lies in no period in which the indicator is measured"),
        ({"actual": D(-1)}, AFTER, Invalid, "-1 is below 0"),
        ({"evidence": []}, AFTER, Invalid, "progress needs evidence"),
        ({"indicator": "berkaz"}, AFTER, Invalid, "the programme has no indicator 'berkaz'"),
    ],
)
def test_a_report_says_what_was_reached_and_by_what_it_is_shown(after, changes, on, refusal, message):
    with pytest.raises(refusal, match=message):
        after(*RUNNING, when=replace(REPORT, **changes), by="budi", on=on)


def test_whoever_left_reports_of_their_days_alone(after):
    left = MemberLeft(**WHICH, employee="budi", on=date(2025, 6, 30), reason="Pindah")

    assert after(*RUNNING, left, when=replace(REPORT, until=date(2025, 6, 30)), by="budi", on=AFTER)
    with pytest.raises(NotAllowed, match="budi is no member of 'mpp' on 2025-12-31 or today"):
        after(*RUNNING, left, when=REPORT, by="budi", on=AFTER)


def test_a_period_is_concluded_by_share_and_days(after):
    """Budi has 0.6 on 306 days, Rini 0.4 on 184: 183.6 and 73.6 of 257.2."""
    (concluded,) = after(*RUNNING, REPORTED, ACCEPTED, when=CONCLUDE, **OFFICIAL)

    assert concluded.members == {
        "budi": [Stretch(MARCH, CLOSE, D("0.6"))],
        "rini": [Stretch(date(2025, 7, 1), CLOSE, D("0.4"))],
    }
    (files,) = concluded.indicators
    assert files.actuals == {"budi": D("314.090202"), "rini": D("125.909798")}
    assert files.targets == {"budi": D("356.920684"), "rini": D("143.079316")}
    assert sum(files.actuals.values()) == files.actual == D(440)
    assert sum(files.targets.values()) == files.target == D(500)
    assert (files.at, files.until, files.feeds) == ([11, 12], CLOSE, Feeds("realisasi_tim", "target_tim"))


def test_a_rate_is_the_same_for_all(after):
    spoken = replace(REPORTED, indicator="menit", actual=D("12.5"))

    (concluded,) = after(STARTED, BUDI, RINI, SPEED, spoken, ACCEPTED, when=CONCLUDE, **OFFICIAL)

    assert concluded.indicators == [
        ConcludedIndicator("menit", Counting.COMMON, D("12.5"), D(15), CLOSE, [11, 12], Feeds("ide_baru"))
    ]


def test_of_several_reports_that_of_the_latest_day_counts_and_of_one_day_the_last_accepted(after):
    earlier = replace(REPORTED, report="r2", until=date(2025, 11, 30), actual=D(400))
    again = replace(REPORTED, report="r3", actual=D(450))
    answers = [ProgrammeReportAccepted(**WHICH, report=one) for one in ("r3", "r1", "r2")]

    (concluded,) = after(STARTED, BUDI, FILES, REPORTED, earlier, again, *answers, when=CONCLUDE, **OFFICIAL)

    assert (concluded.indicators[0].actual, concluded.indicators[0].at) == (D(440), [11, 12])


def test_days_out_of_service_exempt_or_after_the_end_are_no_days_of_a_member(after):
    place = [(date(2024, 1, 1), Assignment("dinkes", "sri")), (date(2025, 6, 1), Assignment("disdik", "tono"))]
    leave = [Exemption("SK 1", ExemptionKind.UNPAID_LEAVE, date(2025, 5, 1), date(2025, 5, 31))]
    people = {"budi": Tenure(date(2024, 1, 1), date(2025, 8, 31), place, exemptions=leave)}
    share = ShareRevised(**WHICH, employee="budi", since=date(2025, 7, 1), share=D("0.2"), reason="x")
    ended = ProgrammeEnded(**WHICH, on=date(2025, 9, 30), reason="Selesai")
    said = (replace(REPORTED, until=date(2025, 9, 30)), ACCEPTED)

    (concluded,) = after(*RUNNING, share, *said, ended, when=CONCLUDE, **OFFICIAL, people=people)

    assert concluded.members == {
        "budi": [
            Stretch(MARCH, date(2025, 4, 30), D("0.6")),
            Stretch(date(2025, 6, 1), date(2025, 6, 30), D("0.6")),
            Stretch(date(2025, 7, 1), date(2025, 8, 31), D("0.2")),
        ],
        "rini": [Stretch(date(2025, 7, 1), date(2025, 9, 30), D("0.4"))],
    }


def test_nothing_is_concluded_before_its_time_nor_of_what_nobody_answered_or_reported(after):
    with pytest.raises(TooEarly, match="2025 ends on 2025-12-31; nothing is concluded before"):
        after(*RUNNING, when=CONCLUDE, by="official", on=date(2025, 12, 30))
    with pytest.raises(NotOpen, match="report 'r1' of 2025-12-31 waits for an answer"):
        after(*RUNNING, REPORTED, when=CONCLUDE, **OFFICIAL)
    with pytest.raises(NotOpen, match="no report of 'berkas' until a day of 2025 was accepted"):
        after(*RUNNING, when=CONCLUDE, **OFFICIAL)
    with pytest.raises(Invalid, match="no indicator of the programme is measured in '2026'; did you mean '2025'"):
        after(*RUNNING, when=replace(CONCLUDE, period="2026"), **OFFICIAL)
    with pytest.raises(NotOpen, match="nobody was a member of 'mpp' on a day of 2025"):
        after(STARTED, FILES, replace(REPORTED, by="sri"), ACCEPTED, when=CONCLUDE, **OFFICIAL)
    with pytest.raises(NotFound, match="2025 is not concluded; conclude it first"):
        after(*RUNNING, REPORTED, ACCEPTED, when=CorrectPeriod(**WHICH, period="2025", reason="x"), **OFFICIAL)


def test_what_was_concluded_is_corrected_and_says_of_whom_nothing_counts_any_more(after):
    correct = CorrectPeriod(**WHICH, period="2025", reason="Rini ternyata ikut, Budi tidak")
    there = (STARTED, BUDI, FILES, REPORTED, ACCEPTED)
    (concluded,) = after(*there, when=CONCLUDE, **OFFICIAL)
    left = MemberLeft(**WHICH, employee="budi", on=MARCH, reason="Keliru dicatat")

    assert concluded == ALONE
    with pytest.raises(AlreadyDone, match="2025 is concluded; correct it, with the reason"):
        after(*there, concluded, when=CONCLUDE, **OFFICIAL)
    with pytest.raises(AlreadyDone, match="2025 stands so already"):
        after(*there, concluded, when=correct, **OFFICIAL)
    (corrected,) = after(*there, concluded, RINI, left, when=correct, **OFFICIAL)
    assert isinstance(corrected, PeriodCorrected)
    assert corrected.members.keys() == {"budi", "rini"}
    out = {"budi": Tenure(date(2024, 1, 1), date(2025, 2, 28), [(date(2024, 1, 1), Assignment("dinkes", "sri"))])}
    (corrected,) = after(*there, concluded, RINI, when=correct, **OFFICIAL, people=out)
    assert corrected.members == {"budi": [], "rini": [Stretch(date(2025, 7, 1), CLOSE, D("0.4"))]}
    assert corrected.indicators[0].actuals == {"rini": D(440)}


def test_who_took_part_is_recorded_also_when_it_has_ended_and_has_their_part_of_it(after):
    """Whoever was forgotten is credited by a correction; nobody comes in after the last day."""
    ended = ProgrammeEnded(**WHICH, on=date(2025, 9, 30), reason="Anggaran dipotong", completed=False)
    late = replace(JOIN, employee="wati", since=date(2025, 8, 1))
    there = (*RUNNING, replace(REPORTED, until=date(2025, 9, 30)), ACCEPTED, ended)
    (concluded,) = after(*there, when=CONCLUDE, **OFFICIAL)

    (joined,) = after(*there, concluded, when=late, **OFFICIAL)
    assert joined == MemberJoined(**WHICH, employee="wati", since=date(2025, 8, 1), share=D("0.6"), role="Loket")
    correct = CorrectPeriod(**WHICH, period="2025", reason="Wati terlewat")
    (corrected,) = after(*there, concluded, joined, when=correct, **OFFICIAL)
    assert corrected.members["wati"] == [Stretch(date(2025, 8, 1), date(2025, 9, 30), D("0.6"))]
    assert corrected.indicators[0].actuals["wati"] > 0
    assert sum(corrected.indicators[0].actuals.values()) == concluded.indicators[0].actual
    share = ReviseShare(**WHICH, employee="wati", since=date(2025, 9, 1), share=D("0.3"), reason="Separuh waktu")
    assert after(*there, concluded, joined, when=share, **OFFICIAL)

    for after_it in (replace(late, since=date(2025, 10, 1)), replace(share, since=date(2025, 10, 1))):
        with pytest.raises(AlreadyDone, match="the programme ended on 2025-09-30; name a day until then"):
            after(*there, joined, when=after_it, **OFFICIAL)


def test_it_ends_with_a_reason_and_what_was_until_then_is_still_reported_and_concluded(after):
    end = EndProgramme(**WHICH, on=date(2025, 9, 30), reason="Anggaran dipotong", completed=False)
    ended = ProgrammeEnded(**WHICH, on=date(2025, 9, 30), reason="Anggaran dipotong", completed=False)

    assert after(*RUNNING, when=end, by="official", on=AFTER) == [ended]
    with pytest.raises(AlreadyDone, match="'mpp' ended on 2025-09-30 already"):
        after(*RUNNING, ended, when=end, by="official", on=AFTER)
    with pytest.raises(Invalid, match="2026-02-01 is not within 2025-03-01 to 2026-01-05"):
        after(*RUNNING, when=replace(end, on=date(2026, 2, 1)), by="official", on=AFTER)
    revise = ReviseProgramme(**WHICH, title="Mal", purpose="Loket", units=["dinkes"], ends=CLOSE, reason="Lanjut")
    with pytest.raises(AlreadyDone, match="'mpp' ended on 2025-09-30"):
        after(*RUNNING, ended, when=revise, by="official", on=AFTER)
    reassign = ReassignProgramme(**WHICH, lead="wati", reason="Mutasi")
    with pytest.raises(AlreadyDone, match="'mpp' ended on 2025-09-30; start another"):
        after(*RUNNING, ended, when=reassign, by="official", on=AFTER)
    until = replace(REPORT, until=date(2025, 9, 30))
    assert after(*RUNNING, ended, when=until, by="budi", on=AFTER)
    said = (replace(REPORTED, until=date(2025, 9, 30)), ACCEPTED)
    assert after(*RUNNING, ended, *said, when=CONCLUDE, by="official", on=date(2025, 9, 30))
