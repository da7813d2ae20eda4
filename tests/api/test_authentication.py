"""Role by role: what each may read, and what does not exist for them."""

from typing import Any

import pytest

ANI = "198501012010011001"
APPRAISALS = '{ agency(id: "surabaya") { appraisals { totalCount edges { node { employeeNumber } } } } }'
PEOPLE = '{ agency(id: "surabaya") { employees { totalCount } } }'
ONE = '{ agency(id: "surabaya") { appraisal(employee: "198501012010011001", period: "2025-Q1") { score } } }'
SUMMARY = '{ agency(id: "surabaya") { summary(period: "2025-Q1") { people } } }'
LOG = '{ agency(id: "surabaya") { events(first: 1) { edges { node { id } } } } }'
EVERYONE = ("hr", "official", "auditor", "operator")
COUNTING = ("policy", "approver", "national", "integrator")
NARROW = ("ani", "boss", "head", "peer0", "stranger", "surveyor", "admin")


def count(world: Any, who: str, query: str, field: str) -> int:
    return world.data(who, query)["agency"][field]["totalCount"]


@pytest.mark.parametrize("who", [*COUNTING, "surveyor"])
def test_who_makes_rules_or_connects_systems_sees_nobody(world: Any, who: str) -> None:
    assert count(world, who, APPRAISALS, "appraisals") == 0
    assert count(world, who, PEOPLE, "employees") == 0
    assert world.data(who, ONE)["agency"]["appraisal"] is None
    for id_ in (f"surabaya/appraisal/{ANI}/2025-Q1", f"surabaya/employee/{ANI}"):
        assert world.data(who, "query ($id: ID!) { node(id: $id) { id } }", {"id": id_}) == {"node": None}
    then = ONE.replace('"surabaya"', '"surabaya", asOf: {position: "30"}')
    assert world.data(who, then)["agency"]["appraisal"] is None


@pytest.mark.parametrize("who", COUNTING)
def test_counts_of_people_are_never_of_a_few(world: Any, who: str) -> None:
    """Five of the six are blocked; the sixth has a predicate, and one of the blocked is alone in her unit."""
    for group_by in ("OUTCOME", "UNIT", "UNIT_AND_OUTCOME"):
        query = SUMMARY.replace("{ people }", "{ unit outcome people }").replace('Q1"', f'Q1", groupBy: {group_by}')
        assert world.data(who, query)["agency"]["summary"] == [{"unit": None, "outcome": None, "people": 6}]


@pytest.mark.parametrize(
    ("who", "people", "appraisals", "counts", "log"),
    [
        ("hr-system", True, False, False, False),
        ("pay-system", True, True, False, False),
        ("counter", False, False, True, False),
        ("archive", False, False, False, True),
        ("nothing", False, False, False, False),
        ("integrator", False, False, True, True),
    ],
)
def test_an_integrator_reads_what_its_scopes_name(
    world: Any, who: str, people: bool, appraisals: bool, counts: bool, log: bool
) -> None:
    assert (count(world, who, PEOPLE, "employees") == 8) is people
    assert (count(world, who, APPRAISALS, "appraisals") == 6) is appraisals
    assert ("errors" not in world.ask(who, SUMMARY)) is counts
    assert (world.get("/agencies/surabaya/events?limit=1", who).status_code == 200) is log
    assert ("errors" not in world.ask(who, LOG)) is log


@pytest.mark.parametrize("who", EVERYONE)
def test_who_serves_the_agency_sees_the_agency(world: Any, who: str) -> None:
    assert count(world, who, APPRAISALS, "appraisals") == 6
    assert count(world, who, PEOPLE, "employees") == 8
    assert world.data(who, ONE)["agency"]["appraisal"] is not None
    assert sum(one["people"] for one in world.data(who, SUMMARY)["agency"]["summary"]) == 6


@pytest.mark.parametrize(
    ("who", "appraisals", "people", "ani"),
    [
        ("ani", 1, 1, True),  # her own
        ("boss", 5, 6, True),  # those he appraises; himself and those under him
        ("head", 6, 3, True),  # reviews five and appraises one
        ("peer0", 1, 1, False),
        ("stranger", 1, 1, False),
        ("surveyor", 0, 0, False),
        ("admin", 0, 0, False),
    ],
)
def test_an_employee_sees_their_own_and_whom_they_appraise(
    world: Any, who: str, appraisals: int, people: int, ani: bool
) -> None:
    assert count(world, who, APPRAISALS, "appraisals") == appraisals
    assert count(world, who, PEOPLE, "employees") == people
    assert (world.data(who, ONE)["agency"]["appraisal"] is not None) is ani


@pytest.mark.parametrize("who", NARROW)
def test_the_summary_is_for_those_who_see_the_agency(world: Any, who: str) -> None:
    answer = world.ask(who, SUMMARY)

    assert answer["errors"][0]["extensions"] == {"code": "NOT_ALLOWED"}


@pytest.mark.parametrize("who", ["auditor", "integrator", "operator"])
def test_the_log_is_open_to_auditors_and_integrators(world: Any, who: str) -> None:
    assert world.data(who, LOG)["agency"]["events"]["edges"][0]["node"]["id"] == "surabaya:1"
    assert world.get("/agencies/surabaya/events?limit=1", who).status_code == 200


@pytest.mark.parametrize("who", ["hr", "official", "policy", "approver", "national", *NARROW])
def test_the_log_is_closed_to_all_others(world: Any, who: str) -> None:
    assert world.ask(who, LOG)["errors"][0]["extensions"] == {"code": "NOT_ALLOWED"}
    for path in ("events", "events/stream"):
        answer = world.get(f"/agencies/surabaya/{path}", who)
        assert (answer.status_code, answer.json()["type"]) == (403, "urn:neraca:problem:not-allowed")
    assert world.data(who, '{ node(id: "surabaya:1") { id } }') == {"node": None}


def test_another_agency_does_not_exist(world: Any) -> None:
    assert world.data("bandung", ONE) == {"agency": None}
    assert world.data("bandung", "{ agencies { id } }") == {"agencies": [{"id": "bandung"}]}
    assert world.data("hr", "{ agencies { id } }") == {"agencies": [{"id": "surabaya"}]}
    assert world.data("operator", "{ agencies { id } }") == {"agencies": [{"id": "bandung"}, {"id": "surabaya"}]}
    for node in ("surabaya", f"surabaya/appraisal/{ANI}/2025-Q1", f"surabaya/employee/{ANI}", "surabaya:1"):
        assert world.data("bandung", "query ($id: ID!) { node(id: $id) { id } }", {"id": node}) == {"node": None}


@pytest.mark.parametrize("path", ["/agencies/{}/events", "/agencies/{}/events/stream"])
def test_another_agency_and_none_are_told_alike(world: Any, path: str) -> None:
    theirs, nobodys = (world.get(path.format(name), "hr").json() for name in ("bandung", "banjar"))

    assert theirs["detail"].replace("bandung", "banjar") == nobodys["detail"]
    assert (theirs["status"], nobodys["status"]) == (404, 404)


def test_a_command_to_another_agency_finds_nothing(world: Any) -> None:
    answer = world.client.post(
        "/agencies/surabaya/commands",
        content=b"{}",
        headers={"Authorization": "Bearer bandung-token", "Idempotency-Key": "x"},
    )

    assert answer.status_code == 404


@pytest.mark.parametrize("header", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic hr-token"}])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/agencies/surabaya/commands"),
        ("GET", "/agencies/surabaya/events"),
        ("GET", "/agencies/surabaya/events/stream"),
        ("GET", "/graphql?query={viewer{id}}"),
    ],
)
def test_nothing_is_open_without_a_token(world: Any, method: str, path: str, header: dict[str, str]) -> None:
    answer = world.client.request(method, path, headers=header)

    assert (answer.status_code, answer.json()["type"]) == (401, "urn:neraca:problem:unauthenticated")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_the_viewer_is_whoever_asks(world: Any) -> None:
    assert world.data("hr", "{ viewer { id agency roles } }") == {
        "viewer": {"id": "hr-1", "agency": "surabaya", "roles": ["HR"]}
    }


def test_policies_are_for_everyone_of_the_agency(world: Any) -> None:
    for who in (*NARROW, *EVERYONE, *COUNTING):
        found = world.data(who, '{ agency(id: "surabaya") { policies { id version inForce { since until } } } }')
        assert found["agency"]["policies"] == [
            {"id": "id.jatim.kota-surabaya", "version": 1, "inForce": [{"since": "2025-01-01", "until": None}]}
        ]
    assert world.data("bandung", '{ agency(id: "bandung") { policies { id } } }') == {"agency": {"policies": []}}


SEEN_BY: dict[str, tuple[str, set[str]]] = {
    "employees": ("{ totalCount }", {"hr", "official", "auditor", "operator", "hr-system", "pay-system"}),
    "appraisals": ("{ totalCount }", {"hr", "official", "auditor", "operator", "pay-system"}),
    "appraisal": (
        f'(employee: "{ANI}", period: "2025-Q1") {{ score }}',
        {"hr", "official", "auditor", "operator", "pay-system", "ani", "boss", "head"},
    ),
    "summary": (
        '(period: "2025-Q1") { people }',
        {"hr", "official", "auditor", "operator", "policy", "approver", "national", "integrator", "counter"},
    ),
    "simulate": (
        '(candidate: "id.jatim.kota-surabaya@1", period: "2025-Q1") { people }',
        {"official", "auditor", "operator", "policy", "approver", "national"},
    ),
    "allowances": ("{ edges { node { amount } } }", {"hr", "official", "auditor", "operator"}),
    "candidacies": ("{ edges { node { stage } } }", {"hr", "official", "auditor", "operator"}),
    "nineBox": (
        '(period: "2025") { people }',
        {"hr", "official", "auditor", "operator", "policy", "approver", "national", "integrator", "counter"},
    ),
    "policyProposals": (
        "{ __typename }",
        {
            *("hr", "official", "auditor", "operator", "policy", "approver", "national"),
            *("integrator", "counter", "archive"),
        },
    ),
    "appointments": ("{ person }", {"admin", "auditor", "operator"}),
    "ceilings": ("{ amount }", {"hr", "official", "auditor", "operator"}),
    "events": ("(first: 1) { totalCount }", {"auditor", "operator", "integrator", "archive"}),
}
"""Field of an agency, how it is asked, and who is answered. All others are of the agency itself, for all in it, or
give each what is theirs.
"""

OF_THE_AGENCY = {
    "id",
    "timeSources",
    "asOf",
    "effectiveAt",
    "name",
    "kind",
    "timeZone",
    "stage",
    "languages",
    "unit",
    "units",
    "policies",
    "policy",
    "reports",
    "competencyStandards",
    "programme",
    "programmes",
}
OF_EACH = {
    *("cohorts", "due", "heads", "plan", "workPlans"),
    *("feedbackAskedByMe", "feedbackAskedOfMe", "feedbackGivenByMe"),
}
"""Their own and of those below them, or everybody's: see test_cohorts, test_due, test_plan_tree, test_as_of for plans,
and test_rater_privacy for feedback, of which each reads what they asked, are asked and gave.
"""

ALL_ROLES = (*EVERYONE, *COUNTING, *NARROW, "hr-system", "pay-system", "counter", "archive", "nothing")


def test_every_field_of_an_agency_is_known_here(world: Any) -> None:
    found = world.data("hr", '{ __type(name: "Agency") { fields { name } } }')["__type"]["fields"]

    assert {one["name"] for one in found} == OF_THE_AGENCY | OF_EACH | SEEN_BY.keys()


@pytest.mark.parametrize("field", SEEN_BY)
def test_each_field_answers_those_it_is_for(world: Any, field: str) -> None:
    how, whom = SEEN_BY[field]
    for who in ALL_ROLES:
        answer = world.ask(who, f'{{ agency(id: "surabaya") {{ {field}{how} }} }}')
        if "errors" in answer:
            assert answer["errors"][0]["extensions"] == {"code": "NOT_ALLOWED"}, (field, who, answer)
            assert who not in whom, (field, who)
            continue
        value = answer["data"]["agency"][field]
        everybody = {"employees": 8, "appraisals": 6}
        if field in everybody:
            assert (value["totalCount"] == everybody[field]) is (
                who in whom or (field, who) == ("appraisals", "head")
            ), who
        else:
            assert (value is not None) is (who in whom), (field, who)


@pytest.mark.parametrize("path", ["events", "events/stream"])
def test_each_route_of_the_log_answers_those_it_is_for(world: Any, path: str) -> None:
    for who in ALL_ROLES:
        if path.endswith("stream") and who in SEEN_BY["events"][1]:
            continue  # it would never end
        status = world.get(f"/agencies/surabaya/{path}", who).status_code
        assert status == (200 if who in SEEN_BY["events"][1] else 403), (path, who)
