"""Every `match` over a closed set ends in `assert_never` or raises: a new member is never passed over in silence."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FOLDERS = ("platform/neraca", "projections")
OPEN = {
    "platform/neraca/api/command_queue.py: _settle": "told to who waits; raised, all behind would wait on",
    "platform/neraca/api/commands.py: problem_of": "exceptions: what has no answer is ours, and goes on",
    "platform/neraca/api/graphql/compiled/resolvers.py: _varies": "literals: all others hold no variable",
    "platform/neraca/api/graphql/compiled/values.py: _present": "other scalars are told as they tell themselves",
    "platform/neraca/api/graphql/compiled/values.py: _same": "leaves of other types are told by a function",
    "platform/neraca/api/graphql/query.py: node": "ids as people wrote them: one that leads nowhere is null",
    "platform/neraca/api/graphql/support/limits.py: _definition": "names of fields: all but three are the schema's",
    "platform/neraca/api/outage_problems.py: outage": "exceptions: most are no outage",
    "platform/neraca/api/shape_faults.py: _in": "what has no fields has none that are missing or unknown",
    "platform/neraca/composition.py: explained": "exceptions: what is not listed is a fault of ours",
    "platform/neraca/composition.py: _remedy": "PostgreSQL's codes, of which any may come",
    "platform/neraca/domain/deputy.py: may_be_handed_on": "whatever is in neither table is not done for another",
    "platform/neraca/domain/dispatch.py: shows_version": "everybody may know how far any other stream is",
    "platform/neraca/domain/appraisal/parties.py: permit": "looks a command up in a table, and fails without an entry",
    "platform/neraca/demo/scenario.py: _rated_by": "the demo need not have somebody for each rater group",
    "platform/neraca/demo/scenario.py: _values": "measures that read no fact need none to be established",
    "platform/neraca/service/imports/xlsx_files.py: _cell": "what a library reads: whatever else there is has a text",
    "platform/neraca/policy/source/yaml_tree.py: take": "the other events of YAML hold nothing",
    "projections/cascade/planned.py: apply": "all other events go to the plan of a period, whose match is closed",
    "projections/cascade/planned.py: keys": "all other events are of an appraisal",
    "projections/dossier/fold.py: keys": "what is not loaded ahead is loaded when it is met",
    "projections/scores/fold.py: keys": "what is not loaded ahead is loaded when it is met",
    "projections/scores/fold.py: _advance": "all other events go to the facts, whose match is closed",
}
"""Matches whose last case takes whatever is left, and why that is right there."""


def _matches(file: Path) -> Iterator[tuple[str, ast.Match]]:
    for function in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            for node in ast.walk(function):
                if isinstance(node, ast.Match):
                    yield f"{file.relative_to(ROOT).as_posix()}: {function.name}", node


def _is_closed(match: ast.Match) -> bool:
    last = match.cases[-1]
    takes_the_rest = isinstance(last.pattern, ast.MatchAs) and last.pattern.pattern is None and last.guard is None
    ends = last.body[-1]
    refuses = isinstance(ends, ast.Raise) or (
        isinstance(ends, ast.Expr)
        and isinstance(ends.value, ast.Call)
        and ast.unparse(ends.value.func) == "assert_never"
    )
    return takes_the_rest and refuses


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_match_over_a_closed_set_refuses_what_it_does_not_know(folder):
    matches = [each for file in sorted((ROOT / folder).rglob("*.py")) for each in _matches(file)]

    assert [where for where, match in matches if where not in OPEN and not _is_closed(match)] == []


def test_the_matches_that_stay_open_are_there_and_open():
    files = {where.partition(":")[0] for where in OPEN}
    still_open = {where for file in files for where, match in _matches(ROOT / file) if not _is_closed(match)}

    assert OPEN.keys() <= still_open


@pytest.mark.parametrize("definition", ["def", "async def"])
@pytest.mark.parametrize(
    ("last", "closed"),
    [("case _:\n   assert_never(a)", True), ("case _:\n   pass", False), ("case 2:\n   assert_never(a)", False)],
)
def test_a_match_is_found_in_any_function(tmp_path, monkeypatch, definition, last, closed):
    monkeypatch.setitem(globals(), "ROOT", tmp_path)
    (tmp_path / "a.py").write_text(f"{definition} f(a):\n match a:\n  case 1:\n   pass\n  {last}\n")

    assert [(where, _is_closed(match)) for where, match in _matches(tmp_path / "a.py")] == [("a.py: f", closed)]
