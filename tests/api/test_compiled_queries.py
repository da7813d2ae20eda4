"""What a plan answers is what the library's executor answers, for any query; and most are answered by one.

`NERACA_QUERIES` says how many are asked.
"""

import json
import os
from collections import Counter
from collections.abc import Sequence
from random import Random
from typing import Any

import msgspec
import pytest

from neraca.api.database_reads import Reads
from neraca.api.graphql.compiled.statements import COLUMNS, Rows
from neraca.api.graphql.schema import build
from neraca.api.graphql.support import execution
from neraca.api.graphql.support.answers import Question, by_library, by_plan
from tests.api.random_queries import ANI, PEER, RandomQueries

QUERIES = int(os.environ.get("NERACA_QUERIES", "250"))
WHO = ("hr", "hr", "auditor", "ani", "boss", "official", "policy", "pay-system", "everybody")


def _read(data: Any) -> Any:
    """As a client has it, but with the names in their order: what the database tells has other blanks."""
    return json.loads(msgspec.json.encode(data), object_pairs_hook=list, parse_float=str)


class Both:
    """Answers each query in both ways, and keeps where they differ. Nothing is written meanwhile: what was read once is
    not read again.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.counted: Counter[str] = Counter()
        self.different: list[Any] = []
        self.left: list[Any] = []
        self.failed: list[Any] = []
        self._read: dict[bytes, Any] = {}
        for name in ("rows", "one"):
            monkeypatch.setattr(Reads, name, self._remembering(getattr(Reads, name)))
        monkeypatch.setattr(execution, "by_plan", self.answer)

    async def answer(self, question: Question, context: Any) -> Any:
        planned = await by_plan(question, context)
        library = await by_library(question, context)
        if library.errors:
            self.counted["refused"] += 1
            self.failed += [error for error in library.errors if (error.extensions or {}).get("code") == "INTERNAL"]
            if planned is not None:
                self.different.append((question.prepared.document.loc, planned.data, library.errors))
        elif planned is None:
            self.left.append(question.prepared.document.loc)
        elif _read(planned.data) != _read(library.data):
            self.different.append((question.prepared.document.loc, planned.data, library.data))
        else:
            self.counted["alike"] += 1
        return library

    def _remembering(self, read: Any) -> Any:
        async def remembered(reads: Reads, agency: str, name: str, params: Any, *wanted: Any) -> Any:
            sections = [sorted(one) if isinstance(one, frozenset) else one for one in wanted]
            key = msgspec.msgpack.encode((agency, name, params, sections), enc_hook=int)  # a number with its SQL type
            if key not in self._read:
                self._read[key] = await read(reads, agency, name, params, *wanted)
            return self._read[key]

        return remembered


class ColumnQueries:
    """Of what a statement can tell: any choice of it, in any order, by any names, with several choices of values."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance

    def query(self) -> tuple[str, list[dict[str, Any]]]:
        chance = self._chance
        varies = chance.sample([*_VARIABLES], chance.choice((0, 0, 1, 2)))
        said = ", ".join(
            [
                chance.choice(["", 'period: "2025-Q1"', f'employee: "{ANI}"', "stage: RUNNING"]),
                *(f"{one}: ${one}" for one in varies),
            ]
        )
        by, way = chance.choice(["NUMBER", "NAME", "SCORE", "CHANGED"]), chance.choice(["", ", direction: DESC"])
        which = f", filter: {{{said}}}" if varies else chance.choice(["", f", filter: {{{said}}}"])
        which += chance.choice(["", f", orderBy: {{by: {by}{way}}}"])
        page = f"{chance.choice(['first', 'last'])}: {chance.randint(1, 3)}{which}"
        beside = chance.choice(("", "", "cursor", "__typename", f"again: node {self._of('Appraisal')}"))
        pages = f"appraisals({page}) {{ edges {{ {beside} node {self._of('Appraisal')} }}"
        pages = f"pages: {pages} pageInfo {{ hasNextPage endCursor }} {chance.choice(['', 'totalCount'])} }}"
        one = f'appraisal(employee: "{chance.choice((ANI, PEER))}", period: "2025-Q1") {self._of("Appraisal")}'
        when = chance.choice(["", f", asOf: {{position: {chance.randint(1, 25)}}}"])
        asked = chance.choice([pages, f"{pages} {one}"] if varies else [pages, one, f"{pages} {one}"])
        declared = "".join(f", ${one}: {_VARIABLES[one][0]}" for one in varies)
        text = f'{{ agency(id: "surabaya"{when}) {{ id @include(if: $yes) {asked} }} }}'
        return f"query($yes: Boolean = true{declared}) {text}", [
            self._values(varies) for _ in range(3 if varies else 1)
        ]

    def _values(self, names: Sequence[str]) -> dict[str, Any]:
        """Some are null, and some not there."""
        found = {name: self._chance.choice([None, *_VARIABLES[name][1:], *_VARIABLES[name][1:]]) for name in names}
        return {name: value for name, value in found.items() if self._chance.randrange(4)}

    def _of(self, name: str) -> str:
        chance, columns = self._chance, [*COLUMNS[name].items(), ("__typename", "")]
        chosen: list[str] = []
        for field, column in chance.sample(columns, chance.randint(1, len(columns))):
            alias = chance.choice(["", "", f"a{chance.randint(1, 999)}_{field}: "])
            within = self._of(_OBJECTS[field]) if isinstance(column, Rows) else ""
            chosen.append(
                f"{alias}{field}{chance.choice(['', '', ' @include(if: $yes)', ' @skip(if: $yes)'])} {within}"
            )
        fields = " ".join(chosen)
        return chance.choice([f"{{ {fields} }}", f"{{ ... on {name} {{ {fields} }} __typename }}"])


_VARIABLES = {
    "unit": ("String", "unit-1", "nowhere"),
    "predicate": ("String", "Baik", "x"),
    "appraiser": ("String", ANI, PEER),
    "withoutEntryOn": ("Date", "2025-02-03"),
    "status": ("ScoreStatus", "PROVISIONAL", "FINAL"),
}
"""Of filters: the type, and values."""

_OBJECTS = {"employee": "Employee", "results": "PlannedResult", "targets": "Target", "plannedResult": "PlannedResult"}


def test_what_a_statement_tells_is_what_the_library_answers(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    both, queries = Both(monkeypatch), ColumnQueries(Random(20261130))
    told: Counter[bool] = Counter()
    read = Reads.one

    async def counted(reads: Reads, agency: str, name: str, params: Any, *sections: Any) -> Any:
        if name == "graphql/appraisals":
            told[sections[-1] is not None and len(sections) > 1] += 1
        return await read(reads, agency, name, params, *sections)

    monkeypatch.setattr(Reads, "one", counted)
    asked = 0
    while asked < QUERIES // 3:
        text, choices = queries.query()
        for values in choices:
            answer, asked = world.ask("hr", text, values), asked + 1
            assert "errors" not in answer, (text, values, answer["errors"])
            if both.different:
                pytest.fail(f"{text}\n{values}\n{both.different[0]}")

    assert (both.left, both.counted["alike"]) == ([], asked)
    assert 0 < told[False] <= told[True], "the library's executor reads rows, and each plan is told"


# Of what is refused, the library leaves some of its own unawaited.
@pytest.mark.filterwarnings("ignore:.*_async_resolver.*never awaited")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_plan_answers_what_the_library_answers(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    both, chance = Both(monkeypatch), Random(20261130)
    queries = RandomQueries(build().core, chance)

    for _ in range(QUERIES):
        text, variables = queries.query()
        answer = world.ask(chance.choice(WHO), text, variables)
        both.counted["not valid"] += "data" not in answer
        if both.different:
            pytest.fail(f"{text}\n{variables}\n{both.different[0]}")

    assert (both.left, both.failed) == ([], [])
    assert both.counted["alike"] > QUERIES / 2, both.counted
