"""The log over HTTP, on a real server where it matters that answers come piece by piece."""

import asyncio
import json
import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from msgspec import structs

from neraca.api import event_log as log
from neraca.api.authentication import Tokens
from neraca.api.redaction import masked as masked_row
from neraca.domain.attendance import RecordAttendance
from neraca.domain.contexts import Actor
from neraca.domain.vocabulary import Role, Scope

PEER, OTHER = "198601012010011001", "198701012010011001"
THIRD = "198801012010011001"


def page(world: Any, query: str, who: str = "auditor") -> Any:
    return world.get(f"/agencies/surabaya/events?{query}", who)


def record(world: Any, month: int, employee: str = PEER) -> Any:
    command = RecordAttendance(employee=employee, month=f"2025-{month:02}", required_days=20)
    return world.tell("hr", command)


def test_pages_follow_one_another_to_the_end(world: Any) -> None:
    whole = page(world, "limit=1000").json()["events"]
    seen: list[Any] = []
    after = 0
    while events := page(world, f"after={after}&limit=7").json()["events"]:
        seen += events
        after = events[-1]["position"]

    assert seen == whole
    assert [one["position"] for one in whole] == list(range(1, len(whole) + 1))
    assert whole[0]["id"] == "surabaya:1"


def test_a_full_page_never_changes_and_says_so(world: Any) -> None:
    full, last = page(world, "limit=5"), page(world, "limit=1000")

    assert "immutable" in full.headers["Cache-Control"]
    assert "private" in full.headers["Cache-Control"]
    assert last.headers["Cache-Control"] == "private, no-cache"


def test_a_page_is_sent_once_to_who_says_which_one_it_has(world: Any) -> None:
    path = "/agencies/surabaya/events?limit=1000"
    seen = world.get(path, "auditor")
    etag = seen.headers["ETag"]

    for sent in (etag, etag.removeprefix("W/"), f'"other", {etag}', "*"):
        again = world.get(path, "auditor", **{"If-None-Match": sent})
        assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", etag)
        assert again.headers["Neraca-Head"] == seen.headers["Neraca-Head"]

    other = world.get("/agencies/surabaya/events?limit=2", "auditor", **{"If-None-Match": etag})
    masked = world.get(path, "integrator", **{"If-None-Match": etag})
    assert (other.status_code, masked.status_code) == (200, 200)


def test_the_last_page_is_another_once_something_came(world: Any) -> None:
    path = f"/agencies/surabaya/events?limit=1000&after={page(world, 'limit=1').json()['head']}"
    empty = world.get(path, "auditor").headers["ETag"]
    assert world.get(path, "auditor", **{"If-None-Match": empty}).status_code == 304

    record(world, 1, OTHER)

    assert len(world.get(path, "auditor", **{"If-None-Match": empty}).json()["events"]) == 1


def test_an_auditor_reads_the_bytes_that_were_stored(world: Any) -> None:
    text = page(world, "limit=1").text

    stored = world.stored(1)
    assert f'"event":{stored.decode()}' in text


def test_an_integrator_follows_without_learning_of_any_rating(world: Any) -> None:
    known, masked = (page(world, "limit=1000", who).json()["events"] for who in ("auditor", "integrator"))

    assert [one["position"] for one in masked] == [one["position"] for one in known]
    ratings = [one["position"] for one in known if one["type"] == "appraisal.rated"]
    assert len(ratings) == 3
    mark = {"stream": None, "version": None, "type": "withheld", "recorded_at": None, "masked": True}
    assert [one for one in masked if one["type"] == "withheld"] == [
        {"id": f"surabaya:{position}", "position": position, **mark, "event": {"withheld": True}}
        for position in ratings
    ]
    assert {one["event"]["by"] for one in known if one["position"] in ratings} >= {PEER}
    assert not any(one["masked"] for one in known)


def test_no_version_of_an_appraisal_tells_an_integrator_where_ratings_were(world: Any) -> None:
    masked = page(world, "limit=1000", "integrator").json()["events"]

    assert {one["version"] for one in masked if one["type"].startswith("appraisal.")} == {None}
    assert {one["version"] for one in masked if one["type"].startswith("employee.")} == {1, 2}


def test_an_integrator_gets_no_digest_that_could_be_tried() -> None:
    final = {"facts_digest": "cc", "salt": "ee", "sealed_digest": "dd", "score": "90"}
    row = {"position": 7, "stream": None, "version": 9, "type": "appraisal.finalised", "recorded_at": None}

    shown = masked_row(row | {"data": json.dumps({"by": "sri", "body": final}).encode()}, payroll=False)

    assert json.loads(bytes(shown["event"])) == {"by": "sri", "body": {"sealed_digest": "dd", "score": "90"}}
    assert shown["masked"]


@pytest.mark.parametrize(
    "type_",
    ["appraisal.rated", "appraisal.rating-revised", "appraisal.rating-withdrawn", "survey.response-recorded"],
)
def test_nobody_counts_by_type_what_is_withheld(world: Any, type_: str) -> None:
    query = '{ agency(id: "surabaya") { events(types: ["%s"]) { totalCount } } }'.replace("%s", type_)

    assert world.ask("integrator", query)["errors"][0]["extensions"] == {"code": "NOT_ALLOWED"}
    assert "errors" not in world.ask("auditor", query)


def test_the_log_reads_alike_over_graphql(world: Any) -> None:
    query = """{ agency(id: "surabaya") { events(first: 1000) { totalCount
        edges { node { position type masked envelope } } } } }"""

    found = world.data("bulk", query)["agency"]["events"]

    pages = page(world, "limit=1000", "bulk").json()["events"]
    assert [(one["node"]["position"], one["node"]["envelope"]) for one in found["edges"]] == [
        (str(one["position"]), one["event"]) for one in pages
    ]
    assert found["totalCount"] == len(pages)


@pytest.mark.parametrize("who", ["auditor", "integrator"])
def test_a_page_is_bounded_in_bytes_and_says_where_to_go_on(
    world: Any, who: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = page(world, "limit=1000", who).json()["events"]
    monkeypatch.setattr(log, "LARGEST", 5_000)
    seen: list[Any] = []
    sizes: list[int] = []
    after = 0
    while after < len(whole):
        answer = page(world, f"after={after}&limit=1000", who)
        found = answer.json()
        assert found["next"] == found["events"][-1]["position"]
        assert ("immutable" in answer.headers["Cache-Control"]) is (found["next"] < found["head"])
        seen += found["events"]
        sizes.append(len(found["events"]))
        after = found["next"]

    assert seen == whole
    assert len(world.stored(1)) > 5_000
    assert sizes[0] == 1, "what is larger than a page comes alone"
    assert max(sizes) > 1
    if who == "auditor":
        first = [one["position"] for one in whole][1 : sizes[1] + 2]
        bytes_ = [len(world.stored(position)) for position in first]
        assert sum(bytes_[:-1]) <= 5_000 < sum(bytes_)


def test_where_a_page_ends_does_not_tell_an_integrator_how_long_what_is_withheld_is(
    world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = page(world, "limit=1000", "integrator").json()["events"]
    at = next(one["position"] for one in whole if one["type"] == "withheld")
    following = 1_000 if whole[at]["type"] == "withheld" else len(world.stored(at + 1))
    for largest, events in ((1, 1), (999 + following, 1), (1_000 + following, 2)):
        monkeypatch.setattr(log, "LARGEST", largest)

        assert len(page(world, f"after={at - 1}&limit=2", "integrator").json()["events"]) == events


def test_no_page_is_written_on_the_event_loop(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    threads: set[bool] = set()
    written = log._written  # pyright: ignore[reportPrivateUsage]

    def watched(*given: Any) -> Any:
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            threads.add(True)
        else:
            threads.add(False)
        return written(*given)

    monkeypatch.setattr(log, "_written", watched)
    page(world, "limit=1000")

    assert threads == {True}


@pytest.mark.parametrize(
    ("query", "detail"),
    [
        ("after=-1", f"after: '-1' is no whole number from 0 to {log.LAST}; write one in digits"),
        ("after=x", f"after: 'x' is no whole number from 0 to {log.LAST}; write one in digits"),
        ("limit=0", "limit: '0' is no whole number from 1 to 1000; write one in digits"),
        ("limit=1001", "limit: '1001' is no whole number from 1 to 1000; write one in digits"),
        ("wait=31", "wait: '31' is no whole number from 0 to 30; write one in digits"),
    ],
)
def test_wrong_parameters_are_refused(world: Any, query: str, detail: str) -> None:
    answer = page(world, query)

    assert (answer.status_code, answer.json()["type"]) == (400, "urn:neraca:problem:wrong-parameter")
    assert answer.json()["detail"] == detail


def test_a_long_poll_ends_with_the_first_event(world: Any, server: str) -> None:
    head = len(page(world, "limit=1000").json()["events"])
    timer = threading.Timer(0.3, record, (world, 1))
    timer.start()

    answer = httpx.get(
        f"{server}/agencies/surabaya/events?after={head}&wait=20",
        headers={"Authorization": "Bearer auditor-token"},
        timeout=30,
    )

    timer.join()
    assert [one["position"] for one in answer.json()["events"]] == [head + 1]


def test_a_long_poll_without_events_ends_empty(world: Any, server: str) -> None:
    head = len(page(world, "limit=1000").json()["events"])

    answer = httpx.get(
        f"{server}/agencies/surabaya/events?after={head}&wait=1", headers={"Authorization": "Bearer auditor-token"}
    )

    assert answer.json() == {"events": [], "next": head, "head": head}


@pytest.mark.parametrize("query", ["", "&wait=20", "&limit=1"])
def test_who_has_seen_more_than_there_is_is_told_so_at_once(world: Any, query: str) -> None:
    """A server restored from a copy: its reader would wait for ever."""
    head = page(world, "limit=1").json()["head"]

    answer = page(world, f"after={head + 1}{query}")

    told = answer.json()
    assert (answer.status_code, told["type"]) == (416, "urn:neraca:problem:beyond-the-head")
    assert (told["head"], answer.headers["Neraca-Head"]) == (head, str(head))
    assert f"ends at {head}" in told["detail"]


@pytest.mark.parametrize("how", ["after", "Last-Event-ID"])
def test_no_stream_begins_beyond_the_head(world: Any, how: str) -> None:
    head = page(world, "limit=1").json()["head"]
    path, headers = "/agencies/surabaya/events/stream", {}
    if how == "after":
        path += f"?after={head + 1}"
    else:
        headers = {how: str(head + 1)}

    answer = world.get(path, "auditor", **headers)

    assert (answer.status_code, answer.json()["head"]) == (416, head)


def test_every_page_tells_the_head(world: Any) -> None:
    whole = page(world, "limit=1000").json()
    head = len(whole["events"])

    for query in ("limit=1", "limit=1000", f"after={head}", f"after={head - 1}&limit=1"):
        answer = page(world, query)
        assert (answer.json()["head"], answer.headers["Neraca-Head"]) == (head, str(head))


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/agencies/surabaya/events?aftr=3", "no parameter 'aftr' here; did you mean 'after'?"),
        ("/agencies/surabaya/events?after=1&after=2", "the parameter after is there twice"),
        ("/agencies/surabaya/events/stream?limit=3", "no parameter 'limit' here"),
        ("/graphql?query={viewer{id}}&variable={}", "did you mean 'variables'?"),
        ("/graphql/schema.graphql?x=1", "there are none"),
        ("/health/live?x=1", "there are none"),
        ("/health/ready?verbose=1", "there are none"),
        ("/metrics?x=1", "there are none"),
        ("/openapi.json?x=1", "there are none"),
        ("/?x=1", "there are none"),
    ],
)
def test_a_parameter_that_no_route_takes_is_refused(world: Any, path: str, told: str) -> None:
    answer = world.get(path, "auditor")

    assert (answer.status_code, answer.json()["type"]) == (400, "urn:neraca:problem:wrong-parameter")
    assert told in answer.json()["detail"]


def test_a_command_takes_no_parameter(world: Any) -> None:
    answer = world.client.post("/agencies/surabaya/commands?dry=1", headers={"Authorization": "Bearer hr-token"})

    assert answer.status_code == 400


def test_a_stream_goes_on_from_the_last_event_seen(world: Any, server: str) -> None:
    head = len(page(world, "limit=1000").json()["events"])
    headers = {"Authorization": "Bearer integrator-token", "Last-Event-ID": str(head - 2)}
    with httpx.stream("GET", f"{server}/agencies/surabaya/events/stream", headers=headers, timeout=20) as answer:
        lines = answer.iter_lines()
        first = [_next_id(lines), _next_id(lines)]
        record(world, 2)
        third = _next_id(lines)

    assert answer.headers["Content-Type"].startswith("text/event-stream")
    assert [*first, third] == [head - 1, head, head + 1]


@pytest.mark.parametrize("left", [None, frozenset({Scope.LOG})], ids=["taken-away", "narrowed"])
def test_a_stream_ends_before_the_next_event_once_its_token_no_longer_reads_the_same(
    world: Any, server: str, monkeypatch: pytest.MonkeyPatch, left: frozenset[Scope] | None
) -> None:
    head = page(world, "limit=1").json()["head"]
    program = Actor("program", frozenset({Role.INTEGRATOR}), "surabaya", frozenset(Scope))
    known = {"program-token": program}
    monkeypatch.setattr(Tokens, "actor", lambda _, token: known.get(token))
    with httpx.stream(
        "GET",
        f"{server}/agencies/surabaya/events/stream?after={head - 1}",
        headers={"Authorization": "Bearer program-token"},
        timeout=20,
    ) as answer:
        lines = answer.iter_lines()
        assert _next_id(lines) == head
        known.clear()
        if left is not None:
            known["program-token"] = structs.replace(program, scopes=left)
        record(world, 2, OTHER if left is None else THIRD)
        rest = [line for line in lines if line]

    assert rest[-1] == ": this token no longer reads what it did"
    assert not [line for line in rest if line.startswith("id: ")]


def test_a_last_event_that_is_none_is_refused(world: Any) -> None:
    answer = world.get("/agencies/surabaya/events/stream", "auditor", **{"Last-Event-ID": "x"})

    assert answer.status_code == 400


def _next_id(lines: Iterator[str]) -> int:
    while not (line := next(lines)).startswith("id: "):
        pass
    return int(line.removeprefix("id: "))
