"""Raters drawn over the log: by what it had at the draw, the same for whoever does it again."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from hashlib import sha256
from typing import Any

import pytest
from msgspec import structs

from neraca.domain import rater_draw, streams
from neraca.domain.appraisal import commands as ask
from neraca.domain.appraisal.events import AssignedRaters, Cut, Evidence, Finalised, RaterDeclined, RatersAssigned
from neraca.domain.errors import Blocked, Invalid, NotAllowed, NotOpen, TooEarly
from neraca.domain.programme.commands import JoinProgramme, LeaveProgramme, StartProgramme
from neraca.domain.programme.events import ProgrammeKind
from neraca.domain.rater_draw import OpenRaterDraw, RaterDrawOpened
from neraca.domain.roster import AssignEmployee, RegisterEmployee, RetireEmployee
from neraca.domain.vocabulary import EmploymentType, PositionClass, Relation
from neraca.service.command_batch import CommandBatch
from neraca.service.draws import redrawn
from neraca.service.observation import observe
from neraca.service.open_deadlines import open_deadlines
from neraca.service.replay import replay
from neraca.service.stream_locks import Busy

Q2 = "2025-Q2"
BEGIN = date(2025, 4, 1)
FIRST, LAST = date(2025, 6, 16), date(2025, 7, 14)
RULE = """workflow:
  raters:
    opens: P14D
    within: P14D
    groups:
      rekan: {from: unit, count: 3}
"""
SCORES = {"layanan": Decimal(80), "disiplin": Decimal(80)}


@pytest.fixture
def assigning(fixture_agency: Any, policy: str) -> Any:
    """Budi, Ani, Cici and Dedi work under Sri, and so do Fifi and Gita; three colleagues are drawn to rate each."""
    fixture_agency.publish(policy.replace("workflow:\n", RULE), version=2, since=BEGIN)
    colleagues(fixture_agency, "fifi", "gita")
    return fixture_agency


def colleagues(agency: Any, *names: str) -> None:
    for nip in names:
        agency.tell(
            "hr",
            RegisterEmployee(
                employee=nip,
                name=nip.title(),
                employment_type=EmploymentType.CIVIL_SERVANT,
                position="Analis",
                position_class=PositionClass.FUNCTIONAL,
                since=date(2025, 1, 1),
            ),
            AssignEmployee(employee=nip, unit="dinkes", since=date(2025, 1, 1), supervisor="sri"),
        )


def drawn(agency: Any, employee: str) -> RatersAssigned:
    own = agency.service.reader.stream(agency.id, streams.appraisal(agency.id, employee, Q2))
    [event] = [one.event for one in own if isinstance(one.event, RatersAssigned)]
    return event


def peer(agency: Any, employee: str, rater: str, on: date = FIRST) -> None:
    agency.tell(rater, ask.Rate(employee=employee, period=Q2, relation=Relation.PEER, scores=SCORES), on=on)


def test_colleagues_are_drawn_by_the_salt_in_the_log_and_nobody_else_rates(assigning: Any) -> None:
    assigning.plan("budi", Q2)
    assign = ask.AssignRaters(employee="budi", period=Q2)
    with pytest.raises(NotOpen, match="no draw of raters is open"):
        assigning.tell("hr", assign, on=FIRST)
    with pytest.raises(NotOpen, match="no draw of raters is open"):
        assigning.tell("hr", OpenRaterDraw(period=Q2), assign, on=FIRST)
    assigning.tell("hr", OpenRaterDraw(period=Q2), on=FIRST)
    assigning.tell("hr", assign, on=FIRST)

    [opened] = assigning.service.reader.stream(assigning.id, streams.rater_draw(assigning.id, Q2))
    salt: RaterDrawOpened = opened.event
    assert salt.salt_sha256 == sha256(bytes.fromhex(salt.salt)).hexdigest()
    event = drawn(assigning, "budi")
    [group] = event.groups
    everybody = ["ani", "cici", "dedi", "fifi", "gita"]
    assert (event.salt, group.candidates, group.count) == (opened.position, 5, 3)
    seed = rater_draw.seed(assigning.id, Q2, "budi", Relation.PEER, salt.salt)
    order = rater_draw.drawn(everybody, seed)
    assert (group.seed, group.raters) == (seed, tuple(order[:3]))
    peer(assigning, "budi", order[0])
    with pytest.raises(NotAllowed, match="is not assigned to rate as PEER"):
        peer(assigning, "budi", order[3])


def test_a_draw_is_done_again_from_the_log_and_one_that_was_not_by_it_is_told(assigning: Any) -> None:
    assigning.plan("budi", Q2)
    assigning.tell("hr", OpenRaterDraw(period=Q2), on=FIRST)
    assigning.tell("hr", ask.AssignRaters(employee="budi", period=Q2), on=FIRST)
    colleagues(assigning, "hana", "ira")
    agency = assigning.house.agencies[assigning.id]
    [again] = redrawn(assigning.service.reader, assigning.service.policies, agency)
    assert (again.employee, again.period, again.relation, again.taken, again.candidates, again.difference) == (
        "budi",
        Q2,
        "PEER",
        3,
        5,
        None,
    )

    event, others = drawn(assigning, "budi"), {"ani", "cici", "dedi", "fifi", "gita"}
    [group] = event.groups
    chosen = tuple(sorted(others - {group.raters[0]})[:3])
    opened = assigning.service.reader.stream(assigning.id, streams.appraisal(assigning.id, "budi", Q2))[0].event
    forged = structs.replace(event, groups=[structs.replace(group, raters=chosen)])
    stream = streams.appraisal(assigning.id, "budi", "2025-Q3")
    assigning.keep("hr", stream, structs.replace(opened, period=Q2), forged, on=FIRST)
    told = redrawn(assigning.service.reader, assigning.service.policies, agency)
    assert [one.difference is None for one in told] == [True, False]
    assert "and the draw comes to" in (told[1].difference or "")


def test_whoever_came_out_of_turn_is_told(assigning: Any) -> None:
    assigning.plan("budi", Q2)
    assigning.tell("hr", OpenRaterDraw(period=Q2), on=FIRST)
    assigning.tell("hr", ask.AssignRaters(employee="budi", period=Q2), on=FIRST)
    first, *_, last = rater_draw.drawn(
        ["ani", "cici", "dedi", "fifi", "gita"], drawn(assigning, "budi").groups[0].seed or ""
    )
    reader, stream = assigning.service.reader, streams.appraisal(assigning.id, "budi", Q2)
    came = RaterDeclined(on=FIRST, rater=first, relation=Relation.PEER, reason="Kerabat", instead=last)
    assigning.keep("hr", stream, came, on=FIRST, after=len(reader.stream(assigning.id, stream)))

    why = told_again(assigning)["budi"] or ""
    assert why.startswith(f"at {assigning.house.log.head(assigning.id)} {last} came in the place of {first}, and ")


def test_the_next_comes_from_the_roster_of_the_draw_and_serves_still(assigning: Any) -> None:
    assigning.plan("budi", Q2)
    assigning.tell("hr", OpenRaterDraw(period=Q2), on=FIRST)
    assigning.tell("hr", ask.AssignRaters(employee="budi", period=Q2), on=FIRST)
    [group] = drawn(assigning, "budi").groups
    order = rater_draw.drawn(["ani", "cici", "dedi", "fifi", "gita"], group.seed or "")
    colleagues(assigning, "hana", "ira", "joni", "kiki")
    assigning.tell("hr", RetireEmployee(employee=order[3], on=date(2025, 6, 20)), on=FIRST)

    decline = ask.DeclineAssignment(employee="budi", period=Q2, reason="Kerabat")
    assigning.tell(order[1], decline, on=date(2025, 6, 24))

    own = assigning.service.reader.stream(assigning.id, streams.appraisal(assigning.id, "budi", Q2))
    assert own[-1].event == RaterDeclined(
        on=date(2025, 6, 24), rater=order[1], relation=Relation.PEER, reason="Kerabat", instead=order[4]
    )
    peer(assigning, "budi", order[4], on=LAST)


def test_colleagues_of_a_programme_are_drawn_too_by_the_log_at_the_draw(fixture_agency: Any, policy: str) -> None:
    either = RULE.replace("from: unit", "from: unit_or_programme")
    fixture_agency.publish(policy.replace("workflow:\n", either), version=2, since=BEGIN)
    opened(fixture_agency, "budi")
    begun: Any = {"programme": "mpp", "kind": ProgrammeKind.PROGRAMME, "title": "Mal", "purpose": "Satu loket"}
    start = StartProgramme(**begun, units=["dinkes", "disdik"], lead="tono", begins=BEGIN, ends=LAST)
    share: Any = {"programme": "mpp", "since": BEGIN, "share": Decimal("0.2"), "role": "Loket"}
    joined = [JoinProgramme(employee=nip, **share) for nip in ("budi", "ani", "eko")]
    fixture_agency.tell("official", start, *joined, on=BEGIN)
    fixture_agency.tell("hr", OpenRaterDraw(period=Q2), on=FIRST)
    fixture_agency.tell("hr", ask.AssignRaters(employee="budi", period=Q2), on=FIRST)
    left = LeaveProgramme(programme="mpp", employee="eko", on=BEGIN, reason="Keliru")
    fixture_agency.tell("official", left, on=FIRST)

    [group] = drawn(fixture_agency, "budi").groups
    order = rater_draw.drawn(["ani", "cici", "dedi", "eko"], group.seed or "")
    assert (group.source, group.candidates, group.raters) == ("unit_or_programme", 4, tuple(order[:3]))
    assert told_again(fixture_agency) == {"budi": None}


@pytest.fixture
def apart(fixture_agency: Any, policy: str) -> Any:
    """No two of Budi, Ani, Cici and Dedi may rate each other; the draw is open, and nobody is appraised yet."""
    text = policy.replace("workflow:\n", RULE + "    mutual: false\n")
    fixture_agency.publish(text, version=2, since=BEGIN)
    fixture_agency.tell("hr", OpenRaterDraw(period=Q2), on=FIRST)
    return fixture_agency


def opened(agency: Any, *names: str) -> None:
    for nip in names:
        agency.tell("hr", ask.OpenAppraisal(employee=nip, period=Q2), on=FIRST)


def told_again(agency: Any) -> dict[str, str | None]:
    found = redrawn(agency.service.reader, agency.service.policies, agency.house.agencies[agency.id])
    return {one.employee: one.difference for one in found}


APART = ("budi", "ani", "cici", "dedi")


def pairs(agency: Any) -> list[tuple[str, str]]:
    """Who are assigned to rate each other."""
    rates = {(rater, nip) for nip in APART for group in drawn(agency, nip).groups for rater in group.raters}
    return sorted((one, other) for one, other in rates if one < other and (other, one) in rates)


def test_no_two_colleagues_rate_each_other_where_the_policy_forbids_it(apart: Any) -> None:
    opened(apart, *APART)
    for nip in APART:
        apart.tell("hr", ask.AssignRaters(employee=nip, period=Q2), on=FIRST)

    assert {*drawn(apart, "budi").groups[0].raters} == {"ani", "cici", "dedi"}
    assert pairs(apart) == []


def test_who_was_to_rate_before_a_period_was_cut_may_be_rated(apart: Any) -> None:
    opened(apart, "budi", "ani")
    apart.tell("hr", ask.AssignRaters(employee="budi", period=Q2), on=FIRST)
    past = apart.service.reader.stream(apart.id, streams.appraisal(apart.id, "budi", Q2))
    cut = Cut(reason="pindah", parts=("2025-04", "2025-05..06"), since=date(2025, 5, 1))
    of_cici = streams.appraisal(apart.id, "cici", Q2)
    ani_rates = structs.replace(past[-1].event, groups=[AssignedRaters(Relation.PEER, "unit", ("ani",))])
    apart.keep("hr", of_cici, structs.replace(past[0].event, employee="cici"), ani_rates, cut, on=FIRST)

    apart.tell("hr", ask.AssignRaters(employee="ani", period=Q2), on=FIRST)

    # Budi is rated by Ani; that Cici was to be counts no more.
    assert {*drawn(apart, "ani").groups[0].raters} == {"cici", "dedi"}


def test_no_two_drawn_in_one_instant_rate_each_other(apart: Any) -> None:
    """As the clock draws: all are decided on what the log has before any of them is in it."""
    opened(apart, *APART)
    hr = apart.actor("hr")
    at = datetime.combine(FIRST, time(3), UTC)
    asked = [
        CommandBatch(agency=apart.id, actor=hr, commands=(ask.AssignRaters(employee=nip, period=Q2),), now=at)
        for nip in APART
    ]
    done = apart.service.handle_together(apart.id, asked)
    again = [apart.service.handle(one) for one, told in zip(asked, done, strict=True) if isinstance(told, Busy)]

    assert (len(again), all(one.events for one in again)) == (3, True)
    assert pairs(apart) == []
    assert told_again(apart) == dict.fromkeys(APART)


def test_no_two_drawn_in_one_batch_rate_each_other(apart: Any) -> None:
    opened(apart, *APART)
    both = [ask.AssignRaters(employee=nip, period=Q2) for nip in ("budi", "ani")]
    with pytest.raises(Invalid, match="assign-raters rests on what is in the log: send it in a batch of its own"):
        apart.tell("hr", *both, on=FIRST)


def test_the_next_is_nobody_whom_the_employee_rates_by_now(apart: Any) -> None:
    opened(apart, "budi")
    colleagues(apart, "fifi", "gita")
    reader = apart.service.reader
    own = streams.appraisal(apart.id, "budi", Q2)
    apart.tell("hr", ask.AssignRaters(employee="budi", period=Q2), on=FIRST)
    event = drawn(apart, "budi")
    order = rater_draw.drawn(["ani", "cici", "dedi", "fifi", "gita"], event.groups[0].seed or "")
    # Since then Budi was drawn to rate whoever is next.
    other = structs.replace(reader.stream(apart.id, own)[0].event, employee=order[3])
    rates = structs.replace(event, groups=[structs.replace(event.groups[0], raters=("budi", "ani", "cici"))])
    apart.keep("hr", streams.appraisal(apart.id, order[3], Q2), other, rates, on=FIRST)
    later = ask.DeclineAssignment(employee="budi", period=Q2, reason="Kerabat")
    apart.tell(order[0], later, on=FIRST)

    assert reader.stream(apart.id, own)[-1].event.instead == order[4]
    assert told_again(apart)["budi"] is None


@pytest.fixture
def watched(assigning: Any) -> Any:
    """Looks as the clock does on a day, and follows."""

    def look(day: date) -> Any:
        assigning.house.follow()
        known = assigning.house.agencies[assigning.id]
        seen = observe(assigning.service, assigning.house.url, known, datetime.combine(day, time(3), UTC))
        assigning.house.follow()
        return seen

    return look


def due(agency: Any, person: str | None, on: date) -> list[tuple[str, str, str, date, bool]]:
    house = agency.house
    found = open_deadlines(house.url, house.service.policies, house.agencies[agency.id], person, on)
    return [(one.kind, one.employee, one.person or "", one.last, one.late) for one in found if one.kind == "RATING"]


def test_the_clock_draws_when_the_time_to_rate_begins_reminds_and_closes_when_it_is_over(
    assigning: Any, watched: Any
) -> None:
    for nip in ("budi", "ani"):
        assigning.plan(nip, Q2)
    log = assigning.house.log
    watched(date(2025, 6, 15))
    assert not log.read_types(assigning.id, ["rater-draw.opened", "appraisal.raters-assigned"], 0)

    watched(FIRST)
    head = log.head(assigning.id)
    told = log.read_types(assigning.id, ["rater-draw.opened", "appraisal.raters-assigned"], 0)
    assert [one.type for one in told] == ["rater-draw.opened", *2 * ["appraisal.raters-assigned"]]
    watched(FIRST)
    assert log.head(assigning.id) == head
    first, *rest = drawn(assigning, "budi").groups[0].raters
    peer(assigning, "budi", first)
    near = date(2025, 7, 7)
    assert watched(near).reminded >= 2
    before = [one for one in due(assigning, "budi", date(2025, 7, 6)) if one[1] == "budi"]
    assert before == [("RATING", "budi", one, LAST, False) for one in sorted([first, *rest])]
    assert [one[2] for one in due(assigning, "budi", near) if one[1] == "budi"] == sorted(rest)
    peer(assigning, "budi", rest[0], on=near)
    assigning.house.follow()
    assert [one[2] for one in due(assigning, "budi", LAST) if one[1] == "budi"] == sorted(rest)

    watched(date(2025, 7, 15))
    closed = [one.type for one in log.read_types(assigning.id, ["appraisal.ratings-closed"], 0)]
    assert closed == 2 * ["appraisal.ratings-closed"]
    assert due(assigning, None, date(2025, 7, 15)) == []


def test_nothing_is_final_or_closed_while_those_who_are_assigned_may_rate(assigning: Any) -> None:
    assigning.plan("budi", Q2)
    for when, by in (
        (ask.Finalise(employee="budi", period=Q2), "sri"),
        (ask.CloseRatings(employee="budi", period=Q2), "hr"),
    ):
        with pytest.raises(TooEarly, match="the time to rate ends with 2025-07-14"):
            assigning.tell(by, when, on=LAST)


WHOLE = """workflow:
  raters:
    opens: P14D
    within: P14D
    sealed: true
    groups:
      rekan: {from: unit}
      diri: {from: self}
"""


@pytest.fixture
def whole(fixture_agency: Any, policy: str) -> Any:
    """All of Budi's colleagues are assigned; none counts before the last has rated, nothing is read before the end."""
    text = policy.replace("workflow:\n", WHOLE)
    text = text.replace(
        'rekan: {weight: 40, min: 3, max: 3, anonymous: true, missing: "reassign:atasan"}',
        "rekan: {weight: 30, min: 3, anonymous: true, missing: block, all: true}\n      diri: {weight: 10}",
    )
    fixture_agency.publish(text, version=2, since=BEGIN)
    fixture_agency.plan("budi", Q2)
    colleagues(fixture_agency, "fifi")
    fixture_agency.tell("hr", ask.AssignRaters(employee="budi", period=Q2), on=FIRST)
    rated = ask.Rate(employee="budi", period=Q2, relation=Relation.SUPERVISOR, scores=SCORES)
    fixture_agency.tell("sri", rated, on=FIRST)
    return fixture_agency


def test_all_of_a_group_rate_or_the_result_waits(whole: Any) -> None:
    assert drawn(whole, "budi").groups[0].raters == ("ani", "cici", "dedi", "fifi")
    for rater in ("ani", "cici", "dedi"):
        peer(whole, "budi", rater)
    finalise = ask.Finalise(employee="budi", period=Q2)
    after = date(2025, 7, 15)
    with pytest.raises(Blocked, match="0 of at least 3 ratings from rekan"):
        whole.tell("sri", finalise, on=after)


def test_the_silent_one_is_replaced_and_the_others_are_all(whole: Any) -> None:
    for rater in ("ani", "cici", "dedi"):
        peer(whole, "budi", rater)
    silent = ask.ReplaceRater(employee="budi", period=Q2, rater="fifi", reason="Sakit lama")
    whole.tell("hr", silent, on=LAST)
    whole.tell("budi", report_of_all(), on=FIRST)
    whole.tell("sri", ask.AcceptReport(employee="budi", period=Q2, report="l1"), on=LAST)

    whole.tell("sri", ask.Finalise(employee="budi", period=Q2), on=date(2025, 7, 15))

    final = whole.service.reader.stream(whole.id, streams.appraisal(whole.id, "budi", Q2))[-1].event
    assert isinstance(final, Finalised)
    assert final.closed == {"rekan": 3}
    assert [one.differences for one in replay(whole.service, whole.id)] == [()]


def report_of_all() -> ask.ReportProgress:
    return ask.ReportProgress(
        employee="budi",
        period=Q2,
        report="l1",
        result="layanan",
        target="berkas",
        until=FIRST,
        actual=Decimal(90),
        evidence=[Evidence("Rekap", "arsip:rekap")],
    )
