"""Pages of every list that is read from either end: both ways they are the whole list, and a filter says what the
arguments beside it say.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from json import dumps
from typing import Any

import pytest

from neraca.api.database_reads import Reads
from neraca.domain.contexts import Actor
from neraca.domain.vocabulary import Role, Scope

KEYS = {
    "cohorts": "appraiser period",
    "programmes": "programme",
    "candidacies": "kind period employeeNumber",
    "allowances": "month employeeNumber position",
    "events": "position type",
}
CITY = {"candidacies": "gajahmungkur"}
"""Of Bandung is told where none is named."""

TYPES = ["programme.started", "employee.registered"]
NARROWED: dict[str, tuple[str, Callable[[Any], bool]]] = {
    "cohorts": ('period: "2025-S2"', lambda one: one["period"] == "2025-S2"),
    "candidacies": ("kind: TALENT", lambda one: one["kind"] == "TALENT"),
    "allowances": ('month: "2025-12"', lambda one: one["month"] == "2025-12"),
    "events": (f"types: {dumps(TYPES)}", lambda one: one["type"] in TYPES),
}
Pages = Callable[..., Any]


@pytest.fixture(scope="module")
def pages(seeded_year: Any, served: Any) -> Iterator[Pages]:
    """A page of a year by what is asked for, or the code of the refusal."""
    operator = {"operator": Actor("operator", frozenset(Role), scopes=frozenset(Scope))}
    with served(seeded_year, operator, datetime(2026, 1, 1, tzinfo=UTC)) as client:

        def ask(name: str, said: str, beside: str = "") -> Any:
            rows = f"edges {{ cursor node {{ {KEYS[name]} }} }} pageInfo {{ hasNextPage hasPreviousPage }} {beside}"
            query = f'{{ agency(id: "{CITY.get(name, "bandung")}") {{ {name}({said}) {{ {rows} }} }} }}'
            headers = {"Authorization": "Bearer operator"}
            answer = client.post("/graphql", json={"query": query}, headers=headers).json()
            return answer["errors"][0]["extensions"]["code"] if "errors" in answer else answer["data"]["agency"][name]

        yield ask


def nodes(page: Any) -> list[Any]:
    return [edge["node"] for edge in page["edges"]]


@pytest.mark.parametrize("name", KEYS)
def test_pages_from_either_end_are_the_whole_list(pages: Pages, name: str) -> None:
    whole = nodes(pages(name, "first: 20"))
    size = len(whole) // 2
    assert size, "there is more than one page of it"

    first = pages(name, f"first: {size}")
    second = pages(name, f'first: {size}, after: "{first["edges"][-1]["cursor"]}"')
    before_them = pages(name, f'last: {size}, before: "{second["edges"][-1]["cursor"]}"')
    between = pages(
        name, f'first: 20, after: "{first["edges"][0]["cursor"]}", before: "{second["edges"][-1]["cursor"]}"'
    )

    assert nodes(first) + nodes(second) == whole[: 2 * size]
    assert nodes(before_them) == whole[: 2 * size - 1][-size:]
    assert before_them["pageInfo"] == {"hasNextPage": True, "hasPreviousPage": size > 1}
    assert nodes(between) == whole[1 : 2 * size - 1]


@pytest.mark.parametrize("name", KEYS)
def test_the_last_rows_are_those_that_have_none_after_them(pages: Pages, name: str) -> None:
    last = pages(name, "last: 2")
    again = pages(name, f'last: 1, before: "{last["edges"][-1]["cursor"]}"')
    beyond = pages(name, f'first: 1, after: "{last["edges"][-1]["cursor"]}"')

    assert nodes(again) == nodes(last)[:-1]
    assert (nodes(beyond), beyond["pageInfo"]["hasNextPage"]) == ([], False)


@pytest.mark.parametrize("name", NARROWED)
def test_a_filter_says_what_arguments_say_and_not_both(pages: Pages, name: str) -> None:
    said, holds = NARROWED[name]
    expected = [one for one in nodes(pages(name, "first: 1000")) if holds(one)]

    assert nodes(pages(name, f"first: 1000, filter: {{{said}}}")) == expected
    assert nodes(pages(name, f"first: 1000, {said}")) == expected
    assert expected
    assert pages(name, f"{said}, filter: {{{said}}}") == "BAD_INPUT"


@pytest.mark.parametrize("name", KEYS)
@pytest.mark.parametrize("said", ["first: 1, last: 1", "last: 0", 'before: "WyJ4Il0="', 'last: 1, before: "x"'])
def test_what_is_no_page_is_refused(pages: Pages, name: str, said: str) -> None:
    if said.startswith("before") and name == "programmes":
        said = 'before: "WyJ4IiwieSJd"'  # of a list with a longer key

    assert pages(name, said) == "BAD_PAGE"


def test_how_many_there_are_is_counted_only_where_it_is_asked(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    counted = list[str]()
    one = Reads.one

    async def read(reads: Reads, agency: str, name: str, params: Any, *sections: Any) -> Any:
        if name == "count-of-types" or (sections and sections[0] and "total" in sections[0]):
            counted.append(name)
        return await one(reads, agency, name, params, *sections)

    monkeypatch.setattr(Reads, "one", read)

    for asked in ("", "totalCount"):
        found = [
            pages("cohorts", "first: 1", asked),
            pages("events", f"first: 1, filter: {{{NARROWED['events'][0]}}}", asked),
        ]
        assert counted == (["graphql/cohorts", "count-of-types"] if asked else [])
    assert [page["totalCount"] for page in found] == [
        len(nodes(pages("cohorts", "first: 100"))),
        len(nodes(pages("events", f"first: 100, filter: {{{NARROWED['events'][0]}}}"))),
    ]
