"""Against a real PostgreSQL: what is kept of aggregates is what the log has, whoever wrote it and whatever failed."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import date
from decimal import Decimal
from itertools import count
from threading import Event, Lock, Thread
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs

from neraca.domain import dispatch, streams
from neraca.domain.appraisal import commands as ask
from neraca.domain.attendance import RecordAttendance
from neraca.domain.errors import Refusal
from neraca.domain.policy_register import PublishPolicy, SchedulePolicy
from neraca.domain.rater_privacy import Shown
from neraca.domain.roster import TransferEmployee
from neraca.domain.survey import OpenSurvey, RecordResponse
from neraca.domain.vocabulary import Relation
from neraca.service import aggregate_cache
from neraca.service.aggregate_cache import Aggregate, AggregateCache
from neraca.service.command_batch import CommandResult, PreconditionFailed
from neraca.service.stream_locks import Busy
from neraca.store.errors import Unreachable, VersionConflict
from projections.scores.fold import Fold

PERIOD = "2025-Q1"
APPRAISAL: dict[str, Any] = {"employee": "budi", "period": PERIOD}
SURVEY: dict[str, Any] = {"unit": "dinkes", "period": PERIOD, "survey": "skm"}


def activity(report: str, day: int = 1) -> ask.ReportActivity:
    return ask.ReportActivity(**APPRAISAL, report=report, day=date(2025, 2, day), activity="Loket")


def rate(score: int, relation: Relation = Relation.PEER) -> ask.Rate:
    return ask.Rate(**APPRAISAL, relation=relation, scores={"layanan": Decimal(score), "disiplin": Decimal(score)})


def revise(score: int) -> ask.ReviseRating:
    return ask.ReviseRating(**APPRAISAL, scores={"layanan": Decimal(score)}, reason="lain")


def move(employee: str, day: int, supervisor: str) -> TransferEmployee:
    since = date(2025, 2, day)
    return TransferEmployee(employee=employee, unit="dinkes", since=since, supervisor=supervisor, reason="mutasi")


reports = st.sampled_from([f"l{n}" for n in range(6)])
scores = st.integers(50, 100)
commands = st.one_of(
    st.tuples(st.just("budi"), st.builds(activity, reports, st.integers(1, 28))),
    st.tuples(st.just("sri"), st.builds(lambda report: ask.AcceptReport(**APPRAISAL, report=report), reports)),
    st.tuples(st.sampled_from(["ani", "cici", "dedi"]), st.builds(rate, scores)),
    st.tuples(st.sampled_from(["ani", "cici"]), st.builds(revise, scores)),
    st.tuples(st.just("ani"), st.just(ask.WithdrawRating(**APPRAISAL, reason="keliru"))),
    st.tuples(st.just("hr"), st.just(ask.CancelAppraisal(**APPRAISAL, reason="keliru"))),
    st.tuples(st.just("hr"), st.just(ask.OpenAppraisal(**APPRAISAL))),
    st.tuples(
        st.just("hr"),
        st.builds(
            lambda month: RecordAttendance(employee="budi", month=f"2025-0{month}", required_days=1),
            st.integers(1, 3),
        ),
    ),
    st.tuples(
        st.just("hr"),
        st.builds(move, st.sampled_from(["budi", "ani"]), st.integers(1, 28), st.sampled_from(["agus", "sri"])),
    ),
    st.tuples(
        st.just("surveyor"),
        st.builds(
            lambda n: RecordResponse(**SURVEY, respondent=f"w{n}", answers={"u1": Decimal(3)}), st.integers(1, 5)
        ),
    ),
)
"""Some are refused now and then, by role, state or day."""

hows = st.sampled_from(
    ["stored", "stored", "stored", "elsewhere", "lost", "conflict", "replayed", "half refused", "together"]
)


@pytest.fixture
def ready(fixture_agency: Any) -> Any:
    fixture_agency.plan("budi")
    fixture_agency.tell("surveyor", OpenSurvey(**SURVEY, elements=["u1", "u2", "u3"]))
    return fixture_agency


def cold(agency: Any, stream: Any, initial: Any) -> Aggregate:
    found = Aggregate(initial, 0, Shown())
    for past in agency.service.reader.streams(agency.id, [stream])[1]:
        found.take(past.event)
        found.version = past.version
    return found


def assert_warm_is_cold(agency: Any, command: Any) -> None:
    cache, stream = agency.service._cache, agency.stream(command)
    cache.catch_up(agency.id)
    warm = cache.load(agency.id, {stream: dispatch.initial(command)})[stream]
    assert warm == cold(agency, stream, dispatch.initial(command))
    for nip in ("budi", "ani", "sri", "agus"):
        of = streams.employee(agency.id, nip)
        assert cache.employee(agency.id, nip) == cold(agency, of, aggregate_cache.roster.State()).state


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(commands, hows), max_size=25))
def test_what_is_kept_is_what_the_log_has(ready: Any, told: list[tuple[tuple[str, Any], str]]) -> None:
    with ExitStack() as held:
        elsewhere = held.enter_context(ready.house.again())
        numbers = _numbers
        for (by, command), how in told:
            patch = held.enter_context(pytest.MonkeyPatch.context())
            key = f"acak-{next(numbers)}"
            with patch.context() as failing:
                _fail(failing, ready, how)
                try:
                    match how:
                        case "elsewhere":
                            other = structs.replace(_batch(ready, by, command), key=key)
                            elsewhere.service.handle(other)
                        case "together":
                            several = [structs.replace(_batch(ready, by, command), key=key)]
                            several += [
                                structs.replace(_batch(ready, by_, one), key=f"{key}-{n}")
                                for n, (by_, one) in enumerate(_OTHERS)
                            ]
                            _done_together(ready, several)
                        case "half refused":
                            ready.tell(by, command, command, key=key)
                        case "replayed":
                            ready.tell(by, command, key=key)
                            assert ready.tell(by, command, key=key).replayed
                        case _:
                            ready.tell(by, command, key=key)
                except (Refusal, PreconditionFailed, Unreachable):
                    pass
            assert_warm_is_cold(ready, command)


_numbers = count(1)
_OTHERS = (
    ("hr", RecordAttendance(employee="ani", month="2025-03", required_days=2)),
    ("budi", activity("l1")),
    ("hr", move("ani", 3, "sri")),
    ("ani", rate(70)),
)


def _done_together(agency: Any, batches: list[Any]) -> None:
    """As the door does it: what must wait is done by itself. What is said to be stored is what was stored."""
    before = agency.house.log.head(agency.id)
    outcomes = agency.service.handle_together(agency.id, batches)
    for n, (batch, outcome) in enumerate(zip(batches, outcomes, strict=True)):
        if isinstance(outcome, Busy):
            try:
                outcomes[n] = agency.service.handle(batch)
            except (Refusal, PreconditionFailed) as refused:
                outcomes[n] = refused
    stored = [one for outcome in outcomes if isinstance(outcome, CommandResult) for one in outcome.events]
    logged = agency.house.log.read(agency.id, before)
    assert sorted((one.position, one.stream, one.type) for one in stored) == [
        (one.position, one.stream, one.type) for one in logged
    ]
    assert all(isinstance(outcome, CommandResult | Refusal | PreconditionFailed) for outcome in outcomes)


def _batch(agency: Any, by: str, command: Any) -> Any:
    """As `tell` would send it."""
    sent: list[Any] = []

    class Catch:
        def handle(self, batch: Any) -> None:
            sent.append(batch)

    service, agency.service = agency.service, Catch()
    try:
        agency.tell(by, command)
    finally:
        agency.service = service
    return sent[0]


def _fail(patch: pytest.MonkeyPatch, agency: Any, how: str) -> None:
    """The next append fails as a lost database would make it, or finds that another was first."""
    ledger = agency.house.ledger
    append, failed = ledger.append, [False]

    def fails(*asked: Any) -> Any:
        if failed[0] or how not in ("lost", "conflict"):
            return append(*asked)
        failed[0] = True
        if how == "lost":
            raise Unreachable("the database is away")
        raise VersionConflict(asked[1].events[0].originator_id, 0, 1)

    patch.setattr(ledger, "append", fails)


def test_many_threads_leave_what_the_log_has(ready: Any) -> None:
    def report(n: int) -> None:
        ready.tell("budi", activity(f"t{n}"))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(report, range(40)))

    assert_warm_is_cold(ready, activity("x"))
    assert len(ready.service._cache.load(ready.id, {ready.stream(activity("x")): None})) == 1


def test_what_another_process_adds_is_seen_by_the_next_command(ready: Any) -> None:
    """The roster as well as the stream itself."""
    ready.tell("hr", move("ani", 1, "agus"))
    with ready.house.again() as elsewhere:
        elsewhere.service.handle(_batch(ready, "budi", activity("l1")))
        elsewhere.service.handle(_batch(ready, "hr", move("ani", 2, "sri")))

        ready.tell("sri", ask.AcceptReport(**APPRAISAL, report="l1"))

        assert_warm_is_cold(ready, activity("l1"))


def test_a_policy_that_another_process_publishes_rules_the_next_command(ready: Any, policy: str) -> None:
    ready.tell("budi", activity("l1"))
    text = policy.replace("\nversion: 1\n", "\nversion: 2\n")
    publish = PublishPolicy(file="kota-uji.yaml", texts={"kota-uji.yaml": text}, reason="baru")
    with ready.house.again() as elsewhere:
        elsewhere.service.handle(_batch(ready, "policy", publish))
        schedule = SchedulePolicy(id="kota-uji", version=2, since=date(2026, 1, 1))
        elsewhere.service.handle(_batch(ready, "policy", schedule))

    ready.tell("budi", activity("l2"))

    assert "kota-uji@2" in ready.service._policies.refs(ready.id)


def test_a_version_that_another_process_publishes_can_be_scheduled_at_once(ready: Any, policy: str) -> None:
    """The register is an aggregate too: whoever wrote to it here before must not decide on what it was then."""

    def publish(version: int) -> PublishPolicy:
        text = policy.replace("\nversion: 1\n", f"\nversion: {version}\n")
        return PublishPolicy(file="kota-uji.yaml", texts={"kota-uji.yaml": text}, reason="baru")

    ready.tell("policy", publish(2))
    with ready.house.again() as elsewhere:
        elsewhere.service.handle(_batch(ready, "policy", publish(3)))

    ready.tell("policy", SchedulePolicy(id="kota-uji", version=3, since=date(2026, 1, 1)))

    assert ready.service.policies.in_force(ready.id, date(2026, 1, 1)).ref.version == 3


def test_a_command_reads_only_what_is_new(ready: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """However long the stream: neither its events nor the policies nor the roster are read again."""
    ready.tell("budi", *(activity(f"l{n}") for n in range(50)))
    read: list[str] = []
    for name in ("read_newer", "read_stream", "read_streams", "read"):
        monkeypatch.setattr(ready.house.log, name, lambda *_, name=name, **__: read.append(name) or [])

    ready.tell("budi", activity("satu-lagi"))

    assert read == []


def test_all_that_is_kept_is_bounded(ready: Any) -> None:
    small = AggregateCache(ready.house.log, ready.service.reader, largest=60)
    small.catch_up(ready.id)
    for nip in ("agus", "sri", "budi", "ani", "cici", "dedi"):
        small.employee(ready.id, nip)
        assert small._entries.currsize <= 60

    stream = ready.stream(activity("x"))
    ready.tell("budi", *(activity(f"l{n}") for n in range(80)))
    small.catch_up(ready.id)
    kept = small.load(ready.id, {stream: dispatch.initial(activity("x"))})[stream]

    assert kept == cold(ready, stream, dispatch.initial(activity("x")))
    assert (ready.id, stream) not in small._entries


def test_after_too_many_events_all_is_read_again(ready: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aggregate_cache, "_FURTHEST", 3)
    ready.tell("budi", activity("l0"))
    with ready.house.again() as elsewhere:
        for n in range(1, 6):
            elsewhere.service.handle(_batch(ready, "budi", activity(f"l{n}")))

    assert_warm_is_cold(ready, activity("x"))
    ready.tell("sri", ask.AcceptReport(**APPRAISAL, report="l5"))


def test_of_a_log_that_a_restore_took_back_nothing_is_remembered(ready: Any) -> None:
    """A copy of the database put in place while the server runs: what came after the copy never happened."""
    ready.tell("budi", activity("l1"))
    head = ready.house.log.head(ready.id)
    ready.tell("budi", activity("l2"))
    with psycopg.connect(ready.house.url) as connection:
        connection.execute("delete from ledger.events where agency = %s and position > %s", (ready.id, head))
        connection.execute("delete from ledger.requests where agency = %s and position_last > %s", (ready.id, head))
        connection.execute("update ledger.heads set position = %s where agency = %s", (head, ready.id))

    ready.tell("budi", activity("l2"))  # not there any more, so not there twice

    assert_warm_is_cold(ready, activity("l2"))


def test_an_event_that_fails_half_taken_leaves_nothing(ready: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    ready.tell("budi", activity("l1"))

    def half(state: Any, event: Any) -> Any:
        state.reports[event.report] = None
        raise ZeroDivisionError

    with monkeypatch.context() as broken:
        broken.setattr(dispatch, "evolve", half)
        with pytest.raises(ZeroDivisionError):
            ready.tell("budi", activity("l2"))

    assert_warm_is_cold(ready, activity("x"))


def test_of_those_done_together_each_is_judged_by_itself(ready: Any) -> None:
    """Two that share a stream are not done at once, whichever is first; a repeated key is answered as before."""
    asked = [
        structs.replace(_batch(ready, by, command), key=f"bersama-{n}")
        for n, (by, command) in enumerate(
            (
                ("budi", activity("l1")),
                ("ani", RecordAttendance(employee="ani", month="2025-01", required_days=1)),  # not hers
                ("budi", activity("l3")),
                ("hr", RecordAttendance(employee="budi", month="2025-01", required_days=1)),
                ("hr", RecordAttendance(employee="budi", month="salah", required_days=1)),
            )
        )
    ]

    first = ready.service.handle_together(ready.id, asked)
    again = ready.service.handle_together(ready.id, asked)

    kinds = [type(one).__name__ for one in first]
    assert kinds == ["CommandResult", "NotAllowed", "Busy", "CommandResult", "Invalid"]
    assert (again[0].replayed, again[3].replayed) == (True, True)
    assert [one.events for one in (again[0], again[3])] == [one.events for one in (first[0], first[3])]
    assert ready.service.handle(asked[2]).events[0].version == first[0].events[0].version + 1
    assert_warm_is_cold(ready, activity("x"))


def test_where_another_process_was_first_only_that_command_is_done_again(
    ready: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = [
        structs.replace(_batch(ready, by, command), key=f"dahulu-{by}")
        for by, command in (
            ("budi", activity("l1")),
            ("hr", RecordAttendance(employee="budi", month="2025-01", required_days=1)),
        )
    ]
    together = ready.house.ledger.append_together
    with ready.house.again() as elsewhere, monkeypatch.context() as late:

        def overtaken(agency: str, appends: Any) -> Any:
            elsewhere.service.handle(_batch(ready, "budi", activity("l0")))
            return together(agency, appends)

        late.setattr(ready.house.ledger, "append_together", overtaken)
        outcomes = ready.service.handle_together(ready.id, asked)

    assert [type(one).__name__ for one in outcomes] == ["Busy", "CommandResult"]
    assert ready.service.handle(asked[0]).events[0].type == "appraisal.activity-reported"
    assert_warm_is_cold(ready, activity("x"))


@pytest.fixture
def stall(fixture_agencies: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Any], Thread]]:
    """Runs something on a thread that the database answers to no read of `uji`, until the test ends."""
    log = fixture_agencies["uji"].house.log
    fetch, entered, leave = log._fetch, Event(), Event()

    def slow(agency: str, *asked: Any) -> Any:
        if agency == "uji":
            entered.set()
            assert leave.wait(60)
        return fetch(agency, *asked) if asked else True

    at_once = log._fetch_at_once
    monkeypatch.setattr(log, "_fetch", slow)
    monkeypatch.setattr(
        log, "_fetch_at_once", lambda agency, query, params: slow(agency) and at_once(agency, query, params)
    )
    with ExitStack() as held:

        def run(work: Callable[[], Any]) -> Thread:
            thread = Thread(target=work, daemon=True)
            held.callback(thread.join, 20)
            thread.start()
            assert entered.wait(20)
            return thread

        held.callback(leave.set)
        yield run
        leave.set()


@pytest.mark.parametrize("what", ["a command", "the policies", "the policies of then"])
def test_an_agency_whose_database_stalls_holds_up_no_other(
    fixture_agencies: dict[str, Any], stall: Callable[[Any], Thread], what: str
) -> None:
    uji, coba = fixture_agencies["uji"], fixture_agencies["coba"]
    service = uji.service
    waits: dict[str, Callable[[], Any]] = {
        "a command": lambda: uji.tell("hr", ask.OpenAppraisal(employee="ani", period=PERIOD)),
        "the policies": lambda: service.policies.refs("uji"),
        "the policies of then": lambda: service.as_of_reader.spans("uji", 10),
    }
    waiting = stall(waits[what])
    done = Event()

    def go_on() -> None:
        coba.plan("budi")
        service.policies.refs("coba")
        service.as_of_reader.spans("coba", 10)
        done.set()

    Thread(target=go_on, daemon=True).start()

    assert done.wait(30)
    assert waiting.is_alive()


def test_a_policy_is_compiled_once_for_all_who_wait(fixture_agency: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from neraca.policy import published
    from neraca.service import policies

    compiled: list[str] = []
    compile_, begun, leave = published.compile_published, Event(), Event()

    def slow(file: str, texts: Any, hash_: str) -> Any:
        compiled.append(hash_)
        begun.set()
        assert leave.wait(20)
        return compile_(file, texts, hash_)

    monkeypatch.setattr(published, "compile_published", slow)
    monkeypatch.setattr(policies, "COMPILED", published.CompiledPolicies(Lock()))
    with fixture_agency.house.again() as house, ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(house.service.policies.by_ref, fixture_agency.id, "kota-uji", 1) for _ in range(4)]
        assert begun.wait(20)
        leave.set()
        found = {id(one.result()) for one in asked}

    assert (len(found), len(compiled)) == (1, 1)


def test_a_policy_is_compiled_once_a_process(fixture_agency: Any) -> None:
    """For another service, and for the scores, as for this one."""
    from neraca.policy.published import COMPILED

    (past,) = fixture_agency.service.reader.of_type(fixture_agency.id, "policy.published")
    published = past.event
    ours = fixture_agency.service.policies.by_ref(fixture_agency.id, "kota-uji", 1)

    with fixture_agency.house.again() as house:
        assert house.service.policies.by_ref(fixture_agency.id, "kota-uji", 1) is ours
    assert Fold()._compiled(published_row(published)) is ours
    assert COMPILED.at_hand(published.policy.hash, published.file, dict(published.texts)) is ours


def published_row(published: Any) -> Any:
    return SimpleNamespace(hash=published.policy.hash, file=published.file, texts=dict(published.texts))
