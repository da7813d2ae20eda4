"""What a plan answers is what the library's executor answers, to the byte, for any query; and most are answered by one.

`NERACA_QUERIES` says how many are asked.
"""

import os
from collections import Counter
from random import Random
from typing import Any

import msgspec
import pytest

from neraca.api.database_reads import Reads
from neraca.api.graphql.schema import build
from neraca.api.graphql.support import execution
from neraca.api.graphql.support.answers import Question, by_library, by_plan
from tests.api.random_queries import RandomQueries

QUERIES = int(os.environ.get("NERACA_QUERIES", "250"))
WHO = ("hr", "hr", "auditor", "ani", "boss", "official", "policy", "pay-system", "everybody")

_ENCODE = msgspec.json.Encoder().encode


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
        elif _ENCODE(planned.data) != _ENCODE(library.data):
            self.different.append((question.prepared.document.loc, planned.data, library.data))
        else:
            self.counted["alike"] += 1
        return library

    def _remembering(self, read: Any) -> Any:
        async def remembered(reads: Reads, agency: str, name: str, params: Any, *wanted: Any) -> Any:
            sections = [sorted(one) if one else one for one in wanted]
            key = msgspec.msgpack.encode((agency, name, params, sections), enc_hook=int)  # a number with its SQL type
            if key not in self._read:
                self._read[key] = await read(reads, agency, name, params, *wanted)
            return self._read[key]

        return remembered


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
