import json
import re
from datetime import timedelta
from typing import Any

import pytest

from neraca.api import problems
from neraca.api.graphql.support import context
from neraca.api.position_waiter import PositionWaiter

ANI, PERIOD = "198501012010011001", "2025-Q1"
VERSION = '{ agency(id: "surabaya") { appraisal(employee: "198501012010011001", period: "2025-Q1") { version } } }'


def post(world: Any, who: str, body: Any, key: str | None, agency: str = "surabaya", **headers: str) -> Any:
    sent = {"Authorization": f"Bearer {who}-token", **({"Idempotency-Key": key} if key else {}), **headers}
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return world.client.post(f"/agencies/{agency}/commands", content=content, headers=sent)


def activity(report: str, **more: Any) -> dict[str, Any]:
    return {
        "command": "report-activity",
        "employee": ANI,
        "period": PERIOD,
        "report": report,
        "day": "2025-03-02",
        "activity": "Melayani loket",
        **more,
    }


def version(world: Any) -> int:
    world.follow()
    return world.data("ani", VERSION)["agency"]["appraisal"]["version"]


def test_a_command_is_done_and_says_where_to_read_it(world: Any) -> None:
    before = version(world)

    answer = post(world, "ani", activity("c1"), "k-c1", **{"If-Match": f'"v{before}"'})

    assert answer.status_code == 201, answer.text
    body = answer.json()
    assert (body["versions"], body["replayed"]) == ([before + 1], False)
    assert [(one["type"], one["version"], one["id"]) for one in body["events"]] == [
        ("appraisal.activity-reported", before + 1, f"surabaya:{body['position']}")
    ]
    assert answer.headers["ETag"] == f'"v{before + 1}"'
    assert answer.headers["Neraca-Position"] == str(body["position"])


def test_the_same_request_again_is_answered_as_the_first_time(world: Any) -> None:
    sent = {"If-Match": f'"v{version(world)}"'}
    first = post(world, "ani", activity("c2"), "k-c2", **sent)

    second = post(world, "ani", activity("c2"), "k-c2", **sent)

    assert second.status_code == 201
    assert second.json() == {**first.json(), "replayed": True}
    assert second.headers["ETag"] == first.headers["ETag"]


def test_a_key_stands_for_one_body_and_one_sender(world: Any) -> None:
    post(world, "ani", activity("c3"), "k-c3", **{"If-Match": f'"v{version(world)}"'})
    seen = {"If-Match": f'"v{version(world)}"'}

    other_body = post(world, "ani", activity("c4"), "k-c3", **seen)
    other_sender = post(world, "boss", activity("c3"), "k-c3", **seen)

    assert [(one.status_code, one.json()["type"]) for one in (other_body, other_sender)] == [
        (422, "urn:neraca:problem:key-reused"),
        (422, "urn:neraca:problem:key-reused"),
    ]


def test_a_stale_version_is_refused_with_the_current_one(world: Any) -> None:
    now = version(world)

    answer = post(world, "ani", activity("c5"), "k-c5", **{"If-Match": f'"v{now - 1}"'})

    assert answer.status_code == 412
    assert answer.json()["currentVersions"] == [now]
    assert answer.headers["ETag"] == f'"v{now}"'


def test_who_names_no_version_is_told_the_one_to_read(world: Any) -> None:
    now = version(world)

    answer = post(world, "ani", {"command": "submit-plan", "employee": ANI, "period": PERIOD}, "k-seen")

    assert (answer.status_code, answer.json()["currentVersions"]) == (428, [now])
    assert answer.json()["detail"].endswith(
        f'which is now v{now}; if that is what you have read, send If-Match: "v{now}"'
    )
    assert answer.headers["ETag"] == f'"v{now}"'


def test_a_new_report_rests_on_no_version(world: Any) -> None:
    answer = post(world, "ani", activity("unseen"), "k-unseen")

    assert answer.status_code == 201, answer.text


def test_a_refusal_is_a_problem_with_type_pointer_and_request(world: Any) -> None:
    seen = {"If-Match": f'"v{version(world)}"'}

    answer = post(world, "ani", activity("c6", day="2026-01-01"), "k-c6", **seen)

    body = answer.json()
    assert answer.status_code == 422
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert (body["type"], body["title"]) == ("urn:neraca:problem:invalid", "Invalid value")
    assert body["errors"][0]["pointer"] == "/day"
    assert body["instance"] == f"urn:neraca:request:{answer.headers['X-Request-Id']}"


def test_each_kind_of_refusal_has_its_answer(world: Any) -> None:
    seen = {"If-Match": f'"v{version(world)}"'}
    of_ani = {"employee": ANI, "period": PERIOD}

    answers = {
        "not-allowed": post(world, "boss", activity("c7"), "k-1", **seen),
        "not-found": post(world, "boss", {"command": "accept-report", "report": "no", **of_ani}, "k-2", **seen),
        "too-early": post(world, "ani", activity("c8", day="2025-03-30"), "k-3", **seen),
        "already-done": post(world, "boss", {"command": "approve-plan", **of_ani}, "k-4", **seen),
        "not-open": post(world, "ani", {"command": "file-objection", "grounds": "x", **of_ani}, "k-5", **seen),
    }

    assert {kind: answer.json()["type"].rpartition(":")[2] for kind, answer in answers.items()} == {
        kind: kind for kind in answers
    }
    assert [answer.status_code for answer in answers.values()] == [403, 404, 409, 409, 409]


@pytest.mark.parametrize(
    ("key", "headers", "body", "status", "kind"),
    [
        (None, {}, {}, 400, "idempotency-key-missing"),
        ("x" * 256, {}, {}, 400, "wrong-parameter"),
        ("k", {}, b"{", 400, "malformed"),
        ("k", {}, {"command": "nothing"}, 422, "invalid"),
        ("k", {"If-Match": "17"}, activity("d"), 400, "wrong-parameter"),
        ("k", {}, {"command": "submit-plan", "employee": ANI, "period": PERIOD}, 428, "if-match-missing"),
        ("k", {"If-Match": '"v1", "v2"'}, activity("d"), 422, "invalid"),
    ],
)
def test_what_the_door_itself_refuses(
    world: Any, key: str | None, headers: dict[str, str], body: Any, status: int, kind: str
) -> None:
    answer = post(world, "ani", body, key, **headers)

    assert (answer.status_code, answer.json()["type"]) == (status, f"urn:neraca:problem:{kind}")


def test_a_list_is_done_whole_or_not_at_all(world: Any) -> None:
    now = version(world)
    seen = {"If-Match": f'"v{now}"'}

    refused = post(world, "ani", [activity("u1"), activity("u1")], "k-u1", **seen)
    done = post(world, "ani", [activity("u1"), activity("u2")], "k-u2", **seen)

    assert refused.status_code == 409
    assert [one["version"] for one in done.json()["events"]] == [now + 1, now + 2]
    assert done.headers["ETag"] == f'"v{now + 2}"'


def test_a_refusal_in_a_list_says_which_command(world: Any) -> None:
    seen = {"If-Match": f'"v{version(world)}"'}
    plan = {"command": "approve-plan", "employee": ANI, "period": PERIOD}
    month = {"command": "record-attendance", "employee": ANI, "month": "2025-13", "required_days": 20}

    answers = {
        "a field": post(world, "ani", [activity("u3"), activity("u4", day="2026-01-01")], "k-u3", **seen),
        "no field": post(world, "boss", [plan], "k-u4", **seen),
        "a month": post(world, "hr", [month], "k-u5"),
        "no list": post(world, "ani", activity("u5", day="2026-01-01"), "k-u6", **seen),
        "neither": post(world, "boss", plan, "k-u7", **seen),
    }

    pointers = {name: [fault["pointer"] for fault in one.json().get("errors", [])] for name, one in answers.items()}
    assert pointers == {
        "a field": ["/1/day"],
        "no field": ["/0"],
        "a month": ["/0/month"],
        "no list": ["/day"],
        "neither": [],
    }


def test_versions_of_several_streams_come_in_order_of_first_mention(world: Any) -> None:
    months = [
        {"command": "record-attendance", "employee": nip, "month": "2025-02", "required_days": 20}
        for nip in ("198601012010011001", "198701012010011001")
    ]

    answer = post(world, "hr", months, "k-m1")

    assert answer.json()["versions"] == [1, 1]
    assert answer.headers["ETag"] == '"v1,v1"'


def test_who_and_why_go_into_the_events(world: Any) -> None:
    boss, stranger = "197001011995031001", "199001012015011001"
    handed_on = {"employee": boss, "to": stranger, "since": "2025-03-03", "until": "2025-03-10", "reason": "dinas luar"}
    # Whoever appraises for him must be of a class that may, or lead a unit.
    heads = {"unit": "dinkes", "employee": stranger, "since": "2025-01-01", "decree": "SK 821/1/2025"}
    assert post(world, "hr", {"command": "appoint-head", **heads}, "k-w").status_code == 201
    assert post(world, "boss", {"command": "delegate", **handed_on}, "k-w0").status_code == 201
    report = post(world, "ani", activity("w1"), "k-w1", **{"Neraca-Correlation": "surat-11"}).json()
    accept = {"command": "accept-report", "employee": ANI, "period": PERIOD, "report": "w1"}
    seen = {"If-Match": f'"v{report["versions"][0]}"', "Neraca-Correlation": "surat-12"}

    refused = post(world, "stranger", accept, "k-w2", **seen)
    done = post(world, "stranger", accept, "k-w3", **seen, **{"Neraca-On-Behalf-Of": boss}).json()

    assert (refused.status_code, refused.json()["type"]) == (403, "urn:neraca:problem:not-allowed")
    page = world.get(f"/agencies/surabaya/events?after={done['position'] - 1}&limit=1", "auditor").json()
    event = page["events"][0]["event"]
    assert (event["by"], event["for"], event["correlation"]) == (stranger, boss, "surat-12")


def test_nobody_acts_for_whom_they_name_alone(world: Any) -> None:
    accept = {"command": "accept-report", "employee": ANI, "period": PERIOD, "report": "l1"}

    answers = [
        post(world, "peer0", accept, f"k-n{whom}", **{"Neraca-On-Behalf-Of": whom})
        for whom in ("197001011995031001", "999999999999999999", "kepala")
    ]

    assert [one.status_code for one in answers] == [403, 403, 403]


def test_a_policy_with_mistakes_is_refused_with_their_places(world: Any) -> None:
    texts = {"x.yaml": "schema: asn-policy/1\n"}
    body = {"command": "propose-policy", "file": "x.yaml", "texts": texts, "reason": "x", "since": "2026-01-01"}

    answer = post(world, "policy", body, "k-p1")

    assert answer.status_code == 422
    assert "x.yaml:1:1" in answer.json()["detail"]


def test_what_is_written_can_be_read_at_once_by_its_position(world: Any) -> None:
    done = post(world, "ani", activity("r1"), "k-r1", **{"If-Match": f'"v{version(world)}"'})
    world.follow()

    answer = world.ask("ani", VERSION, **{"Neraca-Position": done.headers["Neraca-Position"]})

    assert answer["data"]["agency"]["appraisal"]["version"] == done.json()["versions"][0]


def test_a_position_that_the_read_models_do_not_come_to_is_waited_for_once(
    world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = post(world, "ani", activity("r2"), "k-r2", **{"If-Match": f'"v{version(world)}"'})
    waited: list[timedelta] = []
    reached = PositionWaiter.reached

    async def noted(waiter: PositionWaiter, agency: str, position: int, patience: timedelta) -> int | None:
        waited.append(patience)
        return await reached(waiter, agency, position, patience)

    monkeypatch.setattr(PositionWaiter, "reached", noted)
    monkeypatch.setattr(context, "PATIENCE", timedelta(milliseconds=50))
    answer = world.ask("ani", VERSION, **{"Neraca-Position": done.headers["Neraca-Position"]})

    assert answer["errors"][0]["extensions"] == {"code": "NOT_CAUGHT_UP"}
    assert [one for one in waited if one] == [timedelta(milliseconds=50)]


def test_a_position_the_log_has_not_come_to_is_told(world: Any) -> None:
    answer = world.ask("ani", '{ agency(id: "surabaya", atLeast: "999999") { id } }')

    assert answer["data"] == {"agency": None}
    assert answer["errors"][0]["extensions"] == {"code": "NOT_CAUGHT_UP"}


def test_problem_titles_are_short_and_in_usual_words() -> None:
    titles = [title for _, title in problems.KINDS.values()]

    assert {"Conflict", "Internal error", "Too early", "Version conflict", "Method not allowed"} <= {*titles}
    assert len({*titles}) == len(titles)
    assert all(re.fullmatch(r"[A-Z][a-zA-Z]*( [a-z]+){0,3}", title) for title in titles)
