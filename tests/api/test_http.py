import json
import re
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

GRAPHQL = "application/graphql-response+json"
GOLDEN = Path(__file__).parents[1] / "golden" / "schema.graphql"


def ask(world: Any, query: Any, **headers: str) -> Any:
    return world.client.post(
        "/graphql",
        content=json.dumps({"query": query}),
        headers={"Authorization": "Bearer hr-token", "Content-Type": "application/json", **headers},
    )


@pytest.mark.parametrize(
    "query", ["{ viewer { id }", "{ nothing }", "{ agency { id } }", "query ($x: Int!) { __typename }"]
)
def test_a_query_that_cannot_run_is_a_400_to_those_who_know_the_media_type(world: Any, query: str) -> None:
    modern, old = ask(world, query, Accept=GRAPHQL), ask(world, query)

    assert (modern.status_code, modern.headers["Content-Type"]) == (400, GRAPHQL)
    assert (old.status_code, old.headers["Content-Type"]) == (200, "application/json")
    assert "data" not in modern.json()
    assert modern.json()["errors"]


def test_a_query_that_ran_is_a_200_though_a_field_failed(world: Any) -> None:
    answer = ask(world, '{ agency(id: "surabaya") { events { totalCount } } }', Accept=GRAPHQL)

    assert answer.status_code == 200
    assert answer.json()["data"] == {"agency": None}
    assert answer.json()["errors"][0]["path"] == ["agency", "events"]


def test_a_query_may_come_in_the_url(world: Any) -> None:
    params = {"query": "query A($id: ID!) { agency(id: $id) { id } } query B { viewer { id } }"}

    answer = world.client.get(
        "/graphql",
        params={**params, "operationName": "A", "variables": '{"id": "surabaya"}'},
        headers={"Authorization": "Bearer hr-token"},
    )

    assert answer.json() == {"data": {"agency": {"id": "surabaya"}}}


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        ("{", "malformed", 400),
        ("{}", "malformed", 400),
        ('{"query": 1}', "malformed", 400),
        (json.dumps({"query": "{" + "a " * 30_000 + "}"}), "too-large", 413),
    ],
)
def test_what_is_no_question_is_a_problem(world: Any, content: str, kind: str, status: int) -> None:
    answer = world.client.post(
        "/graphql", content=content, headers={"Authorization": "Bearer hr-token", "Content-Type": "application/json"}
    )

    assert (answer.status_code, answer.json()["type"]) == (status, f"urn:neraca:problem:{kind}")


@pytest.mark.parametrize(
    ("query", "cost"),
    [
        ("{ viewer { id } }", {"fields": 2, "depth": 2, "reads": 0, "long": 0}),
        ('{ agency(id: "surabaya") { employees(first: 10) { edges { cursor } } } }', {"fields": 133, "depth": 4}),
        ('{ agency(id: "surabaya") { events { totalCount } } }', {"reads": 3}),
        ("{ __typename }", {"fields": 1}),
    ],
)
def test_a_query_tells_what_it_weighs_to_whoever_asks(world: Any, query: str, cost: dict[str, int]) -> None:
    def asked(**extensions: bool) -> Any:
        sent = {"query": query, "extensions": extensions}
        return world.client.post("/graphql", json=sent, headers={"Authorization": "Bearer auditor-token"}).json()

    told, silent = asked(cost=True), asked()

    assert silent == {"data": told["data"]}
    assert {name: told["extensions"]["cost"][name]["of"] for name in cost} == cost
    assert {name: one["most"] for name, one in told["extensions"]["cost"].items()} == {
        "fields": 200_000,
        "depth": 16,
        "reads": 40,
        "long": 10,
    }


def test_a_form_cannot_ask(world: Any) -> None:
    answer = world.client.post("/graphql", data={"query": "{viewer{id}}"}, headers={"Authorization": "Bearer hr-token"})

    assert answer.status_code == 415


@pytest.mark.parametrize(
    "query",
    [
        '{ agency(id: "surabaya") { appraisals(first: 1000) { edges { node { explain { value } } } } } }',
        "{ agencies { appraisals { edges { node { components "
        + "{ components " * 12
        + "{ node }"
        + " }" * 12
        + " } } } } }",
        "query ($n: Int!) { agencies { appraisals(first: $n) { edges { node"
        " { reports { report day evidence { uri title } } } } } } }",
        "{ agencies { ...a } } fragment a on Agency { appraisals(first: 900) { edges { node { ...b ...c } } } }"
        " fragment b on Appraisal { history { score reason cause by status predicate } }"
        " fragment c on Appraisal { timeline { data type at by event version } }",
        '{ agency(id: "surabaya") { appraisals(first: 1000) { edges { node { evaluate(policy: "x") { score } } } } } }',
    ],
)
def test_a_query_beyond_the_limits_is_refused_before_anything_is_read(world: Any, query: str) -> None:
    answer = ask(world, query, Accept=GRAPHQL)

    assert answer.status_code == 400
    assert {error["extensions"]["code"] for error in answer.json()["errors"]} == {"TOO_MUCH"}


def test_a_page_of_a_hundred_with_the_whole_tree_is_within_the_limits(world: Any) -> None:
    parts = "node value weight label indicators { indicator value weight unit label }"
    query = (
        "{ agencies { id } agency(id: %s) { appraisals(first: 100) { edges { node { score components { %s } } } } } }"
    )

    answer = ask(world, query.replace("%s", '"surabaya"', 1).replace("%s", f"{parts} components {{ {parts} }}"))

    assert len(answer.json()["data"]["agency"]["appraisals"]["edges"]) == 6


def test_fragments_that_double_themselves_cost_no_time(world: Any) -> None:
    doubling = " ".join(f"fragment f{n} on Agency {{ a{n}: id ...f{n + 1} b{n}: id ...f{n + 1} }}" for n in range(24))

    answer = ask(world, f"{{ agencies {{ ...f0 }} }} {doubling} fragment f24 on Agency {{ id }}", Accept=GRAPHQL)

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["extensions"] == {"code": "TOO_MUCH"}


def test_introspection_is_open(world: Any) -> None:
    answer = ask(world, "{ __schema { queryType { fields { name type { name ofType { name ofType { name } } } } } } }")

    assert answer.json()["data"]["__schema"]["queryType"]["fields"]


def test_the_schema_is_what_it_was(world: Any) -> None:
    """Change tests/golden/schema.graphql on purpose only: others build on it."""
    answer = world.client.get("/graphql/schema.graphql")

    assert answer.text == GOLDEN.read_text()


def test_the_schema_has_a_description_on_everything(world: Any) -> None:
    types = ask(
        world,
        "{ __schema { types { name description fields { name description } enumValues { name description } } } }",
    ).json()["data"]["__schema"]["types"]

    bare = [
        f"{one['name']}.{part['name']}"
        for one in types
        if not one["name"].startswith("__")
        for part in [
            {"name": "", "description": one["description"]},
            *(one["fields"] or []),
            *(one["enumValues"] or []),
        ]
        if not part["description"]
    ]
    assert bare == []


def test_the_schema_is_sent_once(world: Any) -> None:
    first = world.client.get("/graphql/schema.graphql")

    second = world.client.get("/graphql/schema.graphql", headers={"If-None-Match": first.headers["ETag"]})

    assert (second.status_code, second.content) == (304, b"")


def test_alive_and_ready(world: Any) -> None:
    world.follow()
    well = [
        {"agency": name, "status": "ready", "lag": 0, "setAside": 0, "errors": []} for name in ("bandung", "surabaya")
    ]
    assert world.client.get("/health/live").json() == {"status": "live", "errors": [], "agencies": []}
    assert world.client.get("/health/ready").json() == {"status": "ready", "errors": [], "agencies": well}
    assert world.client.get("/health/ready/surabaya").json()["agencies"] == well[1:]
    assert world.client.get("/health/ready/nowhere").status_code == 404


def test_the_numbers_name_nobody(world: Any) -> None:
    world.data("hr", "{ viewer { id } }")

    text = world.client.get("/metrics").text

    assert 'neraca_http_requests_total{method="POST",route="/graphql",status="200"}' in text
    assert 'neraca_projection_lag{agency="surabaya",projection="scores"} 0.0' in text
    assert "198501012010011001" not in text


def test_the_numbers_do_not_tell_a_rating_from_its_withdrawal(world: Any) -> None:
    """Anybody may read them, and a counter that moves tells when."""
    which = {"employee": "198501012010011001", "period": "2025-Q1"}
    for command in (
        {"command": "rate", **which, "relation": "PEER", "scores": {"x": "1"}},
        {"command": "revise-rating", **which, "scores": {"x": "1"}, "reason": "coba"},
        {"command": "withdraw-rating", **which, "reason": "coba"},
        {"command": "receive-document", **which},
    ):
        world.client.post(
            "/agencies/surabaya/commands",
            json=command,
            headers={"Authorization": "Bearer hr-token", "Idempotency-Key": command["command"]},
        )

    text = world.client.get("/metrics").text

    assert 'neraca_commands_total{agency="surabaya",command="withheld",outcome="refused"} 3.0' in text
    assert 'command="receive-document"' in text
    assert "rating" not in text


def test_the_interface_describes_itself_without_fetching_anything(world: Any) -> None:
    answer = world.client.get("/openapi.json")

    described = answer.json()
    post = described["paths"]["/agencies/{agency}/commands"]["post"]
    assert {one["name"] for one in post["parameters"]} >= {"agency", "Idempotency-Key", "If-Match"}
    assert "OpenAppraisal" in described["components"]["schemas"]
    assert "cdn" not in answer.text
    assert "cdn" not in world.client.get("/").text


def test_the_description_tells_the_truth(world: Any) -> None:
    described = world.client.get("/openapi.json").json()
    paths, schemas = described["paths"], described["components"]["schemas"]
    of = {name: next(iter(path.values())) for name, path in paths.items()}
    commands, events = of["/agencies/{agency}/commands"], of["/agencies/{agency}/events"]

    for path in paths.values():
        for operation in path.values():
            refusals = [one for status, one in operation["responses"].items() if status > "399"]
            assert all("application/problem+json" in one["content"] for one in refusals)
    assert {"400", "403", "404", "409", "412", "415", "422", "428"} <= commands["responses"].keys()
    assert events["responses"]["200"]["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/Page"}
    assert schemas["Page"]["required"] == ["events", "next", "head"]
    assert "416" in events["responses"]
    agencies = {
        name: parameter["schema"]["enum"]
        for name, operation in of.items()
        for parameter in operation.get("parameters", ())
        if parameter["name"] == "agency"
    }
    assert {*map(tuple, agencies.values())} == {("bandung", "surabaya")}
    assert {name for name, operation in of.items() if operation.get("security") == []} >= {
        "/health/live",
        "/health/ready",
        "/metrics",
        "/graphql/schema.graphql",
    }
    assert "security" not in commands
    ask, by_url = paths["/graphql"]["post"], paths["/graphql"]["get"]
    either = ask["requestBody"]["content"]["application/json"]["schema"]["anyOf"]
    assert [one["required"] for one in either] == [["query"], ["documentId"]]
    assert [one["name"] for one in by_url["parameters"]][:3] == ["query", "documentId", "variables"]
    assert "evidence" in schemas["ReportProgress"]["required"]
    assert schemas["ReportProgress"]["properties"]["evidence"]["minItems"] == 1


ANSWERS: list[tuple[str, str, str | None, dict[str, Any], int]] = [
    ("/agencies/{agency}/events", "/agencies/surabaya/events?limit=1", "auditor", {}, 200),
    ("/agencies/{agency}/events", "/agencies/surabaya/events?after=999999", "auditor", {}, 416),
    ("/agencies/{agency}/events", "/agencies/surabaya/events", None, {}, 401),
    ("/agencies/{agency}/events/stream", "/agencies/surabaya/events/stream?after=999999", "auditor", {}, 416),
    ("/agencies/{agency}/commands", "/agencies/surabaya/commands", "boss", {}, 428),
    ("/agencies/{agency}/commands", "/agencies/surabaya/commands", "boss", {"If-Match": '"v1"'}, 412),
    ("/agencies/{agency}/commands", "/agencies/surabaya/commands", "stranger", {}, 403),
    ("/graphql/schema.graphql", "/graphql/schema.graphql", None, {}, 200),
    ("/health/ready", "/health/ready", None, {}, 200),
    ("/health/ready/{agency}", "/health/ready/surabaya", None, {}, 200),
    ("/health/ready/{agency}", "/health/ready/nowhere", None, {}, 404),
]
HARMLESS = {"content-security-policy", "referrer-policy", "x-content-type-options"}
OF_EVERY_ANSWER = HARMLESS | {"content-length", "content-type", "cache-control", "vary", "x-request-id"}


@pytest.mark.parametrize(("path", "url", "who", "sent", "status"), ANSWERS)
def test_an_answer_is_as_described(
    world: Any, path: str, url: str, who: str | None, sent: dict[str, str], status: int
) -> None:
    described = world.client.get("/openapi.json").json()["paths"][path]
    headers = {
        **sent,
        "Idempotency-Key": "as-described",
        "Accept-Encoding": "identity",
        **({"Authorization": f"Bearer {who}-token"} if who else {}),
    }
    if "post" in described:
        command = {
            "command": "return-report",
            "employee": "198501012010011001",
            "period": "2025-Q1",
            "report": "a1",
            "feedback": "x",
        }
        answer = world.client.post(url, json=command, headers=headers)
    else:
        answer = world.client.get(url, headers=headers)

    assert answer.status_code == status, answer.text
    told = next(iter(described.values()))["responses"][str(status)]
    assert answer.headers["Content-Type"].partition(";")[0] in told["content"]
    assert {*answer.headers} - OF_EVERY_ANSWER == {one.lower() for one in told.get("headers", {})}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        *(
            ("GET", path)
            for path in ("/", "/openapi.json", "/health/live", "/metrics", "/no/such", "/pages", "/survey/x")
        ),
        *(("GET", f"/agencies/{agency}/events") for agency in ("surabaya", "nowhere")),
        *(("POST", path) for path in ("/graphql", "/agencies/surabaya/commands", "/agencies/surabaya/imports/x")),
        ("OPTIONS", "/graphql"),
        ("DELETE", "/graphql"),
    ],
)
@pytest.mark.parametrize("who", ["auditor", "nobody"])
def test_a_browser_takes_no_answer_for_more_than_it_is(world: Any, method: str, path: str, who: str) -> None:
    answer = world.client.request(
        method, path, headers={"Authorization": f"Bearer {who}-token"}, follow_redirects=False
    )

    told = {name: answer.headers.get_list(name, split_commas=False) for name in HARMLESS}
    assert told["x-content-type-options"] == ["nosniff"]
    assert told["referrer-policy"] == ["no-referrer"]
    (policy,) = told["content-security-policy"]
    assert policy.startswith("default-src 'none'")


def test_readiness_is_described_in_both_its_states(world: Any) -> None:
    paths = world.client.get("/openapi.json").json()["paths"]

    for path in ("/health/ready", "/health/ready/{agency}"):
        responses = paths[path]["get"]["responses"]
        assert responses["503"]["content"]["application/json"] == responses["200"]["content"]["application/json"]
        assert "Retry-After" in responses["503"]["headers"]


def test_each_path_says_which_methods_it_takes(world: Any) -> None:
    for path, operations in world.client.get("/openapi.json").json()["paths"].items():
        answer = world.client.options(path.replace("{agency}", "surabaya").replace("{webhook}", str(UUID(int=7))))

        allowed = {one.strip().lower() for one in answer.headers["Allow"].split(",")}
        assert (path, answer.status_code, allowed) == (path, 204, {*operations, "options"})


def test_what_a_header_may_hold_is_told(world: Any) -> None:
    post = world.client.get("/openapi.json").json()["paths"]["/agencies/{agency}/commands"]["post"]
    told = {one["name"]: one["schema"] for one in post["parameters"] if one["in"] == "header"}

    assert {name: len(schema) for name, schema in told.items() if "pattern" not in schema} == {}
    assert re.search(told["Idempotency-Key"]["pattern"], "a 1")
    assert not re.search(told["Idempotency-Key"]["pattern"], " a")
    assert all(re.search(told["If-Match"]["pattern"], sent) for sent in ('"v1"', '"v1", "v17"', '"v1,v17"'))
    assert not re.search(told["If-Match"]["pattern"], "17")


@pytest.mark.parametrize(
    ("method", "path", "status", "detail"),
    [
        ("GET", "/no/such", 404, "there is nothing at '/no/such'; /openapi.json tells what there is"),
        ("DELETE", "/graphql", 405, "'/graphql' does not take 'DELETE'; send one of "),
        ("PUT", "/agencies/surabaya/events", 405, "'/agencies/surabaya/events' does not take 'PUT'; send one of "),
    ],
)
def test_the_framework_s_own_refusals_are_problems_too(
    world: Any, method: str, path: str, status: int, detail: str
) -> None:
    answer = world.client.request(method, path)
    told = answer.json()

    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")
    assert told["status"] == status
    assert told["detail"] == detail + answer.headers.get("Allow", "")
    assert told["instance"] == f"urn:neraca:request:{answer.headers['X-Request-Id']}"


def test_a_long_answer_is_compressed_lightly(world: Any) -> None:
    answer = world.client.get("/graphql/schema.graphql", headers={"Accept-Encoding": "gzip"})

    assert answer.headers["Content-Encoding"] == "gzip"


def test_a_position_that_is_none_is_refused(world: Any) -> None:
    assert ask(world, "{ viewer { id } }", **{"Neraca-Position": "x"}).status_code == 400
    assert ask(world, '{ agency(id: "surabaya", atLeast: "x") { id } }', Accept=GRAPHQL).status_code == 400
