"""What holds on a day, by all that is recorded and by what was recorded up to a moment."""

from datetime import date
from typing import Any

import pytest
from graphql import is_required_argument

from neraca.api.graphql.schema import build
from neraca.api.graphql.support.as_of import Moment, read
from neraca.domain.appointments import GiveAppointment
from neraca.domain.headship import AppointHead
from neraca.domain.roster import RetireEmployee, TransferEmployee
from neraca.domain.vocabulary import Role
from tests.api.test_as_of import Desk, desk

__all__ = ["desk"]

WHERE = "employeeNumber unit supervisor position retired"

BY_DAY = {"id", "asOf", "effectiveAt", "name", "kind", "timeZone", "stage", "languages", "units", "unit"}
BY_DAY |= {"employees", "heads", "appointments"}
"""Fields of an agency that a day may be asked of; all others refuse it."""


def on(day: str, position: int | None = None) -> str:
    more = "" if position is None else f', position: "{position}"'
    return f', asOf: {{effectiveAt: "{day}"{more}}}'


def people(desk: Desk, unit: str, when: str = "") -> list[str]:
    found = desk.agency(f'employees(unit: "{unit}") {{ totalCount edges {{ node {{ employeeNumber }} }} }}', when)
    numbers = [edge["node"]["employeeNumber"] for edge in found["employees"]["edges"]]
    assert found["employees"]["totalCount"] == len(numbers)
    return numbers


def test_people_are_where_they_serve_on_the_day(desk: Desk) -> None:
    before = desk.head
    moved: Any = {"unit": "disdik", "since": date(2025, 3, 10), "reason": "mutasi"}
    desk.tell("hr", TransferEmployee(employee="budi", supervisor="tono", position="Ahli", **moved))
    later: Any = {"unit": "dinkes", "since": date(2025, 6, 1), "reason": "kembali"}
    desk.tell("hr", TransferEmployee(employee="budi", supervisor="sri", **later))
    known = desk.head

    def budi(when: str) -> tuple[str, str, str]:
        edges = desk.agency(f"employees {{ edges {{ node {{ {WHERE} }} }} }}", when)["employees"]["edges"]
        (row,) = [edge["node"] for edge in edges if edge["node"]["employeeNumber"] == "budi"]
        return row["unit"], row["supervisor"], row["position"]

    first = budi(on("2025-03-09"))
    assert first[:2] == ("dinkes", "sri")
    assert budi(on("2025-03-10")) == budi("") == ("disdik", "tono", "Ahli")
    assert budi(on("2025-05-31"))[:2] == ("disdik", "tono")
    assert budi(on("2025-06-01"))[:2] == ("dinkes", "sri"), "what is recorded ahead is told of days to come"
    # What was known of the day before any of it was recorded.
    assert budi(on("2025-03-10", before)) == budi(on("2025-06-01", before)) == first
    assert budi(on("2025-06-01", known)) == budi(on("2025-06-01"))

    assert "budi" in people(desk, "dinkes", on("2025-03-09"))
    assert "budi" not in people(desk, "dinkes", on("2025-03-10"))
    assert "budi" in people(desk, "disdik", on("2025-03-10"))


def test_nobody_serves_after_their_last_day(desk: Desk) -> None:
    desk.tell("hr", RetireEmployee(employee="ani", on=date(2025, 3, 31)))
    here = people(desk, "dinkes", on("2025-03-31"))
    assert "ani" in here
    assert people(desk, "dinkes", on("2025-04-01")) == [one for one in here if one != "ani"]


def test_heads_and_appointments_are_of_the_day_unless_another_is_named(desk: Desk, world: Any) -> None:
    headed = AppointHead(unit="dinkes", employee="sri", since=date(2025, 3, 5), decree="SK 7/2025")
    desk.tell("hr", headed)
    fields = 'heads { unit employeeNumber } other: heads(on: "2025-03-05") { unit employeeNumber }'
    there = [{"unit": "dinkes", "employeeNumber": "sri"}]
    assert desk.agency(fields, on("2025-03-04")) == {"heads": [], "other": there}
    assert desk.agency(fields, on("2025-03-05")) == {"heads": there, "other": there}

    give = GiveAppointment(
        person="wati", role=Role.POLICY_APPROVER, since=date(2025, 3, 1), until=date(2025, 3, 9), basis="SK 4"
    )
    world.tell("admin", give)
    for day, given in (("2025-02-28", 0), ("2025-03-01", 1), ("2025-03-09", 1), ("2025-03-10", 0)):
        asked = f'{{ agency(id: "surabaya"{on(day)}) {{ appointments {{ person }} }} }}'
        assert world.data("auditor", asked)["agency"]["appointments"] == [{"person": "wati"}] * given, day


def test_what_was_read_by_a_day_is_found_again_by_its_id(desk: Desk) -> None:
    moved: Any = {"unit": "disdik", "since": date(2025, 3, 10), "reason": "mutasi"}
    desk.tell("hr", TransferEmployee(employee="budi", supervisor="tono", **moved))
    for when, prefix in (
        (on("2025-03-09"), "uji@2025-03-09"),
        (on("2025-03-09", desk.head), f"uji@{desk.head},2025-03-09"),
        ("", "uji"),
    ):
        told = desk.agency(f"id effectiveAt employees {{ edges {{ node {{ id {WHERE} }} }} }}", when)
        assert told["id"] == prefix
        assert told["effectiveAt"] == ("2025-03-09" if when else None)
        (row,) = [one["node"] for one in told["employees"]["edges"] if one["node"]["employeeNumber"] == "budi"]
        assert row["id"] == f"{prefix}/employee/budi"
        assert row["unit"] == ("dinkes" if when else "disdik")
        query = f'{{ node(id: "{row["id"]}") {{ id ... on Employee {{ {WHERE} }} }} }}'
        answer = desk.client.post("/graphql", json={"query": query}, headers={"Authorization": "Bearer auditor"})
        assert answer.json() == {"data": {"node": row}}


@pytest.mark.parametrize("written", ["17", "2025-03-09", "17,2025-03-09"])
def test_a_moment_is_read_as_it_was_written(written: str) -> None:
    assert str(read(written)) == written


@pytest.mark.parametrize(
    "written",
    ["", "x", "017", "17,", ",2025-03-09", "2025-3-9", "17,x", "17,1,2025-03-09", "0001-01-01", "17,2101-01-01"],
)
def test_what_is_no_moment_leads_nowhere(written: str) -> None:
    assert read(written) == (None if written else Moment())


def test_a_moment_is_named_once(desk: Desk) -> None:
    both = ', asOf: {position: "3", recordedAt: "2025-03-03T10:00:00+07:00", effectiveAt: "2025-03-03"}'
    for when in (both, ", asOf: {}", ', asOf: {effectiveAt: "0001-01-01"}', ", asOf: {effectiveAt: null}"):
        (code,) = desk.refused("id", when)
        assert code in ("BAD_AS_OF", "BAD_INPUT")


def _asked(name: str, field: Any) -> str:
    given = {"period": '"2025-Q1"', "year": "2025", "employee": '"budi"', "person": '"budi"', "ref": '"kota-uji"'}
    given |= {"name": '"x"', "id": '"dinkes"', "candidate": '"kota-uji"'}
    arguments = [f"{key}: {given[key]}" for key, one in field.args.items() if is_required_argument(one)]
    return name + (f"({', '.join(arguments)})" if arguments else "")


def test_what_does_not_hold_by_day_says_so(desk: Desk) -> None:
    """Every field of an agency, and of a person: none tells of today what was asked of a day."""
    schema: Any = build().core
    for type_, within, sound in (
        ("Agency", "{}", BY_DAY),
        ("Employee", "employees {{ edges {{ node {{ {} }} }} }}", {"id", "record", *WHERE.split()}),
        ("OrganisationalUnit", 'unit(id: "dinkes") {{ {} }}', {"id", "name", "activated", "independent"}),
    ):
        for name, field in schema.type_map[type_].fields.items():
            below = "" if not hasattr(_named(field.type), "fields") else " { __typename }"
            asked = within.format(_asked(name, field) + below)
            answer = desk.ask(asked, on("2025-03-03"), who="everybody")
            codes = {error["extensions"]["code"] for error in answer.get("errors", ())}
            plain = not below and not field.args
            assert codes == (set[str]() if name in sound or plain else {"NOT_BY_DAY"}), (type_, name, answer)


def _named(type_: Any) -> Any:
    while hasattr(type_, "of_type"):
        type_ = type_.of_type
    return type_
