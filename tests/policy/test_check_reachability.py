"""Spans hold every value that people really get, and numbers that change nothing for anybody are told."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from neraca.domain.case import MICRO
from neraca.policy.check.intervals import intervals
from neraca.policy.compiled.compilation import compile_resolved
from neraca.policy.engine.evaluation import evaluate
from neraca.policy.interval import Interval
from neraca.policy.library import Library
from neraca.policy.source.inheritance import Resolved
from neraca.policy.testing.cases import of_test, refusals
from neraca.policy.testing.sensitivity import moved, numbers, sensitivity
from neraca.policy.testing.synthetic import people

ROOT = Path(__file__).parents[2]
FOLDERS = (Path(__file__).parent / "samples", ROOT / "policies")


def every_policy() -> Iterator[Any]:
    for folder in FOLDERS:
        files = {str(file.relative_to(folder)): file.read_text() for file in sorted(folder.rglob("*.yaml"))}
        library, _ = Library.read(files)
        yield from (pytest.param(one, id=f"{folder.name}/{one.file}") for one in library.among(files))


EVERY = [*every_policy()]


@pytest.mark.parametrize("resolved", EVERY)
def test_nobody_ends_outside_the_span_of_a_value(resolved: Resolved):
    plan, found = compile_resolved(resolved), intervals(resolved.policy)

    for case in [*map(of_test, resolved.policy.tests), *people(resolved.policy)]:
        for name, value in evaluate(plan, case).nodes.items():
            span = found[name]
            if value is not None:
                assert span.low is None or value >= span.low - plan.unit, (name, value)
                assert span.high is None or value <= span.high + plan.unit, (name, value)
            elif not span.lacking and not (plan.replacing is not None and plan.replacing.when.holds(case)):
                assert evaluate(plan, case).status == "blocked", name


@pytest.mark.parametrize("resolved", EVERY)
def test_the_people_made_up_are_such_as_the_policy_takes(resolved: Resolved):
    plan = compile_resolved(resolved)
    cohort = [*people(resolved.policy)]

    assert cohort == [*people(resolved.policy)]
    assert [fault for case in cohort for fault in refusals(plan, case)] == []
    assert sum(evaluate(plan, case).status == "final" for case in cohort) >= len(cohort) // 2


def test_spans_follow_caps_weights_and_what_may_be_missing(samples: Mapping[str, str]):
    library, _ = Library.read(samples)
    bandung = intervals(library.get("id.jabar.kota-bandung").policy)
    surakarta = intervals(library.get("id.jateng.kota-surakarta").policy)
    samarinda = intervals(library.get("id.kaltim.kota-samarinda").policy)

    assert bandung["perilaku"] == Interval(1 * MICRO, 3 * MICRO, lacking=False)
    assert bandung["inovasi"] == Interval(60 * MICRO, 120 * MICRO)
    assert bandung["hasil_kerja"] == Interval(0, 120 * MICRO, lacking=False)
    # survey 25 to 100, time 0 to 120, quality 20 to 100, of which time may be left out
    assert surakarta["hasil_kerja"] == Interval(16 * MICRO, 106 * MICRO, lacking=False)
    assert samarinda["disiplin"] == Interval(0, 100 * MICRO)


@pytest.mark.parametrize("resolved", [one for one in EVERY if str(one.id).startswith("policies/")])
def test_no_number_of_our_policies_is_dead(resolved: Resolved):
    assert [str(one) for one in sensitivity(resolved)] == []


def test_numbers_of_the_drafts_that_move_nothing_are_told(samples: Mapping[str, str]):
    library, _ = Library.read(samples)
    dead = "warning: this number is dead: {} can be moved and nothing changes for anybody"

    told = [str(one).partition(" - ")[0] for each in library.among(samples) for one in sensitivity(each)]

    assert told == [
        f"a-nasional-permenpanrb-6-2022.yaml:105:5: nodes/perilaku/min_weight_present: {dead.format(70)}",
        f"d-kota-bandung.yaml:46:13: nodes/hasil_kerja/clamp/min: {dead.format(0)}",
        f"e-gajahmungkur.yaml:46:11: indicators/mutu_layanan/cap/min: {dead.format(25)}",
        f"e-gajahmungkur.yaml:60:13: nodes/hasil_kerja/clamp/min: {dead.format(0)}",
        f"g-kota-surakarta.yaml:50:13: nodes/hasil_kerja/clamp/min: {dead.format(0)}",
    ]


@pytest.mark.parametrize(
    ("file", "old", "new", "path"),
    [
        pytest.param(
            "f-kota-samarinda.yaml",
            "cap: {min: 0, max: 100}\n    missing: block",
            "cap: {min: 90, max: 90}\n    missing: block",
            "/indicators/disiplin/measure/events/tanpa_keterangan/points",
            id="points of what is capped to one value",
        ),
        pytest.param(
            "d-kota-bandung.yaml",
            "di_atas: {from: 105}",
            "di_atas: {from: 160}",
            "/classify/hasil_kerja/bands/di_atas/from",
            id="a band far above what anyone gets",
        ),
        pytest.param(
            "d-kota-bandung.yaml",
            "bands: [{from: 2, score: 120}, {from: 1, score: 100}, {from: min, score: 60}]",
            "bands: [{from: 2, score: 120}, {from: 1, score: 120}, {from: min, score: 120}]",
            "/indicators/inovasi/measure/bands/0/from",
            id="a bound between two equal scores",
        ),
    ],
)
def test_a_number_that_stops_mattering_is_told(samples: Mapping[str, str], file: str, old: str, new: str, path: str):
    assert old in samples[file]
    library, _ = Library.read({**samples, file: samples[file].replace(old, new)})

    assert path not in {one.path for one in sensitivity(Library.read(samples)[0].by_file(file))}
    assert path in {one.path for one in sensitivity(library.by_file(file))}


def test_a_number_is_moved_alone(samples: Mapping[str, str]):
    policy = Library.read(samples)[0].get("id.jabar.kota-bandung").policy

    for number in numbers(policy):
        changed = moved(policy, number.path, number.value + number.step)
        assert changed != policy, number.name
        assert moved(changed, number.path, number.value) == policy, number.name
    assert (
        moved(policy, ("nodes", "hasil_kerja", "of", "inovasi"), Decimal(11)).nodes["hasil_kerja"].of["inovasi"] == 11
    )
