"""Webhooks over HTTP: an integrator with the scope log has its own, and nobody else any."""

from typing import Any
from uuid import UUID

import pytest

from neraca.service.webhooks.subscriptions import Webhooks

PATH = "/agencies/surabaya/webhooks"
HOOK = {"url": "https://hooks.example/in"}
UNKNOWN = f"{PATH}/{UUID(int=7)}"


def send(world: Any, method: str, path: str, who: str, **given: Any) -> Any:
    return world.client.request(method, path, headers={"Authorization": f"Bearer {who}-token"}, **given)


def test_an_integrator_makes_looks_at_sends_again_and_ends_its_own(world: Any) -> None:
    head = world.get("/agencies/surabaya/events?limit=1", "integrator").json()["head"]
    made = send(world, "POST", PATH, "integrator", json={**HOOK, "types": ["appraisal.finalised"]})
    assert (made.status_code, made.headers["Cache-Control"]) == (201, "no-store")
    assert made.json().keys() == {"id", "position", "secret"}
    assert made.json()["position"] == head
    mine = f"{PATH}/{made.json()['id']}"

    [one] = send(world, "GET", PATH, "integrator").json()["webhooks"]
    assert (one["id"], one["url"], one["types"]) == (made.json()["id"], HOOK["url"], ["appraisal.finalised"])
    assert (one["owner"], one["position"], one["dead"], one["disabled_at"]) == ("integrator-1", head, 0, None)
    assert made.json()["secret"] not in send(world, "GET", PATH, "integrator").text
    assert send(world, "GET", f"{mine}/dead?limit=5", "integrator").json() == {"dead": []}
    again = send(world, "POST", f"{mine}/redelivery?after=3", "integrator")
    assert (again.status_code, again.json()) == (202, {"position": 3})
    assert send(world, "POST", f"{mine}/redelivery", "integrator").json() == {"position": 3}

    rotated = send(world, "POST", f"{mine}/secret", "integrator")
    assert (rotated.status_code, rotated.headers["Cache-Control"]) == (201, "no-store")
    assert rotated.json().keys() == {"id", "secret", "former_until"}
    assert rotated.json()["secret"] != made.json()["secret"]

    others = (("POST", f"{mine}/secret"), ("POST", f"{mine}/redelivery"))
    for method, path in (("DELETE", mine), ("GET", f"{mine}/dead"), *others):
        refused = send(world, method, path, "archive")
        assert (refused.status_code, refused.json()["type"]) == (404, "urn:neraca:problem:not-found")
    assert send(world, "GET", PATH, "archive").json() == {"webhooks": []}
    assert [one["id"] for one in send(world, "GET", PATH, "everybody").json()["webhooks"]] == [made.json()["id"]]

    assert send(world, "DELETE", mine, "integrator").status_code == 204
    assert send(world, "DELETE", mine, "integrator").status_code == 404
    assert send(world, "GET", PATH, "integrator").json() == {"webhooks": []}


@pytest.mark.parametrize("who", ["auditor", "hr", "ani", "counter", "nothing"])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", PATH),
        ("GET", PATH),
        ("DELETE", UNKNOWN),
        ("GET", f"{UNKNOWN}/dead"),
        ("POST", f"{UNKNOWN}/redelivery"),
        ("POST", f"{UNKNOWN}/secret"),
    ],
)
def test_nobody_else_has_any(world: Any, who: str, method: str, path: str) -> None:
    answer = send(world, method, path, who, **({"json": HOOK} if method == "POST" else {}))

    assert (answer.status_code, answer.json()["type"]) == (403, "urn:neraca:problem:not-allowed")
    assert Webhooks(world.url, anywhere=True).all_of("surabaya") == []


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"url": "ftp://hooks.example"}, "/url"),
        ({"url": "http://hooks.example"}, "/url"),
        ({"url": "https://a:b@hooks.example"}, "/url"),
        ({**HOOK, "types": ["appraisal.finalised", "appraisal.rated"]}, "/types/1"),
        ({**HOOK, "types": []}, "/types"),
        ({**HOOK, "after": 10**9}, "/after"),
        ({**HOOK, "after": -1}, "/after"),
        ({**HOOK, "secret": "mine"}, "/secret"),
        ({}, "/url"),
    ],
)
def test_a_wrong_one_is_refused_by_its_place(world: Any, body: Any, pointer: str) -> None:
    answer = send(world, "POST", PATH, "integrator", json=body)

    assert (answer.status_code, answer.json()["type"]) == (422, "urn:neraca:problem:invalid")
    assert answer.json()["detail"].startswith(f"{pointer}: ") or answer.json()["errors"][0]["pointer"] == pointer


def test_what_is_no_json_and_no_webhook_is_refused(world: Any) -> None:
    form = send(world, "POST", PATH, "integrator", data={"url": "x"})
    assert form.status_code == 415
    assert send(world, "DELETE", f"{PATH}/x", "integrator").status_code == 404
    assert send(world, "GET", f"{UNKNOWN}/dead?limit=0", "integrator").status_code == 400
    assert send(world, "POST", f"{UNKNOWN}/redelivery?after=x", "integrator").status_code == 400
