"""What is counted of judges loses no finding: beside all cases looked at one by one, from the ratings themselves."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import permutations
from typing import Any

import msgspec
import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import replace
from psycopg.types.json import Jsonb

from neraca.domain import streams as streams_
from neraca.domain.command_rules import RatingRule
from neraca.domain.forensics.comparison import compared, words
from neraca.domain.forensics.findings import Finding, JudgedCase, findings
from neraca.domain.forensics.tallies import Tally, suspects
from neraca.domain.forensics.thresholds import WINDOW, Thresholds
from neraca.domain.period import parse
from neraca.projecting.rebuild import ensure
from neraca.service import judged_results
from neraca.service.forensics import JUDGED, Raters, forensics, params, returned
from neraca.service.judged_results import BETWEEN
from neraca.service.report_source import ReportSource
from neraca.store.migrate import migrate
from neraca.store.pool import open_pool
from projections import dossier, scores
from projections import forensics as forensics_

PERIOD = "2025"
START = datetime(2026, 1, 5, 2, tzinfo=UTC)
SCALES = {
    "disiplin": {"atasan": RatingRule(0, 100, 1, 1, None, anonymous=False)}
    | {group: RatingRule(0, 100, 1, 1, None, anonymous=True) for group in ("rekan", "bawahan", "diri")},
    "layanan": {"atasan": RatingRule(1, 8, 1, 1, None, anonymous=False)}
    | {group: RatingRule(0, 3, 1, 1, None, anonymous=True) for group in ("rekan", "bawahan")},
    "satu": {
        "atasan": RatingRule(5, 5, 1, 1, None, anonymous=False),
        "rekan": RatingRule(5, 5, 1, 1, None, anonymous=False),
    },
    "kerja": {"atasan": RatingRule(0, 7, 1, 1, None, anonymous=False)},
    # Scales with which no sum of shares is a number of 64 bits.
    "lebar": {
        "atasan": RatingRule(0, 10**18 + 9, 1, 1, None, anonymous=False),
        "rekan": RatingRule(0, 10**18 + 7, 1, 1, None, anonymous=True),
    },
}

ALL_ALIKE = {"disiplin": 0, "layanan": 1, "kerja": 0}


class Lived(Struct, frozen=True):
    judge: str
    by_level: bool
    minutes: int
    reports: int
    late: int
    unread: int
    levels: dict[str, str]
    predicate: str
    ratings: dict[str, dict[str, list[int]]]


def one_of(*values: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from(values)


RATINGS = st.dictionaries(
    one_of(*SCALES, "lain"),
    st.dictionaries(
        one_of("atasan", "rekan", "bawahan", "diri"), st.lists(one_of(0, 1, 3, 5, 7), max_size=3), max_size=4
    ),
    max_size=4,
)
LIVED = st.builds(
    Lived,
    judge=st.just("sri"),
    by_level=st.booleans(),
    minutes=one_of(0, 0, 1, 10, 11, 20, 600, 1441),
    reports=st.integers(0, 4),
    late=st.integers(0, 3),
    unread=st.integers(0, 1),
    levels=st.dictionaries(one_of("r1", "r2"), one_of("baik", "cukup"), max_size=2),
    predicate=one_of("baik", "cukup"),
    ratings=RATINGS,
)
STYLES: dict[str, Callable[[int], dict[str, Any]]] = {
    "plain": lambda n: {},
    "lenient": lambda n: {"ratings": {"disiplin": {"atasan": [100 - n], "rekan": [n, 3]}}},
    "severe": lambda n: {"ratings": {"layanan": {"atasan": [1], "bawahan": [1 + n % 3]}}},
    "halo": lambda n: {"ratings": {name: {"atasan": [value]} for name, value in ALL_ALIKE.items()}},
    "alike": lambda n: {"levels": {f"r{n}": "baik"}, "ratings": {}},
    "at once": lambda n: {"minutes": 600 + n % 5},
    "unread": lambda n: {"reports": 3, "unread": 1},
    "recent": lambda n: {"reports": 20 - n, "late": n, "ratings": {"kerja": {"atasan": [n % 8]}}},
}
"""How somebody judges; a list of random cases is rarely of any."""


@st.composite
def judged(draw: Any) -> list[Lived]:
    every: list[Lived] = []
    for judge in ("sri", "tono", "agus"):
        style, few = STYLES[draw(st.sampled_from([*STYLES]))], draw(st.lists(LIVED, min_size=1, max_size=3))
        for n, own in enumerate(draw(st.lists(one_of(False, True, True, True, True), max_size=14))):
            one = few[n % len(few)]
            every.append(replace(one, judge=judge, **(style(n) if own else {})))
    return every


THRESHOLDS = st.builds(
    Thresholds,
    fewest=st.integers(1, 5),
    elements=st.integers(1, 3),
    pairs=st.integers(1, 4),
    margin=one_of(Fraction(0), Fraction(10), Fraction(100, 3), Fraction(50)),
    share=one_of(Fraction(1, 2), Fraction(4, 5), Fraction(1)),
    unread_share=one_of(Fraction(1, 2), Fraction(1)),
    chance=one_of(Fraction(1, 100), Fraction(1, 8), Fraction(1, 2), Fraction(1)),
    judgements_at_once=st.integers(1, 6),
)


class Kept:
    """The rows as the folds leave them, in a database of their own."""

    def __init__(self, url: str, source: ReportSource) -> None:
        self._url = url
        self._source = source

    def keep(self, lived: list[Lived]) -> None:
        with psycopg.connect(self._url) as connection:
            connection.execute("truncate read_scores.comparison, read_forensics.judged")
            for n, one in enumerate(lived):
                of, at = compared(one.ratings, SCALES), START + timedelta(minutes=one.minutes)
                stream, employee = streams_.appraisal("uji", f"p{n:02}", PERIOD), f"p{n:02}"
                numbers = [*_ratio(of.mean), *_ratio(of.shift)]
                told = ("uji", stream, PERIOD, employee, one.predicate, Jsonb([]), of.given, of.elements, of.alike)
                _insert(connection, "read_scores.comparison", *told, *numbers)
                judge = (one.judge, at, 5) if one.by_level else (None, None, None)
                reports = (one.reports, one.late, 0, Jsonb(one.levels), words(sorted({*one.levels.values()})))
                fixed = ("other" if one.by_level else one.judge, at, 100 + n, one.unread)
                of_stream = ("uji", stream, employee, PERIOD, date(2025, 12, 31))
                _insert(connection, "read_forensics.judged", *of_stream, *reports, *judge, *fixed)

    def tallies(self, by: Thresholds) -> list[Tally]:
        results = judged_results.read(self._source.rows(JUDGED, params(parse(PERIOD), by)))
        return sorted(judged_results.tallies(results, by), key=lambda one: one.judge)

    def found(self, by: Thresholds) -> list[Finding]:
        return forensics(self._source, parse(PERIOD), by=by)


def _ratio(number: Fraction | None) -> tuple[int | None, int | None]:
    return (None, None) if number is None else number.as_integer_ratio()


def _insert(connection: Any, table: Any, *values: Any) -> None:
    connection.execute(f"insert into {table} values ({', '.join(['%s'] * len(values))})", values)


@pytest.fixture(scope="module")
def kept(file_database: str) -> Iterator[Kept]:
    migrate(file_database, ["uji"])
    ensure(file_database, [scores.PROJECTION, forensics_.PROJECTION, dossier.PROJECTION])
    agency: Any = type("Agency", (), {"id": "uji"})()
    nothing: Any = None
    with open_pool(file_database, largest=1) as pool:
        source = ReportSource(agency=agency, today=date(2026, 2, 1), policies=nothing, history=nothing, pool=pool)
        yield Kept(file_database, source)


def looked_at(n: int, one: Lived) -> JudgedCase:
    """By the ratings themselves, indicator by indicator."""
    own: dict[str, Fraction] = {}
    others: dict[str, Fraction] = {}
    for indicator, groups in one.ratings.items():
        shares = {
            group: [Fraction(value - rule.min, rule.max - rule.min) if rule.max > rule.min else Fraction(0)]
            for group, values in groups.items()
            for value in [Fraction(sum(values), len(values)) if values else None]
            if value is not None and (rule := SCALES.get(indicator, {}).get(group)) is not None
        }
        if len(groups.get("atasan", [])) == 1 and "atasan" in shares:
            own[indicator] = shares["atasan"][0]
        rest = [share[0] for group, share in shares.items() if group not in ("atasan", "diri")]
        if rest:
            others[indicator] = sum(rest, Fraction(0)) / len(rest)
    both = own.keys() & others.keys()
    given = (*(f"{name}={own[name]}" for name in sorted(own)), *sorted({*one.levels.values()}))
    return JudgedCase(
        employee=f"p{n:02}",
        judge=one.judge,
        at=START + timedelta(minutes=one.minutes),
        position=100 + n,
        mark=repr(given or one.predicate),
        elements=len(own),
        alike=len(set(own.values())) == 1,
        mean=sum(own.values(), Fraction(0)) / len(own) if own else None,
        shift=100 * sum((own[name] - others[name] for name in both), Fraction(0)) / len(both) if both else None,
        reports=one.reports,
        late=one.late,
        unread=one.unread,
    )


def counted(cases: list[JudgedCase], by: Thresholds) -> list[Tally]:
    return [
        _tally([one for one in cases if one.judge == judge], cases, by) for judge in sorted({c.judge for c in cases})
    ]


def _tally(own: list[JudgedCase], every: list[JudgedCase], by: Thresholds) -> Tally:
    rated = [one for one in own if one.elements >= by.elements]
    shifts = [one.shift for one in own if one.shift is not None]
    pairs = [
        (one, other)
        for one, other in permutations([one for one in own if one.reports and one.mean is not None], 2)
        if one.late > other.late and one.reports < other.reports and one.mean != other.mean
    ]
    return Tally(
        judge=own[0].judge,
        cases=len(own),
        rated=len(rated),
        alike=sum(one.alike for one in rated),
        reported=sum(one.reports > 0 for one in own),
        unread=sum(one.reports > 0 and one.unread > 0 for one in own),
        compared=len(shifts),
        above=sum(one > 0 for one in shifts),
        below=sum(one < 0 for one in shifts),
        shift=sum(shifts, Fraction(0)),
        one_mark=len(own) >= by.fewest and len({one.mark for one in own}) == 1,
        most=max(sum(timedelta(0) <= one.at - first.at <= WINDOW for one in own) for first in own),
        opposite=len(pairs),
        with_late=sum((one.mean or 0) > (other.mean or 0) for one, other in pairs),
        days=len({one.at.date() for one in every}),
    )


PEOPLE = one_of(*"abcdef")


@given(st.lists(st.tuples(PEOPLE, st.lists(PEOPLE, unique=True)), max_size=8))
def test_whoever_rated_somebody_who_rated_them_is_asked_about(rated: list[tuple[str, list[str]]]) -> None:
    streams = [streams_.appraisal("uji", f"{nth}", PERIOD) for nth in range(len(rated))]
    columns = Raters(
        b"".join(one.bytes for one in streams) or None,
        BETWEEN.join(employee for employee, _ in rated) or None,
        BETWEEN.join(msgspec.json.encode(names).decode() for _, names in rated) or None,
    )

    assert returned(columns) == [
        stream
        for stream, (employee, names) in zip(streams, rated, strict=True)
        if any(other in names and employee in back for other, back in rated)
    ]


# The threads of the pool draw their pauses by chance, which hypothesis takes for ours.
@pytest.mark.filterwarnings("ignore:Do not use the `random` module inside strategies")
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(lived=judged(), by=THRESHOLDS)
def test_no_finding_is_lost_and_none_is_told_otherwise(kept: Kept, lived: list[Lived], by: Thresholds) -> None:
    cases = [looked_at(n, one) for n, one in enumerate(lived)]
    kept.keep(lived)

    assert kept.tallies(by) == counted(cases, by)
    assert kept.found(by) == findings(cases, by=by)


@settings(max_examples=150, deadline=None)
@given(lived=judged(), by=THRESHOLDS)
def test_of_whom_anything_is_found_the_cases_are_asked_for(lived: list[Lived], by: Thresholds) -> None:
    cases = [looked_at(n, one) for n, one in enumerate(lived)]

    looked_for = suspects(counted(cases, by), by)
    assert all(one.kind in looked_for.get(one.judge, ()) for one in findings(cases, by=by))
