"""What others program against stays: nothing of the schema that was released goes, or means something else.

`golden/schema-released.graphql` is the schema that others were last told of. What has come since stands in
`platform/SCHEMA.md`, which `make goldens` writes. What is to go is deprecated first, with the day until which it stays.
"""

import os
import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from graphql import GraphQLSchema, build_schema
from graphql.utilities import BreakingChange, BreakingChangeType, find_breaking_changes, find_schema_changes

from neraca.api.graphql.support.deprecations import UNTIL

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "golden"
LISTED = ROOT / "platform" / "SCHEMA.md"
DECISIONS = ROOT / "platform" / "decisions" / "README.md"
GOING = (BreakingChangeType.FIELD_REMOVED, BreakingChangeType.VALUE_REMOVED_FROM_ENUM, BreakingChangeType.ARG_REMOVED)
NAMED = re.compile(r"[A-Za-z_][A-Za-z_.]*[a-zA-Z]")

HEAD = """# Changes of the GraphQL schema

The schema is at `/graphql/schema.graphql`, with an `ETag`, and printed by `neraca schema`. Nothing that was released is
taken away or made to mean something else before it was deprecated, with the day until which it stays (such as `until
2027-06-30`). New fields, arguments that may be left out and words of enums may come at any time: read words that you do
not know as such. `make goldens` writes this file.

## Since the schema of 2026-11-30

"""


@cache
def schema(name: str) -> GraphQLSchema:
    return build_schema((GOLDEN / name).read_text())


def today() -> date:
    """The day of the last decision: the day of whoever works on this, not of whoever runs it later."""
    return max(map(date.fromisoformat, re.findall(r"\| (\d{4}-\d{2}-\d{2}) \|", DECISIONS.read_text())))


def deprecations(of: GraphQLSchema) -> Iterator[tuple[str, str]]:
    """By place, why."""
    for type_ in of.type_map.values():
        for name, member in [*getattr(type_, "fields", {}).items(), *getattr(type_, "values", {}).items()]:
            parts = {f"{type_.name}.{name}": member}
            parts |= {f"{type_.name}.{name}.{arg}": one for arg, one in getattr(member, "args", {}).items()}
            for place, part in parts.items():
                if part.deprecation_reason is not None:
                    yield place, part.deprecation_reason


def broken(before: GraphQLSchema, now: GraphQLSchema, on: date) -> list[str]:
    """What is no longer as it was, but for what was deprecated until a day that is past."""
    over = {place for place, why in deprecations(before) if (day := UNTIL.search(why)) and day[1] < on.isoformat()}

    def announced(change: BreakingChange) -> bool:
        return change.type in GOING and any(place in NAMED.findall(change.description) for place in over)

    return [one.description for one in find_breaking_changes(before, now) if not announced(one)]


def undated(of: GraphQLSchema, on: date) -> list[str]:
    """Deprecations that say no day, or one that is past."""
    return [
        f"{place}: {why}"
        for place, why in deprecations(of)
        if (day := UNTIL.search(why)) is None or date.fromisoformat(day[1]) < on
    ]


def test_nothing_that_was_released_is_gone_or_otherwise() -> None:
    assert broken(schema("schema-released.graphql"), schema("schema.graphql"), today()) == []


def test_what_is_to_go_says_until_when_and_goes_then() -> None:
    assert undated(schema("schema.graphql"), today()) == []


def test_what_has_come_since_is_listed() -> None:
    changes = find_schema_changes(schema("schema-released.graphql"), schema("schema.graphql"))
    told = HEAD + ("".join(sorted(f"- {one.description}\n" for one in changes)) or "Nothing.\n")
    if os.environ.get("NERACA_WRITE_GOLDENS"):
        LISTED.write_text(told)

    assert LISTED.read_text() == told


BEFORE = 'type Query { a(x: Int): Int b: Int @deprecated(reason: "ask a, until 2026-12-31") k: K } enum K { ONE TWO }'


@pytest.mark.parametrize(
    ("now", "told"),
    [
        (BEFORE, []),
        (BEFORE.replace("type Query {", "type Query { c: Int"), []),
        (BEFORE.replace("a(x: Int)", "a(x: Int, y: Int)"), []),
        (BEFORE.replace("a(x: Int): Int", ""), ["Field Query.a was removed."]),
        (BEFORE.replace("a(x: Int): Int", "a(x: Int): String"), ["Field Query.a changed type from Int to String."]),
        (BEFORE.replace("a(x: Int)", "a(x: Int!)"), ["Argument Query.a(x:) has changed type from Int to Int!."]),
        (BEFORE.replace("TWO", ""), ["Enum value K.TWO was removed."]),
    ],
)
def test_what_breaks_others_is_noticed(now: str, told: list[str]) -> None:
    assert broken(build_schema(BEFORE), build_schema(now), date(2026, 11, 30)) == told


@pytest.mark.parametrize(("on", "told"), [(date(2026, 12, 31), 1), (date(2027, 1, 1), 0)])
def test_what_was_deprecated_goes_after_its_day_and_not_before(on: date, told: int) -> None:
    after = build_schema("type Query { a(x: Int): Int k: K } enum K { ONE TWO }")

    assert len(broken(build_schema(BEFORE), after, on)) == told
    assert len(undated(build_schema(BEFORE), on)) == 1 - told


def test_a_deprecation_without_a_day_is_noticed() -> None:
    without = build_schema('type Query { a: Int @deprecated(reason: "soon") b: Int }')

    assert undated(without, date(2026, 11, 30)) == ["Query.a: soon"]
