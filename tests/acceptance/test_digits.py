"""A city's scores over the read model are what `neraca policy evaluate` makes of the same facts, digit for digit.

And every explanation leads back: from each number to events of the log, and to a line of the text that was published.
"""

import re
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import pytest
from click.testing import CliRunner

from neraca.cli import build
from neraca.composition import CompositionRoot
from neraca.demo.careers import BROKEN_OFF
from neraca.domain.facts import UNWRITTEN, Facts
from neraca.policy.compiled.result import Step
from neraca.policy.engine.evaluation import explain

ROOT = Path(__file__).parents[2]
AGENCIES = ("bandung", "gajahmungkur", "samarinda", "surabaya", "surakarta")
_NUMBERS = msgspec.json.Encoder(decimal_format="number")


class Row(msgspec.Struct):
    """An appraisal of the read model. `facts` are those its score was made from."""

    agency: str
    employee: str
    period: str
    status: str
    score: str | None
    predicate: str | None
    reason: str | None
    nodes: dict[str, str | None]
    policy: str
    hash: str
    facts: Facts


@pytest.fixture(scope="module")
def rows(seeded_year: Any) -> dict[str, list[Row]]:
    """Every appraisal of the year that was judged by facts, by agency: not a year that was made out of its periods."""
    found: dict[str, list[Row]] = {agency: [] for agency in AGENCIES}
    with psycopg.connect(seeded_year.url) as connection:
        query = """
            select agency, employee, period, status, score::text, predicate, reason, nodes,
              policy_id || '@' || policy_version, policy_hash,
              case when status = 'final' then final->'facts' else facts end
            from read_scores.appraisal
            where status <> 'final' or (final->'facts')::text <> 'null' order by agency, employee, period
        """
        for row in connection.execute(query).fetchall():
            found[row[0]].append(msgspec.convert(dict(zip(Row.__struct_fields__, row, strict=True)), Row))
    return found


def test_only_years_over_their_periods_and_results_taken_over_have_no_facts_of_their_own(seeded_year: Any) -> None:
    query = """
        select agency, array_agg(distinct period) from read_scores.appraisal
        where status = 'final' and (final->'facts')::text = 'null' group by agency order by agency
    """
    with psycopg.connect(seeded_year.url) as connection:
        found = connection.execute(query).fetchall()

    # And the quarter or half-year of whoever moved at its end, and took over the result of the one before.
    assert found == [
        ("bandung", ["2025", "2025-S2"]),
        ("surabaya", ["2025", "2025-Q3"]),
        ("surakarta", ["2025", "2025-Q3"]),
    ]


def line_of(facts: Facts) -> bytes:
    """The case as a person would write it down: decimals, not millionths."""
    case = facts.case
    return _NUMBERS.encode(
        {
            "facts": {
                name: value if isinstance(value, bool | str) else decimal(value) for name, value in case.facts.items()
            },
            "ratings": {
                indicator: {group: [decimal(value) for value in values] for group, values in groups.items()}
                for indicator, groups in case.ratings.items()
            },
            "items": {
                source: [
                    {
                        key: decimal(value) if isinstance(value, int) else value
                        for key, value in msgspec.structs.asdict(item).items()
                        if value is not None
                    }
                    for item in items
                ]
                for source, items in case.items.items()
            },
            "surveys": {
                survey: {name: {"sum": decimal(one.sum), "n": one.n} for name, one in elements.items()}
                for survey, elements in case.surveys.items()
            },
        }
    )


def decimal(micro: int) -> Decimal:
    return Decimal(micro).scaleb(-6)


def evaluated(policy: str, lines: list[bytes], engine: str) -> list[dict[str, Any]]:
    """What the program answers, which knows only the files of this repository."""
    words = ["policy", "evaluate", policy, "--root", str(ROOT), "--engine", engine]
    result = CliRunner().invoke(build(CompositionRoot()), words, input=b"\n".join(lines))
    assert result.exit_code == 0, result.stderr
    return [msgspec.json.decode(line) for line in result.stdout.splitlines()]


@pytest.mark.parametrize("engine", ["explain", "vectorised"])
@pytest.mark.parametrize("agency", AGENCIES)
def test_every_score_of_a_city_is_what_the_program_makes_of_its_facts(
    rows: dict[str, list[Row]], seeded_year: Any, agency: str, engine: str
) -> None:
    assert len(rows[agency]) >= 9
    computed = computed_beside_a_moved_one(seeded_year, agency)
    by_policy = sorted(rows[agency], key=lambda row: row.policy)
    mine, answers = list[Row](), list[dict[str, Any]]()
    for policy, judged in groupby(by_policy, key=lambda row: row.policy):
        these = list(judged)
        mine += these
        answers += evaluated(policy, [line_of(row.facts) for row in these], engine)

    for row, answer in zip(mine, answers, strict=True):
        who = (row.agency, row.employee, row.period)
        predicate = computed.get((row.employee, row.period), row.predicate)
        assert (row.score, predicate, row.nodes) == (answer["score"], answer["predicate"], answer["nodes"]), who
        assert (row.status == "blocked") is (answer["status"] == "blocked"), who
        assert row.status == "final" or row.reason == answer["reason"], who


def computed_beside_a_moved_one(seeded_year: Any, agency: str) -> dict[tuple[str, str], str]:
    """What the facts came to, by employee and period, where the appraiser moved the predicate among their people."""
    reader = seeded_year.service.reader
    whose = {past.stream: past.event for past in reader.of_type(agency, "appraisal.opened")}
    finals = {past.stream: past.event for past in reader.of_type(agency, "appraisal.finalised")}
    return {
        (whose[stream].employee, whose[stream].period): one.computed
        for stream, one in finals.items()
        if one.computed != one.predicate
    }


def test_a_predicate_was_moved_and_what_was_computed_stands_beside_it(
    rows: dict[str, list[Row]], seeded_year: Any
) -> None:
    moved = {agency: computed_beside_a_moved_one(seeded_year, agency) for agency in AGENCIES}

    assert moved["surakarta"]
    for agency, computed in moved.items():
        stands = {(row.employee, row.period): row.predicate for row in rows[agency]}
        assert all(stands[who] != predicate for who, predicate in computed.items())


def test_the_year_has_results_of_every_kind(rows: dict[str, list[Row]]) -> None:
    every = [row for mine in rows.values() for row in mine]

    assert {row.status for row in every} >= {"blocked", "final"}
    assert len({row.predicate for row in every} - {None}) >= 3
    scored = [row for row in every if BROKEN_OFF not in row.facts.case.facts]  # by behaviour alone else
    assert all(row.score is not None for row in scored if row.agency != "bandung" and row.status == "final")


@pytest.mark.parametrize("agency", AGENCIES)
def test_every_number_of_an_explanation_comes_from_events_that_are_there(
    rows: dict[str, list[Row]], seeded_year: Any, agency: str
) -> None:
    log = {one.position: one for one in seeded_year.log.replay(agency)}
    seen: set[str] = set()
    hidden: set[str] = set()

    for row in rows[agency]:
        for step in explained(seeded_year, row):
            for leaf in step.inputs:
                if leaf.source is None or leaf.value is None or (leaf.name, leaf.value) == ("n", "0"):
                    continue  # another step's, or nothing at all
                if leaf.source.rpartition("/")[2] in {"rekan", "bawahan", "warga"}:
                    assert leaf.source not in row.facts.sources  # they would lead to an anonymous rater
                    hidden.add(leaf.source)
                    continue
                fact = leaf.source.removeprefix("facts/")
                if fact in UNWRITTEN and fact not in row.facts.case.facts:
                    assert leaf.value == UNWRITTEN[fact]
                    continue  # that there was no such event is what it says
                positions = row.facts.sources[leaf.source]
                assert positions, leaf
                seen |= {log[position].type for position in positions}

    of_year = agency in {"bandung", "surabaya", "surakarta"}
    assert {"appraisal.rated", "appraisal.plan-taken" if of_year else "appraisal.plan-approved"} <= seen
    assert bool(hidden) is (agency in {"gajahmungkur", "surabaya"})


@pytest.mark.parametrize("agency", AGENCIES)
def test_every_step_of_an_explanation_names_a_line_of_the_published_text(
    rows: dict[str, list[Row]], seeded_year: Any, agency: str
) -> None:
    with psycopg.connect(seeded_year.url) as connection:
        query = "select hash, texts from read_scores.policy where agency = %s"
        texts = dict(connection.execute(query, (agency,)).fetchall())

    for row in rows[agency]:
        for step in explained(seeded_year, row):
            assert step.origin is not None, step
            file, line, column = step.origin.rsplit(":", 2)
            written = texts[row.hash][file].splitlines()[int(line) - 1][int(column) - 1 :]
            key = r"\w+" if step.kind == "panel" else re.escape(step.path.rsplit("/", 1)[-1])
            assert re.match(rf'"?{key}"?\s*:', written), (step.kind, step.origin, step.path)


def explained(seeded_year: Any, row: Row) -> tuple[Step, ...]:
    told = explain(seeded_year.service.policies.by_hash(row.agency, row.hash).plan, row.facts.case)
    assert told.sheet.to_builtins()["nodes"] == row.nodes
    return told.steps
