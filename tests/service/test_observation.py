"""Time that acts: what opened, came near or passed is told to the log once, however often and wherever one looks."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import permutations
from threading import Barrier, Event, Thread
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from neraca.domain import streams
from neraca.domain.agency import days_before
from neraca.domain.appraisal import commands as ask
from neraca.domain.appraisal.deadlines import Deadline
from neraca.domain.command_rules import TimeLimit
from neraca.domain.vocabulary import DeadlineKind, FeedbackTone
from neraca.projecting.rebuild import rebuild
from neraca.service.observation import CLOCK, Observed, Watch, observe
from neraca.service.open_deadlines import OpenDeadline, is_open, open_deadlines
from neraca.service.replay import replay
from projections import clocks

JAKARTA = ZoneInfo("Asia/Jakarta")
TELLING = ("appraisal.window-opened", "appraisal.deadline-reminded", "appraisal.deadline-passed")
FIRST, NEAR, LAST, AFTER = date(2026, 12, 21), date(2027, 1, 27), date(2027, 1, 31), date(2027, 2, 1)
SUPERIORS = date(2027, 3, 1)
"""After the superior's time, whatever holidays there are in it."""


@pytest.fixture
def by_law(fixture_agency: Any, policy: str) -> Any:
    """A policy that judges the year, until the end of January; three are appraised, of whom Budi has a plan."""
    within = "nilai: {role: pejabat_penilai, within: 14 working_days, "
    text = policy.replace("cycle: quarter", "cycle: year").replace(
        within, f'{within}until: "01-31", superior_within: 14 working_days, '
    )
    fixture_agency.publish(text, version=2, since=date(2026, 1, 1))
    for nip in ("budi", "ani", "cici"):
        fixture_agency.tell("hr", ask.OpenAppraisal(employee=nip, period="2026"), on=date(2026, 1, 5))
    return fixture_agency


@pytest.fixture
def other(by_law: Any) -> Iterator[Any]:
    """Another process over the same database."""
    with by_law.house.again() as house:
        yield house


def looked(house: Any, agency: str, day: date, *, following: bool = True) -> Observed:
    if following:
        house.follow()
    return observe(
        house.service, house.url, house.agencies[agency], datetime(day.year, day.month, day.day, 1, tzinfo=JAKARTA)
    )


def told(by_law: Any) -> list[tuple[str, str, Any, date]]:
    """Employee, what, of which kind and until when, in the order of the log."""
    found: list[tuple[str, str, Any, date]] = []
    names = {streams.appraisal(by_law.id, nip, "2026"): nip for nip in ("budi", "ani", "cici")}
    for one in by_law.house.log.read(by_law.id, 0, by_law.house.log.head(by_law.id)):
        if one.type in TELLING:
            envelope = by_law.house.mapper.decode(one.type, one.data)
            assert envelope.by == CLOCK
            event: Any = envelope.body
            found.append((names[one.stream], one.type, getattr(event, "kind", None), event.last))
    return found


def test_the_first_look_of_a_day_tells_and_the_next_has_nothing_to_tell(by_law: Any) -> None:
    house, agency = by_law.house, by_law.id

    assert looked(house, agency, FIRST) == Observed(agency, FIRST, opened=3, reminded=0, passed=0)
    assert looked(house, agency, NEAR) == Observed(agency, NEAR, opened=0, reminded=3, passed=0)
    assert looked(house, agency, LAST) == Observed(agency, LAST, opened=0, reminded=0, passed=0)
    assert looked(house, agency, AFTER) == Observed(agency, AFTER, opened=0, reminded=0, passed=3)
    head = house.log.head(agency)
    assert looked(house, agency, AFTER) == Observed(agency, AFTER, opened=0, reminded=0, passed=0)
    assert house.log.head(agency) == head


def test_a_policy_says_how_long_before_the_last_day_one_is_reminded(fixture_agency: Any, policy: str) -> None:
    text = policy.replace("workflow:", "workflow:\n  reminders: 2 working_days")
    fixture_agency.publish(text, version=2, since=date(2026, 1, 1))
    fixture_agency.tell("hr", ask.OpenAppraisal(employee="budi", period="2026-Q1"), on=date(2026, 1, 5))
    house, agency = fixture_agency.house, fixture_agency.id
    house.follow()
    [due] = open_deadlines(house.url, house.service.policies, house.agencies[agency], "budi", date(2026, 4, 1))
    first = days_before(house.agencies[agency], due.last, TimeLimit(2, working=True))

    assert looked(house, agency, first - timedelta(days=1)).reminded == 0
    assert looked(house, agency, first).reminded == 1


def test_feedback_that_a_policy_asks_for_is_told_once_when_it_is_missed_and_bars_nobody(
    fixture_agency: Any, policy: str
) -> None:
    text = policy.replace("workflow:", "workflow:\n  feedback: {by_appraiser: monthly}")
    fixture_agency.publish(text, version=2, since=date(2026, 1, 1))
    fixture_agency.tell("hr", ask.OpenAppraisal(employee="budi", period="2026-Q1"), on=date(2026, 1, 5))
    house, agency = fixture_agency.house, fixture_agency.id

    def due(on: date) -> list[tuple[str, str | None, date, date, bool]]:
        house.follow()
        found = open_deadlines(house.url, house.service.policies, house.agencies[agency], "budi", on)
        return [(one.role, one.person, one.since, one.last, one.late) for one in found if one.kind == "FEEDBACK"]

    (appraiser,) = {person for _, person, *_ in due(date(2026, 1, 6))}
    january = ("pejabat_penilai", appraiser, date(2026, 1, 1), date(2026, 1, 31))
    assert due(date(2026, 2, 2)) == [(*january, True)]
    # The plan of the quarter, too, may pass: what is told of feedback is counted by its kind.
    for day in (date(2026, 1, 31), date(2026, 2, 2), date(2026, 2, 2)):
        looked(house, agency, day)
    stream = streams.appraisal(agency, "budi", "2026-Q1")
    told = [one.type for one in house.log.read(agency, 0, house.log.head(agency)) if _of_feedback(house, one, stream)]
    assert told == ["appraisal.deadline-reminded", "appraisal.deadline-passed"]

    words = ask.GiveFeedback(
        employee="budi", period="2026-Q1", feedback="1", tone=FeedbackTone.CONSTRUCTIVE, words="Catat tiap antrean"
    )
    fixture_agency.tell(appraiser, words, on=date(2026, 2, 3))
    assert due(date(2026, 2, 3)) == [("pejabat_penilai", appraiser, date(2026, 3, 1), date(2026, 3, 31), False)]


def _of_feedback(house: Any, one: Any, stream: Any) -> bool:
    return one.stream == stream and getattr(house.mapper.decode(one.type, one.data).body, "kind", None) == "FEEDBACK"


@pytest.mark.parametrize("days", [*permutations((NEAR, AFTER, SUPERIORS))])
def test_in_any_order_twice_and_by_two_processes_each_is_told_once(by_law: Any, other: Any, days: Any) -> None:
    for at, day in enumerate([*days, *reversed(days)]):
        # The second looks with a read model that has not taken in yet what the first told.
        looked((by_law.house, other)[at % 2], by_law.id, day)
        looked((other, by_law.house)[at % 2], by_law.id, day, following=False)

    news = told(by_law)
    assert [one for one, times in Counter(news).items() if times > 1] == []
    assert {(kind, nip) for nip, type_, kind, _ in news if type_ == "appraisal.deadline-passed"} == {
        (kind, nip)
        for kind in (DeadlineKind.EVALUATION, DeadlineKind.EVALUATION_BY_SUPERIOR)
        for nip in ("budi", "ani", "cici")
    }
    assert [one for one in replay(by_law.service, by_law.id) if one.differences] == []
    by_law.house.follow()
    assert rebuild(by_law.house.url, clocks.PROJECTION, switch="never").equal


def test_two_that_look_at_the_same_moment_tell_each_once(by_law: Any, other: Any) -> None:
    by_law.house.follow()
    together, seen = Barrier(2), list[Observed]()

    def look(house: Any) -> None:
        together.wait()
        seen.append(looked(house, by_law.id, AFTER, following=False))

    both = [Thread(target=look, args=(house,)) for house in (by_law.house, other)]
    for one in both:
        one.start()
    for one in both:
        one.join()

    assert sum(one.passed for one in seen) == len(told(by_law)) == 3


def test_what_was_left_when_somebody_was_killed_in_between_is_told_by_the_next(by_law: Any) -> None:
    by_law.house.follow()
    by_law.tell("clock", ask.ObserveDeadlines(employee="ani", period="2026"), on=AFTER, actor=_clock(by_law))

    assert looked(by_law.house, by_law.id, AFTER, following=False).passed == 2
    assert Counter(nip for nip, *_ in told(by_law)) == {"ani": 1, "budi": 1, "cici": 1}


def _clock(by_law: Any) -> Any:
    actor = by_law.actor("auditor", "clock")
    return type(actor)(CLOCK, actor.roles, actor.agency)


def test_what_is_due_is_told_to_whoever_asks_late_first_and_as_it_was(by_law: Any) -> None:
    house, known = by_law.house, by_law.house.agencies[by_law.id]
    house.follow()
    before = house.log.head(by_law.id)
    by_law.tell("hr", ask.CancelAppraisal(employee="ani", period="2026", reason="keliru"), on=date(2026, 2, 2))
    house.follow()

    def due(person: str | None, on: date, position: int | None = None) -> list[OpenDeadline]:
        return open_deadlines(house.url, by_law.service.policies, known, person, on, position)

    evaluation = OpenDeadline(
        employee="budi",
        period="2026",
        kind=DeadlineKind.EVALUATION,
        role="pejabat_penilai",
        person="sri",
        since=date(2026, 12, 31),
        last=LAST,
        late=True,
        acts="sri",
    )
    superior = due("budi", AFTER)[-1]
    assert due("budi", AFTER) == [evaluation, superior]
    assert (superior.kind, superior.person, superior.since, superior.late) == (
        DeadlineKind.EVALUATION_BY_SUPERIOR,
        "agus",
        LAST,
        False,
    )
    assert [(one.employee, one.late) for one in due("sri", LAST)] == [("budi", False), ("cici", False)]
    assert {one.employee for one in due("sri", LAST, before)} == {"ani", "budi", "cici"}
    assert [one.kind for one in due(None, SUPERIORS)] == [DeadlineKind.EVALUATION] * 2 + [
        DeadlineKind.EVALUATION_BY_SUPERIOR
    ] * 2
    assert due("eko", AFTER) == []


@pytest.mark.parametrize(("kind", "open_after"), [(kind, kind is not DeadlineKind.OBJECTION) for kind in DeadlineKind])
def test_what_is_owed_stays_open_and_a_right_to_object_ends(kind: DeadlineKind, open_after: bool) -> None:
    limit = Deadline(kind, "pegawai", FIRST, LAST)

    assert is_open(limit, LAST)
    assert is_open(limit, AFTER) is open_after


def test_a_watch_says_what_failed_and_looks_again() -> None:
    looks, failures, again = 0, list[str](), Event()

    def look() -> None:
        nonlocal looks
        looks += 1
        if looks == 1:
            raise ValueError("the database is away")
        again.set()

    watch = Watch(look, timedelta(microseconds=1), lambda error: failures.append(str(error)))
    watch.start()
    assert again.wait(60)
    watch.stop()

    assert failures == ["the database is away"]
