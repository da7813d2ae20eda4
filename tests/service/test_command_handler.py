"""Units of commands: together or not at all, once, and on what the sender saw."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from threading import Barrier, Event
from typing import Any
from uuid import UUID

import pytest

from neraca.domain import streams
from neraca.domain.achievement import PublishAchievement
from neraca.domain.appraisal import commands as ask
from neraca.domain.appraisal.events import PlannedResult, Target
from neraca.domain.attendance import RecordAttendance
from neraca.domain.careers import ChangePosition
from neraca.domain.contexts import Actor
from neraca.domain.errors import AlreadyDone, Invalid, NotAllowed, NotFound, TooEarly
from neraca.domain.roster import Delegate, RegisterEmployee, TransferEmployee
from neraca.domain.survey import OpenSurvey, RecordResponse, ResponseRecorded
from neraca.domain.vocabulary import EmploymentType, PositionClass, Relation, Role
from neraca.service import Busy, KeyReused, KeyRunning, NoSuchAgency, PreconditionFailed
from neraca.service import CommandBatch as Sent
from neraca.service.stream_locks import StreamLocks

PERIOD = "2025-Q1"
DURING, AFTER = date(2025, 3, 3), date(2025, 4, 8)


def attendance(employee: str, month: str = "2025-01", late: int = 0) -> RecordAttendance:
    return RecordAttendance(employee=employee, month=month, required_days=20, late=late)


def sent(fixture_agency: Any) -> list[tuple[str, bytes]]:
    return [(one.type, one.data) for one in fixture_agency.house.log.replay(fixture_agency.id)]


def test_a_unit_over_several_streams_is_stored_in_one_go(fixture_agency: Any) -> None:
    head = fixture_agency.house.log.head(fixture_agency.id)

    done = fixture_agency.tell(
        "hr", *[attendance(who) for who in ("budi", "ani", "budi")][:2], attendance("budi", "2025-02")
    )

    assert done.position == head + 3
    assert [one.position for one in done.events] == [head + 1, head + 2, head + 3]
    stored = fixture_agency.house.log.read(fixture_agency.id, head)
    assert [(one.id, one.type, one.stream, one.version, one.position) for one in done.events] == [
        (one.id, one.type, one.stream, one.version, one.position) for one in stored
    ]
    correlations = {fixture_agency.house.mapper.decode(one.type, one.data).correlation for one in stored}
    assert len(correlations) == 1


def test_later_commands_of_a_unit_see_what_earlier_ones_did(fixture_agency: Any) -> None:
    fixture_agency.plan("budi")
    move = TransferEmployee(employee="budi", unit="disdik", since=date(2025, 2, 1), supervisor="tono", reason="mutasi")
    follow = ask.ReassignAppraisal(
        employee="budi",
        period=PERIOD,
        unit="disdik",
        appraiser="tono",
        reviewer="agus",
        since=date(2025, 2, 1),
        reason="x",
    )

    fixture_agency.tell("hr", move, follow)

    fixture_agency.tell(
        "tono", ask.Rate(employee="budi", period=PERIOD, relation=Relation.SUPERVISOR, scores=scores(70))
    )


def test_one_refusal_refuses_the_unit_and_leaves_nothing_behind(fixture_agency: Any) -> None:
    fixture_agency.tell("hr", attendance("budi"))
    before = sent(fixture_agency), fixture_agency.service.keys(fixture_agency.id, "")

    with pytest.raises(AlreadyDone):
        fixture_agency.tell("hr", attendance("ani"), attendance("budi"), attendance("cici"))

    assert (sent(fixture_agency), fixture_agency.service.keys(fixture_agency.id, "")) == before
    assert fixture_agency.tell("hr", attendance("ani"), attendance("cici")).replayed is False


def test_the_same_key_and_body_is_done_once_and_answered_twice(fixture_agency: Any) -> None:
    first = fixture_agency.tell("hr", attendance("budi"), key="k")
    after = sent(fixture_agency)

    second = fixture_agency.tell("hr", attendance("budi"), key="k")

    assert second.replayed
    assert (second.position, second.events) == (first.position, first.events)
    assert sent(fixture_agency) == after


def test_a_repeated_command_that_could_be_done_again_is_not(fixture_agency: Any) -> None:
    fixture_agency.plan("budi")
    fact = ask.EstablishFact(employee="budi", period=PERIOD, fact="target_tim", basis="SK", number=Decimal(3))
    first = fixture_agency.tell("official", fact, key="k")

    assert fixture_agency.tell("official", fact, key="k") == type(first)(first.position, first.events, replayed=True)


def activity(report: str) -> ask.ReportActivity:
    return ask.ReportActivity(employee="budi", period=PERIOD, report=report, day=date(2025, 2, 3), activity="Loket")


def rate(score: int) -> ask.Rate:
    return ask.Rate(employee="budi", period=PERIOD, relation=Relation.PEER, scores=scores(score))


def test_a_repeated_command_is_answered_as_at_first_whatever_is_hidden_around_it(fixture_agency: Any) -> None:
    """The version that people know leaves out what is hidden before the event, and nothing of what came later."""
    fixture_agency.plan("budi")
    asked: list[tuple[str, Any]] = [
        (
            "ani",
            rate(70),
        ),
        ("budi", activity("l1")),
        (
            "cici",
            rate(80),
        ),
        ("ani", ask.WithdrawRating(employee="budi", period=PERIOD, reason="keliru")),
        ("budi", activity("l2")),
        ("hr", attendance("budi")),
    ]
    first = [fixture_agency.tell(by, command, key=f"k{n}") for n, (by, command) in enumerate(asked)]
    again = [fixture_agency.tell(by, command, key=f"k{n}") for n, (by, command) in enumerate(asked)]

    assert [one.replayed for one in again] == [True] * len(asked)
    assert [one.events for one in again] == [one.events for one in first]
    assert first[4].events[0].version == first[1].events[0].version + 1


def test_a_repeated_command_reads_no_more_of_a_long_stream(
    fixture_agency: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    fixture_agency.plan("budi")
    fixture_agency.tell("budi", activity("l1"), key="k")
    fixture_agency.tell("budi", *(activity(f"m{n}") for n in range(50)))
    read: list[Any] = []
    log = fixture_agency.house.log
    for name in ("read", "read_streams_types", "read_newer", "read_stream"):
        real = getattr(log, name)

        def counting(*asked: Any, real: Any = real, **more: Any) -> Any:
            found = real(*asked, **more)
            read.extend(found)
            return found

        monkeypatch.setattr(log, name, counting)
    monkeypatch.setattr(log, "read_streams", lambda *_: pytest.fail("the whole stream was read"))

    assert fixture_agency.tell("budi", activity("l1"), key="k").replayed
    assert len(read) == 1


def test_a_key_belongs_to_its_body(fixture_agency: Any) -> None:
    fixture_agency.tell("hr", attendance("budi"), key="k")

    with pytest.raises(KeyReused):
        fixture_agency.tell("hr", attendance("ani"), key="k")
    with pytest.raises(KeyReused):
        fixture_agency.tell("hr", attendance("budi", late=3), key="k")


def test_a_key_belongs_to_its_agency(fixture_agencies: dict[str, Any]) -> None:
    fixture_agencies["uji"].tell("hr", attendance("budi"), key="k")

    assert fixture_agencies["coba"].tell("hr", attendance("ani"), key="k").replayed is False


def test_a_refused_key_is_free_again(fixture_agency: Any) -> None:
    with pytest.raises(NotFound):
        fixture_agency.tell("hr", ask.OpenAppraisal(employee="siapa", period=PERIOD), key="k")

    assert fixture_agency.tell("hr", ask.OpenAppraisal(employee="budi", period=PERIOD), key="k").replayed is False


def test_a_key_that_is_being_worked_on_says_so(fixture_agency: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    entered, leave = Event(), Event()
    read = fixture_agency.service.reader.newer

    def slow(*given: Any) -> Any:
        entered.set()
        assert leave.wait(20)
        return read(*given)

    monkeypatch.setattr(fixture_agency.service.reader, "newer", slow)
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(fixture_agency.tell, "hr", attendance("budi"), key="k")
        assert entered.wait(20)
        with pytest.raises(KeyRunning):
            fixture_agency.tell("hr", attendance("budi"), key="k")
        leave.set()
        assert running.result().replayed is False
    assert fixture_agency.tell("hr", attendance("budi"), key="k").replayed


def test_whoever_read_an_older_version_is_told_the_current_one(fixture_agency: Any) -> None:
    fixture_agency.plan("budi")
    version = fixture_agency.tell("hr", ask.OpenAppraisal(employee="ani", period=PERIOD)).events[-1].version
    draft = ask.ReviseTarget(
        employee="budi", period=PERIOD, result="layanan", target="berkas", value=Decimal(120), reason="tambahan"
    )

    with pytest.raises(PreconditionFailed) as stale:
        fixture_agency.tell("sri", draft, expected=(3,))
    assert stale.value.current == (4,)
    assert fixture_agency.tell("sri", draft, expected=(4,)).events[0].version == 5
    assert version == 1


def test_a_unit_names_one_version_for_each_stream_it_touches(fixture_agency: Any) -> None:
    fixture_agency.tell("hr", attendance("budi"))
    both = (attendance("budi", "2025-02"), attendance("ani"))

    with pytest.raises(Invalid, match="names 1 versions for 2 streams"):
        fixture_agency.tell("hr", *both, expected=(1,))
    with pytest.raises(PreconditionFailed) as stale:
        fixture_agency.tell("hr", *both, expected=(1, 1))
    assert stale.value.current == (1, 0)
    assert len(fixture_agency.tell("hr", *both, expected=(1, 0)).events) == 2


def test_an_agency_that_is_not_there_is_refused_with_those_that_are(fixture_agency: Any) -> None:
    with pytest.raises(NoSuchAgency, match="no agency 'atlantis'; there are coba, uji"):
        fixture_agency.tell("hr", attendance("budi"), agency="atlantis")


def test_nobody_writes_in_another_agency(fixture_agencies: dict[str, Any]) -> None:
    with pytest.raises(NotAllowed, match="belongs to uji"):
        fixture_agencies["uji"].tell("hr", attendance("budi"), agency="coba")


def test_both_of_two_conflicting_commands_are_decided_on_what_is_there(fixture_agency: Any) -> None:
    """Eight people rate at the same moment; the policy takes one supervisor and three peers."""
    fixture_agency.plan("budi")
    outcomes = at_once(
        [
            lambda: fixture_agency.rate("budi", 80),
            *[lambda who=who: fixture_agency.rate("budi", 70, by=who) for who in ("ani", "cici", "dedi")],
            *[lambda: fixture_agency.rate("budi", 80) for _ in range(4)],
        ]
    )

    assert sorted(type(one).__name__ for one in outcomes) == ["AlreadyDone"] * 4 + ["CommandResult"] * 4
    versions = [
        one.version
        for one in fixture_agency.service.reader.stream(
            fixture_agency.id, streams.appraisal(fixture_agency.id, "budi", PERIOD)
        )
    ]
    assert versions == list(range(1, 9))


def test_many_writers_of_one_stream_all_get_through(fixture_agency: Any) -> None:
    fixture_agency.plan("budi")
    facts = [
        ask.EstablishFact(employee="budi", period=PERIOD, fact="target_tim", basis=f"SK {n}", number=Decimal(n))
        for n in range(1, 9)
    ]

    outcomes = at_once([lambda fact=fact: fixture_agency.tell("official", fact) for fact in facts])

    assert [one for one in outcomes if isinstance(one, Exception)] == []
    assert sorted(event.version for one in outcomes for event in one.events) == list(range(5, 13))


def test_who_says_what_they_saw_is_not_retried(fixture_agency: Any) -> None:
    fixture_agency.plan("budi")
    facts = [
        ask.EstablishFact(employee="budi", period=PERIOD, fact="target_tim", basis=f"SK {n}", number=Decimal(n))
        for n in range(1, 6)
    ]

    outcomes = at_once([lambda fact=fact: fixture_agency.tell("official", fact, expected=(4,)) for fact in facts])

    assert sorted(type(one).__name__ for one in outcomes) == ["CommandResult"] + ["PreconditionFailed"] * 4
    assert all(one.current == (5,) for one in outcomes if isinstance(one, PreconditionFailed))


def test_who_comes_too_late_learns_where_every_stream_is(fixture_agency: Any) -> None:
    outcomes = at_once(
        [
            lambda month=month: fixture_agency.tell(
                "hr", attendance("budi", month), attendance("ani", month), expected=(0, 0), on=date(2025, 6, 2)
            )
            for month in ("2025-01", "2025-02", "2025-03", "2025-04", "2025-05")
        ]
    )

    assert sorted(type(one).__name__ for one in outcomes) == ["CommandResult"] + ["PreconditionFailed"] * 4
    assert {one.current for one in outcomes if isinstance(one, PreconditionFailed)} == {(1, 1)}


def test_the_same_unit_sent_at_once_under_one_key_is_done_once(fixture_agency: Any) -> None:
    outcomes = at_once([lambda: fixture_agency.tell("hr", attendance("budi"), key="k") for _ in range(6)])

    done = [one for one in outcomes if not isinstance(one, Exception)]
    assert [one.replayed for one in done].count(False) == 1
    assert all(isinstance(one, KeyRunning) for one in outcomes if isinstance(one, Exception))
    assert len({one.position for one in done}) == 1


def test_a_unit_says_who_for_whom_and_from_what_day(fixture_agency: Any) -> None:
    fixture_agency.plan("budi")
    raised = ChangePosition(
        employee="eko", since=DURING, position_class=PositionClass.SUPERVISOR, decree="SK 1", reason="promosi"
    )
    fixture_agency.tell("hr", raised)
    fixture_agency.tell("sri", Delegate(employee="sri", to="eko", since=DURING, until=DURING, reason="dinas luar"))
    rate = ask.Rate(employee="budi", period=PERIOD, relation=Relation.SUPERVISOR, scores=scores(70))

    fixture_agency.tell(
        "eko",
        rate,
        on_behalf_of="sri",
        correlation="surat-7",
        causation="uji:3",
        effective=date(2025, 2, 1),
    )

    last = fixture_agency.house.log.read(fixture_agency.id, fixture_agency.house.log.head(fixture_agency.id) - 1)[0]
    envelope = fixture_agency.house.mapper.decode(last.type, last.data)
    assert (envelope.by, envelope.on_behalf_of, envelope.correlation, envelope.causation, envelope.effective) == (
        "eko",
        "sri",
        "surat-7",
        "uji:3",
        date(2025, 2, 1),
    )
    assert envelope.body.rater == "sri"


def scores(value: int) -> dict[str, Decimal]:
    return {"layanan": Decimal(value), "disiplin": Decimal(value)}


def at_once(acts: list[Callable[[], Any]]) -> list[Any]:
    """What each gave or raised, all begun together."""
    ready = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        ready.wait(20)
        try:
            return act()
        except Exception as refused:
            return refused

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_a_rule_on_a_whole_plan_is_asked_after_the_whole_list(fixture_agency: Any) -> None:
    which: Any = {"employee": "budi", "period": PERIOD}
    halves = [PlannedResult(id_, id_, [Target("t", "T", "berkas", Decimal(10), Decimal(50))]) for id_ in "ab"]
    fixture_agency.tell("hr", ask.OpenAppraisal(**which))
    fixture_agency.tell("budi", ask.DraftPlan(**which, results=halves), ask.SubmitPlan(**which))
    fixture_agency.tell("sri", ask.ApprovePlan(**which))

    def weigh(result: str, weight: int) -> ask.ReviseTarget:
        return ask.ReviseTarget(**which, result=result, target="t", reason="bergeser", weight=Decimal(weight))

    before = sent(fixture_agency)
    with pytest.raises(Invalid, match="weights of 'skp' sum to 115, must be 100") as refused:
        fixture_agency.tell("sri", weigh("a", 60), weigh("b", 55))
    assert refused.value.at == 1
    assert sent(fixture_agency) == before
    assert len(fixture_agency.tell("sri", weigh("a", 60), weigh("b", 40)).events) == 2


def survey_responses(fixture_agency: Any) -> list[str]:
    events = [
        fixture_agency.house.mapper.decode(one.type, one.data).body
        for one in fixture_agency.house.log.replay(fixture_agency.id)
    ]
    return [event.respondent for event in events if isinstance(event, ResponseRecorded)]


def test_many_who_answer_one_survey_at_once_are_all_heard_once(fixture_agency: Any) -> None:
    """From two server processes: they share a database and nothing else."""
    where: Any = {"unit": "dinkes", "period": PERIOD, "survey": "skm"}
    fixture_agency.tell("surveyor", OpenSurvey(**where, elements=["u1", "u2", "u3"]))
    clients, answers = 32, 6
    together = Barrier(clients)

    with fixture_agency.house.again() as other:

        def answer(client: int) -> None:
            service = (fixture_agency.service, other.service)[client % 2]
            together.wait()
            for number in range(answers):
                response = RecordResponse(**where, respondent=f"w{client}-{number}", answers={"u1": Decimal(3)})
                batch = Sent(
                    agency=fixture_agency.id,
                    actor=Actor("surveyor", frozenset({Role.SURVEYOR}), fixture_agency.id),
                    commands=(response,),
                    now=datetime(2025, 3, 3, tzinfo=UTC),
                    key=f"answer-{client}-{number}",
                )
                first = service.handle(batch)
                assert service.handle(batch).events == first.events

        with ThreadPoolExecutor(clients) as pool:
            list(pool.map(answer, range(clients)))

    assert sorted(survey_responses(fixture_agency)) == sorted(
        f"w{c}-{n}" for c in range(clients) for n in range(answers)
    )


def test_whose_turn_does_not_come_is_told_to_come_again() -> None:
    one, other = UUID(int=1), UUID(int=2)
    turns = StreamLocks(timedelta(milliseconds=20))

    with turns.take([one, other]):
        with pytest.raises(Busy, match="send it again"), turns.take([other]):
            pass
        with turns.take([UUID(int=3)]):
            pass

    with turns.take([other, one, one]):
        pass


@pytest.mark.parametrize(
    ("command", "message"),
    [
        (OpenSurvey(unit="dinkes", period=PERIOD, survey="smk", elements=["u1", "u2", "u3"]), "did you mean 'skm'"),
        (OpenSurvey(unit="dinkes", period=PERIOD, survey="skm", elements=["u1", "u2"]), "without u3"),
        (OpenSurvey(unit="dinkes", period="2025", survey="skm", elements=["u1", "u2", "u3"]), "2025-Q1, 2025-Q2"),
        (
            PublishAchievement(unit="dinkes", period="2025-01", index=Decimal(90), predicate="baik", source="LKjIP"),
            "nobody is appraised for 2025-01; the policies in force appraise 2025-Q1$",
        ),
        (
            PublishAchievement(unit="dinkes", period="2024-Q4", index=Decimal(90), predicate="baik", source="LKjIP"),
            "takes part from 2025-01-01, after 2024-12-31",
        ),
        (RecordAttendance(employee="entah", month="2025-01", required_days=20), "entah is not on the roster"),
        (RecordAttendance(employee="budi", month="2024-12", required_days=20), "serves from 2025-01-01 on, on no day"),
    ],
)
def test_what_nothing_could_use_is_refused_with_what_there_is(fixture_agency: Any, command: Any, message: str) -> None:
    by = {OpenSurvey: "surveyor", PublishAchievement: "official"}.get(type(command), "hr")

    with pytest.raises((Invalid, TooEarly), match=message):
        fixture_agency.tell(by, command, on=AFTER)


def test_who_is_registered_in_a_list_has_attendance_in_it(fixture_agency: Any) -> None:
    register = RegisterEmployee(
        employee="fani",
        name="Fani",
        employment_type=EmploymentType.CONTRACT,
        position="Analis",
        position_class=PositionClass.FUNCTIONAL,
        since=date(2025, 1, 1),
    )

    assert len(fixture_agency.tell("hr", register, attendance("fani")).events) == 2
