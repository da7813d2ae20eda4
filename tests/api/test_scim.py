"""SCIM: users created, read, changed and let in no more, each by commands of the roster; and what is refused how."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from litestar.testing import TestClient
from msgspec import Struct

from neraca.api.scim.attributes import ENTERPRISE, ROSTER, USER
from neraca.domain.contexts import Actor
from neraca.domain.vocabulary import Role, Scope

UNDER = "/agencies/uji/scim/v2"
SARI = "198501012010011001"
NEW = {
    "schemas": [USER, ENTERPRISE, ROSTER],
    "userName": SARI,
    "displayName": "Sari Dewi",
    "emails": [{"value": "sari@example.id"}],
    "title": "Analis",
    "userType": "CIVIL_SERVANT",
    "active": True,
    ENTERPRISE: {"department": "dinkes", "manager": {"value": "sri"}},
    ROSTER: {"positionClass": "FUNCTIONAL", "careerLevel": "AHLI_PERTAMA", "since": "2025-01-01"},
}


class Scim(Struct, frozen=True):
    client: TestClient[Any]
    agency: Any

    def __call__(self, method: str, path: str, body: Any = None, who: str = "idp", **headers: str) -> Any:
        sent = {"Authorization": f"Bearer {who}", "Content-Type": "application/scim+json", **headers}
        self.agency.house.follow()
        return self.client.request(method, f"{UNDER}{path}", json=body, headers=sent)

    def patched(self, *operations: dict[str, Any], **headers: str) -> Any:
        return self("PATCH", f"/Users/{SARI}", {"Operations": [*operations]}, **headers)


@pytest.fixture
def scim(fixture_agency: Any, served: Any) -> Iterator[Scim]:
    def program(*scopes: Scope) -> Actor:
        return Actor("key:idp", frozenset({Role.INTEGRATOR}), "uji", frozenset(scopes))

    actors = {
        "idp": program(Scope.ROSTER, Scope.WRITE_ROSTER),
        "reader": program(Scope.ROSTER),
        "counter": program(Scope.AGGREGATES),
        **{who: fixture_agency.actor(who) for who in ("hr", "budi")},
    }
    with served(fixture_agency.house, actors, datetime(2025, 3, 3, 5, tzinfo=UTC)) as client:
        yield Scim(client, fixture_agency)


def refusal(answer: Any) -> tuple[int, str | None]:
    said = answer.json()
    assert answer.headers["content-type"].startswith("application/scim+json")
    assert (said["schemas"], said["status"]) == (
        ["urn:ietf:params:scim:api:messages:2.0:Error"],
        str(answer.status_code),
    )
    return answer.status_code, said.get("scimType")


def test_a_user_is_created_read_and_found(scim: Scim) -> None:
    made = scim("POST", "/Users", NEW)

    assert made.status_code == 201, made.text
    user = made.json()
    assert made.headers["location"] == user["meta"]["location"] == f"http://testserver.local{UNDER}/Users/{SARI}"
    assert made.headers["etag"] == user["meta"]["version"] == '"v2"'
    assert {name: value for name, value in user.items() if name != "meta"} == {
        "schemas": [USER, ENTERPRISE, ROSTER],
        "id": SARI,
        "userName": SARI,
        "displayName": "Sari Dewi",
        "title": "Analis",
        "userType": "CIVIL_SERVANT",
        "active": True,
        ENTERPRISE: {
            "employeeNumber": SARI,
            "organization": "uji",
            "department": "dinkes",
            "manager": {"value": "sri", "$ref": f"http://testserver.local{UNDER}/Users/sri"},
        },
        ROSTER: {"positionClass": "FUNCTIONAL", "careerLevel": "AHLI_PERTAMA", "since": "2025-01-01"},
    }
    assert scim("GET", f"/Users/{SARI}").json() == user
    assert scim("GET", f"/Users/{SARI}", **{"If-None-Match": '"v2"'}).status_code == 304

    def found(filter_: str, more: str = "") -> list[str]:
        answer = scim("GET", f"/Users?filter={filter_}{more}")
        assert answer.status_code == 200, answer.text
        return [one["id"] for one in answer.json()["Resources"]]

    assert found(f'userName eq "{SARI}"') == [SARI]
    assert found(f'{ENTERPRISE}:department eq "dinkes" and active eq true and manager eq "sri"') == [
        SARI, "ani", "budi", "cici", "dedi",
    ]  # fmt: skip
    assert found('userName eq "nobody"') == found('id eq "x" and id eq "y"') == found("active eq false") == []
    page = scim("GET", "/Users?startIndex=2&count=3&attributes=displayName").json()
    assert (page["totalResults"], page["startIndex"], page["itemsPerPage"]) == (9, 2, 3)
    assert [[*one] for one in page["Resources"]] == [["schemas", "id", "displayName"]] * 3
    searched = scim(
        "POST", "/.search", {"filter": f'id eq "{SARI}"', "excludedAttributes": [ENTERPRISE, ROSTER, "meta"]}
    )
    assert [[*one] for one in searched.json()["Resources"]] == [
        ["schemas", "id", "userName", "displayName", "title", "userType", "active"]
    ]


def test_a_change_is_a_command_and_names_its_attribute_where_it_is_refused(scim: Scim) -> None:
    assert scim("POST", "/Users", NEW).status_code == 201
    told = scim.agency.house.log.head("uji")

    moved = scim.patched(
        {"op": "Replace", "path": "displayName", "value": "Sari D. Lestari"},
        {"op": "add", "value": {f"{ENTERPRISE}:department": "disdik", "nickName": "Sari"}},
        {"op": "remove", "path": f"{ENTERPRISE}:manager"},
        {"op": "replace", "path": 'emails[type eq "work"].value', "value": "x@example.id"},
        **{"If-Match": '"v2"'},
    )
    assert moved.status_code == 200, moved.text
    assert (moved.json()["displayName"], moved.headers["etag"]) == ("Sari D. Lestari", '"v4"')
    assert moved.json()[ENTERPRISE] == {"employeeNumber": SARI, "organization": "uji", "department": "disdik"}
    log = scim.agency.house.log.read("uji", told, 10)
    assert [one.type for one in log] == ["employee.corrected", "employee.transferred"]
    assert b"Menurut key:idp (SCIM)" in log[0].data

    decree = {"op": "add", "path": f"{ROSTER}:decree", "value": "SK-7"}
    title = {"op": "replace", "path": "title", "value": "Analis Muda"}
    assert refusal(scim.patched(title)) == (400, "invalidValue")
    promoted = scim.patched(title, decree, {"op": "replace", "path": f"{ROSTER}:careerLevel", "value": "AHLI_MUDA"})
    assert promoted.json()["title"] == "Analis Muda"
    assert promoted.json()[ROSTER] == {"positionClass": "FUNCTIONAL", "careerLevel": "AHLI_MUDA", "since": "2025-01-01"}

    whole = promoted.json()
    assert scim("PUT", f"/Users/{SARI}", whole).json() == whole, "what is there already is no change"
    assert scim("PUT", f"/Users/{SARI}", whole | {"displayName": "Sari"}).json()["displayName"] == "Sari"

    assert refusal(scim.patched(title, **{"If-Match": '"v2"'})) == (412, None)
    wrong = scim.patched({"op": "replace", "path": f"{ENTERPRISE}:department", "value": "dinas"})
    assert refusal(wrong) == (400, "invalidValue")
    nobody = scim.patched({"op": "replace", "path": f"{ENTERPRISE}:manager", "value": {"value": "siapa"}})
    assert refusal(nobody) == (400, "invalidValue")
    assert nobody.json()["detail"].startswith(f"{ENTERPRISE}:manager: siapa is not on the roster")


def test_whoever_leaves_is_active_no_more_and_may_come_back_by_a_decree(scim: Scim) -> None:
    assert scim("POST", "/Users", NEW).status_code == 201

    left = scim.patched({"op": "replace", "path": "active", "value": "False"})
    assert (left.json()["active"], left.json()[ROSTER]["lastDay"]) == (False, "2025-03-03")
    assert [one["id"] for one in scim("GET", "/Users?filter=active eq false").json()["Resources"]] == [SARI]
    assert scim.patched({"op": "replace", "path": "active", "value": False}).headers["etag"] == left.headers["etag"]

    back = {"op": "replace", "value": {"active": True, ROSTER: {"decree": "SK-8"}}}
    assert refusal(scim.patched({"op": "replace", "path": "active", "value": True})) == (400, "invalidValue")
    assert refusal(scim.patched(back)) == (400, "invalidValue"), "nobody is taken in again on their last day"

    earlier = {"op": "replace", "value": {"active": False, ROSTER: {"effective": "2025-02-28"}}}
    other = NEW | {"userName": "199001012015011001"}
    assert scim("POST", "/Users", other).status_code == 201
    assert scim("PATCH", "/Users/199001012015011001", {"Operations": [earlier]}).json()["active"] is False
    again = scim("PATCH", "/Users/199001012015011001", {"Operations": [back]}).json()
    assert (again["active"], again[ENTERPRISE]["department"], "lastDay" in again[ROSTER]) == (True, "dinkes", False)


REFUSED: Sequence[tuple[str, str, Any, str, tuple[int, str | None]]] = (
        ("POST", "/Users", NEW | {"userName": "budi"}, "idp", (409, "uniqueness")),
    ("POST", "/Users", NEW | {"userName": "1,98501E+17"}, "idp", (400, "invalidValue")),
    ("POST", "/Users", NEW | {"title": None}, "idp", (400, "invalidValue")),
    ("POST", "/Users", NEW | {"nama": "Sari"}, "idp", (400, "invalidPath")),
    ("POST", "/Users", [NEW], "idp", (400, "invalidSyntax")),
    ("POST", "/Users", NEW | {ENTERPRISE: "dinkes"}, "idp", (400, "invalidSyntax")),
    ("POST", "/Users", NEW | {"active": "yes"}, "idp", (400, "invalidValue")),
    ("POST", "/Users", NEW, "reader", (403, None)),
    ("POST", "/Users", NEW, "nobody", (401, None)),
    ("GET", "/Users", None, "counter", (403, None)),
    ("GET", "/Users", None, "budi", (403, None)),
    ("GET", "/Users/siapa", None, "idp", (404, None)),
    ("GET", "/Users/a%20b", None, "idp", (404, None)),
    ("GET", "/Groups", None, "idp", (404, None)),
    ("GET", "/Users?filter=title eq \"x\"", None, "idp", (400, "invalidFilter")),
    ("GET", "/Users?filter=userName sw \"x\"", None, "idp", (400, "invalidFilter")),
    ("GET", "/Users?filter=active eq \"true\"", None, "idp", (400, "invalidFilter")),
    ("GET", "/Users?filter=userName eq \"a%00b\"", None, "idp", (400, "invalidFilter")),
    ("POST", "/Users/.search", {"filter": 'userName eq "a\0b"'}, "idp", (400, "invalidFilter")),
    ("GET", "/Users?filter=" + "x" * 1_001, None, "idp", (400, "invalidFilter")),
    ("GET", "/Users?sortBy=title", None, "idp", (400, None)),
    ("GET", "/Users?count=ten", None, "idp", (400, "invalidValue")),
    ("GET", "/Users?attributes=title&excludedAttributes=active", None, "idp", (400, "invalidValue")),
    ("GET", "/Schemas/urn:x", None, "idp", (404, None)),
    ("GET", "/ResourceTypes/Group", None, "idp", (404, None)),
    ("DELETE", "/Users/budi", None, "idp", (405, None)),
    ("PUT", "/Users/siapa", NEW, "idp", (404, None)),
    ("PUT", "/Users/budi", {"userName": "ani"}, "idp", (400, "mutability")),
    ("PATCH", "/Users/budi", {}, "idp", (400, "invalidSyntax")),
    ("PATCH", "/Users/budi", {"Operations": [{"op": "move"}]}, "idp", (400, "invalidSyntax")),
    ("PATCH", "/Users/budi", {"Operations": ["remove"]}, "idp", (400, "invalidSyntax")),
    ("PATCH", "/Users/budi", {"Operations": [{"op": "remove"}]}, "idp", (400, "noTarget")),
    ("PATCH", "/Users/budi", {"Operations": [{"op": "add", "path": 1}]}, "idp", (400, "invalidPath")),
    ("PATCH", "/Users/budi", {"Operations": [{"op": "add", "path": "title"}]}, "idp", (400, "invalidValue")),
    ("PATCH", "/Users/budi", {"Operations": [{"op": "add", "value": 1}]}, "idp", (400, "invalidValue")),
    ("PATCH", "/Users/budi", {"Operations": [{"op": "remove", "path": "title"}]}, "idp", (400, "invalidValue")),
    ("PATCH", "/Users/budi", {"Operations": [{"op": "remove", "path": "title.x"}]}, "idp", (400, "invalidPath")),
    ("PATCH", "/Users/budi", {"Operations": [{"op": "add", "path": f"{ROSTER}:lastDay", "value": "2025-01-01"}]},
     "idp", (400, "mutability")),
    ("PATCH", "/Users/budi", {"Operations": [{"op": "remove", "path": "title"}] * 101}, "idp", (400, "tooMany")),
    ("PATCH", "/Users/budi", {"Operations": [{"op": "add", "path": f"{ENTERPRISE}:manager",
     "value": {"value": "sri", "$ref": "https://x/Users/agus"}}]}, "idp", (400, "invalidValue")),
)  # fmt: skip


def test_what_is_refused_is_told_as_scim_tells_it(scim: Scim) -> None:
    before = scim.agency.house.log.head("uji")

    for method, path, body, who, told in REFUSED:
        assert refusal(scim(method, path, body, who)) == told, (method, path, body)

    assert scim.agency.house.log.head("uji") == before


def test_another_agency_is_not_there_and_a_refusal_is_told_in_the_language_that_is_asked_for(scim: Scim) -> None:
    answer = scim.client.get("/agencies/surabaya/scim/v2/Users", headers={"Authorization": "Bearer idp"})
    assert refusal(answer) == (404, None)

    told = scim("GET", "/Users/siapa", **{"Accept-Language": "id"})
    assert told.json()["detail"] == "tidak ada pengguna 'siapa' dalam daftar pegawai"
