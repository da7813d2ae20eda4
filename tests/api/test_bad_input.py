"""What comes in broken is refused at the door with the field or header it is in, and nothing of it is stored."""

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from neraca.api.graphql.support import arguments
from neraca.domain.text_kinds import fault

ANI, PERIOD = "198501012010011001", "2025-Q1"
ACTIVITY = {
    "command": "report-activity",
    "employee": ANI,
    "period": PERIOD,
    "report": "x1",
    "day": "2025-03-02",
    "activity": "Melayani loket",
}
WITHOUT_REPORT = {name: value for name, value in ACTIVITY.items() if name != "report"}


def post(world: Any, who: str, body: Any, **headers: str) -> Any:
    sent = {"Authorization": f"Bearer {who}-token", "Idempotency-Key": "k-bad", "If-Match": '"v999"', **headers}
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return world.client.post("/agencies/surabaya/commands", content=content, headers=sent)


def kind(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].rpartition(":")[2]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("report", "x" * 3_000),
        ("report", "x\x00"),
        ("report", "\ud800"),
        ("report", ""),
        ("activity", "Melayani\x00loket"),
        ("activity", "Melayani \u202eloket"),
        ("activity", "x" * 10_001),
        ("period", "2025-Q1\n"),
        ("period", "٢٠٢٥-Q1"),
        ("period", "9999-Q4"),
        ("day", "0001-01-01"),
        ("employee", f"{ANI}\x85"),
    ],
)
def test_one_bad_value_is_refused_with_its_field_before_anything_is_looked_up(
    world: Any, field: str, value: str
) -> None:
    for body, pointer in (({**ACTIVITY, field: value}, f"/{field}"), ([{**ACTIVITY, field: value}], f"/0/{field}")):
        answer = post(world, "ani", body)

        assert kind(answer) == (422, "invalid"), answer.text
        assert [fault["pointer"] for fault in answer.json()["errors"]] == [pointer]


def test_all_that_is_wrong_in_all_commands_is_told_at_once(world: Any) -> None:
    rate = {"command": "rate", "employee": ANI, "period": "2025", "relation": "FRIEND", "scores": {"a": "1e2"}}

    answer = post(world, "ani", [{**WITHOUT_REPORT, "activity": " ", "employee": "\n"}, rate])

    assert kind(answer) == (422, "invalid")
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [
        "/0/report",
        "/0/activity",
        "/0/employee",
        "/1/relation",
        "/1/scores/a",
    ]


@pytest.mark.parametrize("written", ['"1e2"', "1e2", "1E-1", '"NaN"', '" 1"', '"1_0"', '"١"', "9" * 5_000, '"1,5"'])
def test_a_number_must_be_written_plainly(world: Any, written: str) -> None:
    body = '{"command": "rate", "employee": "%s", "period": "2025-Q1", "relation": "SELF", "scores": {"akuntabel": %s}}'

    answer = post(world, "ani", (body % (ANI, written)).encode())

    assert kind(answer) == (422, "invalid"), answer.text
    assert [fault["pointer"] for fault in answer.json()["errors"]] == ["/scores/akuntabel"]


def test_a_number_is_stored_in_its_stated_form(world: Any) -> None:
    fact = {"command": "establish-fact", "employee": ANI, "period": PERIOD, "fact": "inovasi_diterapkan", "basis": "SK"}
    seen = f'"v{_version(world)}"'

    answer = post(world, "official", {**fact, "number": "2.00"}, **{"Idempotency-Key": "k-plain", "If-Match": seen})

    assert answer.status_code == 201, answer.text
    assert json.loads(world.stored(answer.json()["position"]))["body"]["number"] == "2"


def _version(world: Any) -> int:
    world.follow()
    query = f'{{ agency(id: "surabaya") {{ appraisal(employee: "{ANI}", period: "{PERIOD}") {{ version }} }} }}'
    return world.data("official", query)["agency"]["appraisal"]["version"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'{"command": "rate", "command": "submit-plan"}', "the key 'command' is there twice"),
        (b'{"command": "rate", "scores": {"a": 1, "a": 2}}', "the key 'a' is there twice"),
        (b"[" * 5_000 + b"]" * 5_000, "nested too deep"),
        (b'{"command": ' + b"[" * 100 + b"]" * 100 + b"}", "nested too deep"),
        (b'{"command": "rate\xff"}', "byte 18 is not UTF-8"),
        (b'\xef\xbb\xbf{"command": "rate"}', "at line 1, column 1"),
        ('{"command": "rate"}'.encode("utf-16"), "byte 1 is not UTF-8"),
        (b'{"command": NaN}', "NaN is no number"),
        (b'{"command": "\x01"}', "Invalid control character"),
        (b"", "line 1, column 1"),
    ],
)
def test_json_is_read_strictly(world: Any, body: bytes, said: str) -> None:
    answer = post(world, "ani", body)
    assert kind(answer) == (400, "malformed"), answer.text
    assert said in answer.json()["detail"]

    headers = {"Authorization": "Bearer ani-token", "Content-Type": "application/json"}
    asked = world.client.post("/graphql", content=body, headers=headers)
    assert kind(asked) == (400, "malformed"), asked.text


@pytest.mark.parametrize(
    "type_",
    ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=utf-16", "application/xml", ""],
)
def test_a_body_of_another_type_is_refused(world: Any, type_: str) -> None:
    answer = post(world, "ani", ACTIVITY, **{"Content-Type": type_})
    assert kind(answer) == (415, "unsupported-media-type")

    headers = {"Authorization": "Bearer ani-token", "Content-Type": type_}
    asked = world.client.post("/graphql", content=b'{"query": "{viewer{id}}"}', headers=headers)
    assert kind(asked) == (415, "unsupported-media-type")


@pytest.mark.parametrize("type_", ["application/json", "Application/JSON", 'application/json; charset="UTF-8"'])
def test_json_is_taken_under_its_name(world: Any, type_: str) -> None:
    assert kind(post(world, "ani", {"command": "no"}, **{"Content-Type": type_})) == (422, "invalid")


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("If-Match", f'"v{"9" * 5_000}"'),
        ("If-Match", '"v17\u0660"'),
        ("If-Match", ", ".join(['"v1"'] * 5_000)),
        ("Idempotency-Key", "k\x85"),
        ("Idempotency-Key", "é"),
        ("Idempotency-Key", "k" * 256),
        ("Neraca-Correlation", "c" * 256),
        ("Neraca-Correlation", "\xa0"),
        ("Neraca-On-Behalf-Of", "n" * 256),
        ("Neraca-On-Behalf-Of", "a\x9db"),
    ],
)
def test_a_header_is_bounded_and_of_known_characters(world: Any, header: str, value: str) -> None:
    sent = {
        "Authorization": "Bearer ani-token",
        "Idempotency-Key": "k-bad",
        "If-Match": '"v9"',
        header: value.encode("utf-8" if header == "If-Match" else "latin-1"),
    }

    answer = world.client.post("/agencies/surabaya/commands", json=ACTIVITY, headers=sent)

    assert kind(answer) == (400, "wrong-parameter"), answer.text
    assert header in answer.json()["detail"]


@pytest.mark.parametrize("value", ["9" * 5_000, "9" * 19, "-1", "1.0", "²", "", "x"])
def test_a_position_in_a_header_is_a_number(world: Any, value: str) -> None:
    headers = {"Authorization": "Bearer auditor-token"}

    followed = world.client.get(
        "/agencies/surabaya/events/stream", headers={**headers, "Last-Event-ID": value.encode("latin-1")}
    )
    asked = world.client.get(
        "/graphql?query={viewer{id}}", headers={**headers, "Neraca-Position": value.encode("latin-1")}
    )

    assert (kind(followed), kind(asked)) == ((400, "wrong-parameter"), (400, "wrong-parameter"))


@pytest.mark.parametrize(
    "query",
    [
        "after=" + "9" * 30,
        "after=-1",
        "after=1.5",
        "after=%00",
        "limit=" + "9" * 5_000,
        "wait=%FF",
        "limit=0",
        "after=1e3",
        "limit=1e0",
        "wait=0e0",
        "after=",
        "limit=0x1",
    ],
)
def test_a_number_in_the_address_is_bounded(world: Any, query: str) -> None:
    answer = world.get(f"/agencies/surabaya/events?{query}", "auditor")

    assert kind(answer) == (400, "wrong-parameter"), answer.text


@pytest.mark.parametrize("agency", ["%00", "%FF", "surabaya%0A", "x" * 5_000, "%ED%A0%80", "%E2%80%AE"])
def test_an_agency_of_any_name_is_not_there(world: Any, agency: str) -> None:
    answer = world.get(f"/agencies/{agency}/events", "auditor")

    assert kind(answer) == (404, "not-found")
    assert answer.json()["detail"].isprintable()


def test_a_token_of_any_length_or_script_is_no_token(world: Any) -> None:
    for token in ("x" * 60_000, "\xff\xfe", "hr-token\x85"):
        answer = world.client.get(
            "/agencies/surabaya/events", headers={"Authorization": f"Bearer {token}".encode("latin-1")}
        )

        assert kind(answer) == (401, "unauthenticated")


def asked(world: Any, query: str, variables: Any = None, **more: Any) -> Any:
    answer = world.client.post(
        "/graphql",
        json={"query": query, "variables": variables, **more},
        headers={"Authorization": "Bearer auditor-token"},
    )
    assert answer.status_code == 200, answer.text
    return answer.json()


def codes(answer: Any) -> list[str | None]:
    return [error.get("extensions", {}).get("code") for error in answer["errors"]]


# A field, with its argument in the query and as a variable.
ARGUMENTS = [
    ("node", "node(id: %s) { id }", "ID!"),
    ("agency", "agency(id: %s) { id }", "ID!"),
    ("period", 'agency(id: "surabaya") { appraisals(period: %s) { totalCount } }', "String"),
    ("employee", 'agency(id: "surabaya") { appraisal(employee: %s, period: "2025-Q1") { id } }', "String!"),
    ("unit", 'agency(id: "surabaya") { employees(unit: %s) { totalCount } }', "String"),
    ("after", 'agency(id: "surabaya") { employees(after: %s) { totalCount } }', "String"),
    ("summary", 'agency(id: "surabaya") { summary(period: %s) { people } }', "String!"),
    ("policy", 'agency(id: "surabaya") { policy(ref: %s) { id } }', "String!"),
    ("types", 'agency(id: "surabaya") { events(types: [%s]) { totalCount } }', "String!"),
    ("simulate", 'agency(id: "surabaya") { simulate(candidate: %s) { hash } }', "String!"),
]
BAD = {
    "NUL": "surabaya\x00",
    "C1": "sura\x85baya",
    "override": "\u202esurabaya",
    "line end": "surabaya\n",
    "too long": "s" * 3_000,
    "blank": " ",
    "no character": "\ufffe",
}


@pytest.mark.parametrize("value", BAD.values(), ids=BAD.keys())
@pytest.mark.parametrize(("name", "field", "type_"), ARGUMENTS, ids=[one[0] for one in ARGUMENTS])
def test_a_bad_text_in_graphql_is_told_and_never_fails(
    world: Any, name: str, field: str, type_: str, value: str
) -> None:
    literal = '"' + "".join(f"\\u{ord(one):04x}" for one in value) + '"'

    in_query = asked(world, "{ %s }" % (field % literal))
    in_variable = asked(world, f"query($v: {type_}) {{ {field % '$v'} }}", {"v": value})

    assert (codes(in_query), codes(in_variable)) == (["BAD_INPUT"], ["BAD_INPUT"]), (in_query, in_variable)
    assert in_variable["errors"][0]["message"].startswith("$v: ")


@pytest.mark.parametrize("number", ["9" * 5_000, "-" + "9" * 5_000, "9" * 4_000 + ".5", "1e" + "9" * 5_000])
@pytest.mark.parametrize(
    "query",
    [
        'query { agency(id: "surabaya") { employees(first: %s) { totalCount } } }',
        'query { agency(id: "surabaya", atLeast: %s) { id } }',
        'query { agency(id: "surabaya", asOf: { position: %s }) { id } }',
        "query { agency(id: %s) { id } }",
        'query ($first: Int = %s) { agency(id: "surabaya") { employees(first: $first) { totalCount } } }',
    ],
)
def test_a_number_of_any_length_in_graphql_is_told_and_never_fails(world: Any, query: str, number: str) -> None:
    assert codes(asked(world, query % number)) == ["BAD_INPUT"]


def test_a_number_of_any_length_in_variables_is_told_and_never_fails(world: Any) -> None:
    for type_ in ("Int", "Position", "ID", "String"):
        field = "first" if type_ == "Int" else "after"
        at_least = "$v" if type_ == "Position" else "0"
        after = "" if type_ == "Position" else f"({field}: $v)"
        query = (
            f"query ($v: {type_}) "
            f'{{ agency(id: "surabaya", atLeast: {at_least}) {{ employees{after} {{ totalCount }} }} }}'
        )
        body = f'{{"query": {json.dumps(query)}, "variables": {{"v": {"9" * 5_000}}}}}'
        answer = world.client.post(
            "/graphql",
            content=body,
            headers={"Authorization": "Bearer auditor-token", "Content-Type": "application/json"},
        )

        assert answer.status_code < 500, answer.text


def test_a_bad_text_deep_in_variables_is_told_with_its_path(world: Any) -> None:
    answer = asked(world, "query($v: [String!]) { viewer { id } }", {"v": ["a", "b\x00"], "w": {"x": "\x00"}})

    assert [error["message"].partition(":")[0] for error in answer["errors"]] == ["$v[1]", "$w.x"]


@pytest.mark.parametrize("body", ['"\\ud800"', '{"v": "\\udfff"}'])
def test_half_a_character_is_not_json(world: Any, body: str) -> None:
    answer = world.client.post(
        "/graphql",
        content=f'{{"query": "query($v: ID!) {{ node(id: $v) {{ id }} }}", "variables": {body}}}'.encode(),
        headers={"Authorization": "Bearer auditor-token", "Content-Type": "application/json"},
    )

    assert kind(answer) == (400, "malformed")


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("mutation { x }", "NO_SUCH_OPERATION"),
        ('subscription { eventAppended(agency: "surabaya") { id } }', "NO_SUCH_OPERATION"),
        ("", "NO_SUCH_OPERATION"),
        ("  \n", "NO_SUCH_OPERATION"),
        ("fragment F on Viewer { id }", "NO_SUCH_OPERATION"),
        ("# nothing", None),
        ("\x00", None),
        ("{ viewer { id ", None),
        ("{" * 5_000, None),
    ],
)
def test_what_asks_nothing_is_an_error_of_graphql(world: Any, query: str, code: str | None) -> None:
    answer = asked(world, query)

    assert "data" not in answer
    assert len(answer["errors"]) >= 1
    assert "INTERNAL" not in codes(answer)
    if code is not None:
        assert codes(answer) == [code]


def test_an_operation_that_is_not_in_the_query_is_told(world: Any) -> None:
    assert codes(asked(world, "{ viewer { id } }", operationName="C\x00")) == ["NO_SUCH_OPERATION"]


@pytest.mark.parametrize(
    ("field", "code"),
    [
        ('agency(id: "surabaya", asOf: {recordedAt: "0001-01-01T00:00:00+14:00"}) { id }', "BAD_INPUT"),
        ('agency(id: "surabaya", asOf: {recordedAt: "9999-12-31T23:59:59-12:00"}) { id }', "BAD_INPUT"),
        ('agency(id: "surabaya") { simulate(candidate: "p1", since: "0001-01-01") { hash } }', "BAD_INPUT"),
        ('agency(id: "surabaya") { simulate(candidate: "surabaya", period: "9999-Q4") { hash } }', "REFUSED"),
        ('agency(id: "surabaya") { simulate(candidate: "surabaya", period: "0000") { hash } }', "REFUSED"),
        ('agency(id: "surabaya") { summary(period: "0001-01") { people } }', "INVALID"),
        ('agency(id: "surabaya") { reports { durations(period: "0001") { unit } } }', "INVALID"),
        ('agency(id: "surabaya") { reports { forensics(period: "9999-12") { judge } } }', "INVALID"),
        ('agency(id: "surabaya") { employees(after: "WyJcdTAwMDAiXQ==") { totalCount } }', "BAD_PAGE"),
        ('agency(id: "surabaya") { employees(after: "é") { totalCount } }', "BAD_PAGE"),
        ('agency(id: "surabaya") { events(after: "WyLZoSJd") { totalCount } }', "BAD_PAGE"),
    ],
)
def test_a_value_that_no_calendar_or_list_has_is_told(world: Any, field: str, code: str) -> None:
    assert codes(asked(world, f"{{ {field} }}")) == [code]


@pytest.mark.parametrize(
    "id_", ["surabaya:0", "surabaya:-1", "surabaya:" + "9" * 18, "surabaya:" + "9" * 900, "surabaya:٣", "surabaya@٣",
            "surabaya@" + "9" * 900, "surabaya/employee/", "surabaya/appraisal//", "/", ":", "@", "", "surabaya/" * 90]
)  # fmt: skip
def test_an_id_that_leads_nowhere_is_null(world: Any, id_: str) -> None:
    answer = asked(world, "query($id: ID!) { node(id: $id) { id } }", {"id": id_})

    assert answer["data"] == {"node": None}, answer


@given(st.text(max_size=120))
@example("")
@example(" ")
@example("\x7f")
@example("\x1f")
def test_what_is_seen_to_be_plain_is_found_without_a_fault(text: str) -> None:
    if arguments._is_plain(text):  # pyright: ignore[reportPrivateUsage]
        assert fault(arguments.ARGUMENT, text) is None
