"""Documents that are asked for by their hash, and answers that are not sent twice."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient
from msgspec.structs import replace

from neraca.api.app import create
from neraca.api.graphql.support.document_files import DocumentsRefused, read
from neraca.api.graphql.support.trusted_documents import TrustedDocuments
from neraca.domain.achievement import PublishAchievement

PEOPLE = "query People($id: ID!) { agency(id: $id) { employees(first: 3) { edges { node { id name } } } } }\n"
LISTED = 'query Listed($of: String!) { agency(id: "surabaya") { appraisals(period: $of) { edges { node { id } } } } }'
ID = "sha256:" + sha256(PEOPLE.encode()).hexdigest()
HOLIDAYS = {date(2025, 8, 17): "Hari Kemerdekaan", date(2025, 1, 1): "Tahun Baru"}
MODERN = "application/graphql-response+json"


@pytest.fixture
def doors(world: Any) -> Iterator[Callable[..., TestClient[Any]]]:
    """Opens the same house with documents, at a time that may be moved."""
    with ExitStack() as opened:

        def door(documents: TrustedDocuments, clock: Callable[[], datetime]) -> TestClient[Any]:
            app = create(
                service=world.service,
                url=world.url,
                # As those that are shipped have them.
                agencies={name: replace(one, holidays=HOLIDAYS) for name, one in world.agencies.items()},
                tokens=world.tokens,
                clock=clock,
                documents=documents,
            )
            return opened.enter_context(TestClient(app))

        yield door


def trusted(*texts: str, alone: bool = False) -> TrustedDocuments:
    return TrustedDocuments({sha256(text.encode()).hexdigest(): text for text in texts}, alone)


def headers(who: str = "hr", **more: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {who}-token", **{name.replace("_", "-"): value for name, value in more.items()}}


def code(answer: Any) -> str:
    return answer.json()["errors"][0]["extensions"]["code"]


def test_a_document_is_asked_for_by_its_hash_in_each_way(world: Any, doors: Any) -> None:
    door = doors(trusted(PEOPLE), lambda: world.now)
    variables = {"id": "surabaya"}
    apollo = {"persistedQuery": {"version": 1, "sha256Hash": ID.removeprefix("sha256:")}}
    asked = [
        door.post("/graphql", headers=headers(), json={"query": PEOPLE, "variables": variables}),
        door.post("/graphql", headers=headers(), json={"documentId": ID, "variables": variables}),
        door.post("/graphql", headers=headers(), json={"extensions": apollo, "variables": variables}),
        door.get("/graphql", headers=headers(), params={"documentId": ID, "variables": json.dumps(variables)}),
        door.get(
            "/graphql",
            headers=headers(),
            params={"extensions": json.dumps(apollo), "variables": json.dumps(variables)},
        ),
    ]

    assert [one.status_code for one in asked] == [200] * 5
    assert len({one.text for one in asked}) == 1
    assert len(asked[0].json()["data"]["agency"]["employees"]["edges"]) == 3


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"documentId": "sha256:" + "0" * 64}, "PERSISTED_QUERY_NOT_FOUND"),
        ({"documentId": "0" * 64}, "NO_SUCH_DOCUMENT"),
        ({"documentId": "md5:" + "0" * 32}, "NO_SUCH_DOCUMENT"),
        ({"extensions": {"persistedQuery": {"version": 1}}}, "NO_SUCH_DOCUMENT"),
        ({"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "0"}}}, "PERSISTED_QUERY_NOT_FOUND"),
        ({"documentId": ID, "query": "{ viewer { id } }"}, "OTHER_DOCUMENT"),
    ],
)
def test_what_names_no_document_is_a_graphql_answer_with_one_error(
    world: Any, doors: Any, body: dict[str, Any], expected: str
) -> None:
    door = doors(trusted(PEOPLE), lambda: world.now)

    answer = door.post("/graphql", headers=headers(Accept=MODERN), json=body)

    assert (answer.status_code, answer.headers["Content-Type"]) == (400, MODERN)
    assert code(answer) == expected
    assert len(answer.json()["errors"]) == 1


def test_where_documents_alone_are_answered_no_other_text_is(world: Any, doors: Any) -> None:
    door = doors(trusted(PEOPLE, alone=True), lambda: world.now)

    def ask(query: str) -> Any:
        return door.post("/graphql", headers=headers(), json={"query": query, "variables": {"id": "surabaya"}})

    assert code(ask("{ viewer { id } }")) == "DOCUMENT_NOT_TRUSTED"
    assert code(ask(PEOPLE + " ")) == "DOCUMENT_NOT_TRUSTED"
    assert code(ask("{ __schema { types { name } } }")) == "DOCUMENT_NOT_TRUSTED"
    assert "errors" not in ask(PEOPLE).json()


def test_documents_are_read_from_files_and_manifests(tmp_path: Path) -> None:
    (tmp_path / "people").mkdir()
    (tmp_path / "people" / "all.graphql").write_bytes(PEOPLE.encode())
    (tmp_path / "others.json").write_text(json.dumps({sha256(LISTED.encode()).hexdigest(): LISTED}))
    (tmp_path / "README.md").write_text("no document")

    assert read(tmp_path) == trusted(PEOPLE, LISTED).texts
    assert read(tmp_path / "people" / "all.graphql") == trusted(PEOPLE).texts


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.json", b'{"abc": "{ viewer { id } }"}', "is not the SHA-256 of its text"),
        ("a.json", b"[]", "write an object"),
        ("a.json", b"{", "Expecting property name"),
        ("a.graphql", b"\xff", "can't decode"),
        ("a.txt", b"", "no documents"),
    ],
)
def test_what_is_no_document_is_refused_by_its_file(tmp_path: Path, name: str, content: bytes, told: str) -> None:
    (tmp_path / name).write_bytes(content)

    with pytest.raises(DocumentsRefused, match=told):
        read(tmp_path)


def test_no_server_starts_with_a_document_that_cannot_run(world: Any, doors: Any) -> None:
    with pytest.raises(DocumentsRefused, match="Cannot query field 'nothing'"):
        doors(trusted("{ nothing }"), lambda: world.now)


def test_an_answer_is_not_sent_again_until_something_happened(world: Any, doors: Any) -> None:
    door = doors(trusted(LISTED), lambda: world.now)
    url = f"/graphql?documentId=sha256:{sha256(LISTED.encode()).hexdigest()}&variables=%7B%22of%22%3A%222025-Q1%22%7D"

    first = door.get(url, headers=headers())
    again = door.get(url, headers=headers(If_None_Match=f'"other", {first.headers["ETag"]}'))
    earlier = PublishAchievement(unit="dinkes", period="2025-Q1", index=Decimal("90"), predicate="baik", source="LKjIP")
    world.tell("official", earlier)
    logged = door.get(url, headers=headers(If_None_Match=first.headers["ETag"]))
    world.follow()
    followed = door.get(url, headers=headers(If_None_Match=logged.headers["ETag"]))
    settled = door.get(url, headers=headers(If_None_Match=followed.headers["ETag"]))

    assert [one.status_code for one in (first, again, logged, followed, settled)] == [200, 304, 200, 200, 304]
    assert again.content == b""
    shared = ("ETag", "Vary", "Cache-Control", "X-Content-Type-Options")
    assert [again.headers[name] for name in shared] == [first.headers[name] for name in shared]
    assert first.headers["Cache-Control"] == "private, no-cache"
    assert len(again.headers["X-Request-Id"]) == 32


def test_a_tag_is_of_one_reader_one_question_and_one_way_to_tell_it(world: Any, doors: Any) -> None:
    door = doors(trusted(), lambda: world.now)
    query = '{ agency(id: "surabaya") { name } }'

    def tag(who: str = "hr", text: str = query, **more: str) -> str:
        return door.get("/graphql", headers=headers(who, **more), params={"query": text}).headers["ETag"]

    tags = [
        tag(),
        tag("auditor"),
        tag("ani"),
        tag(text=query + " "),
        tag(Accept=MODERN),
        tag(Accept_Language="id"),
    ]

    assert len(set(tags)) == len(tags)
    assert tag() == tags[0]


def test_another_day_is_another_answer(world: Any, doors: Any) -> None:
    now = world.now
    door = doors(trusted(), lambda: now)
    ask = {"url": "/graphql", "params": {"query": '{ agency(id: "surabaya") { name } }'}}
    first = door.get(headers=headers(), **ask).headers["ETag"]

    now += timedelta(hours=8)
    assert door.get(headers=headers(If_None_Match=first), **ask).status_code == 304

    now += timedelta(hours=16)
    assert door.get(headers=headers(If_None_Match=first), **ask).status_code == 200


@pytest.mark.parametrize(
    "fields",
    [
        'agency(id: "surabaya") { due(person: "198501012010011001") { period } }',
        "nothing",
        'agency(id: "surabaya") { summary(period: "x") { people } }',
    ],
)
def test_what_depends_on_the_time_of_day_or_failed_is_never_kept(world: Any, doors: Any, fields: str) -> None:
    door = doors(trusted(), lambda: world.now)

    answer = door.get("/graphql", headers=headers(), params={"query": f"{{ {fields} }}"})

    assert "ETag" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"


def test_nothing_of_graphql_looks_at_the_clock_unnoticed() -> None:
    folder = Path(__file__).parents[2] / "platform" / "neraca" / "api" / "graphql"
    looking = [
        file.relative_to(folder).as_posix()
        for file in folder.rglob("*.py")
        if "parts.clock" in file.read_text() or "parts.simulations" in file.read_text()
    ]

    assert sorted(looking) == ["support/context.py", "support/execution.py"]


def test_who_waits_for_a_position_is_not_told_that_nothing_changed_before_it_came(world: Any, doors: Any) -> None:
    door = doors(trusted(), lambda: world.now)
    ask = {"url": "/graphql", "params": {"query": '{ agency(id: "surabaya") { employees { totalCount } } }'}}
    first = door.get(headers=headers(), **ask)

    waited = door.get(headers=headers(If_None_Match=first.headers["ETag"], Neraca_Position="1"), **ask)
    early = door.get(headers=headers(If_None_Match=first.headers["ETag"], Neraca_Position="999999"), **ask)

    assert waited.status_code == 304
    assert code(early) == "NOT_CAUGHT_UP"


def test_a_wrong_token_is_told_so_and_not_that_nothing_changed(world: Any, doors: Any) -> None:
    door = doors(trusted(), lambda: world.now)
    ask = {"url": "/graphql", "params": {"query": '{ agency(id: "surabaya") { name } }'}}
    first = door.get(headers=headers(), **ask).headers["ETag"]

    assert door.get(headers=headers("nobody", If_None_Match=first), **ask).status_code == 401
    assert door.get(headers=headers("auditor", If_None_Match=first), **ask).status_code == 200
