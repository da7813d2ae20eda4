"""How far a node can go, by what its children can reach and whether they may be missing."""

from pathlib import Path
from typing import TypeAlias

import pytest

from neraca.policy.check.intervals import intervals
from neraca.policy.interval import Interval
from neraca.policy.library import Library

BASE = (Path(__file__).parent / "findings" / "payment.policy").read_text()

Child: TypeAlias = tuple[str, str | None, str | None, str]
"""Its weight, its bounds, and what becomes of its weight where nobody gave it: a blocking one is always there."""

SURE, ZERO, LEFT_OUT = "block", "zero", "renormalise"


def policy_of(combine: str, children: list[Child], clamp: str = "{}") -> str:
    indicators = ["indicators:"]
    for at, (_, low, high, missing) in enumerate(children):
        bounds = ", ".join(f"{key}: {value}" for key, value in (("min", low), ("max", high)) if value is not None)
        indicators.append(
            f"  c{at}: {{label: {{id: C}}, unit: x, measure: {{method: index, fact: f{at}}},"
            f" cap: {{{bounds}}}, missing: {missing}}}"
        )
    of = ", ".join(f"c{at}: {weight}" for at, (weight, *_) in enumerate(children))
    node = f"  n: {{label: {{id: N}}, combine: {combine}, of: {{{of}}}, clamp: {clamp}}}"
    return "\n".join([BASE.partition("indicators:")[0], *indicators, "nodes:", node, "score: n", ""])


def interval_of(text: str, node: str = "n") -> tuple[str | None, str | None, bool]:
    library, found = Library.read({"p": text})
    assert [one for one in found if one.severity == "error"] == []
    interval = intervals(library.by_file("p").policy)[node]
    return (
        None if interval.low is None else str(interval.low / 1_000_000),
        None if interval.high is None else str(interval.high / 1_000_000),
        interval.lacking,
    )


Expected: TypeAlias = tuple[str | None, str | None, bool]

MEANS: dict[str, tuple[list[Child], Expected]] = {
    "two that are always there": ([("60", "0", "100", SURE), ("40", "50", "90", SURE)], ("20.0", "96.0", False)),
    "one left out that would pull both ways": (
        [("60", "50", "60", SURE), ("40", "0", "100", LEFT_OUT)],
        ("30.0", "76.0", False),
    ),
    "one left out that would pull neither way": (
        [("60", "0", "100", SURE), ("40", "50", "80", LEFT_OUT)],
        ("0.0", "100.0", False),
    ),
    "all may be left out": ([("60", "10", "60", LEFT_OUT), ("40", "20", "90", LEFT_OUT)], ("10.0", "90.0", True)),
    "one that counts as zero, and is above it": (
        [("60", "50", "60", SURE), ("40", "20", "100", ZERO)],
        ("30.0", "76.0", False),
    ),
    "one that counts as zero, and is below it": (
        [("60", "50", "60", SURE), ("40", "-100", "-50", ZERO)],
        ("-10.0", "36.0", False),
    ),
    "of two left out the one that pulls most counts first": (
        [("30", "40", "45", LEFT_OUT), ("20", "50", "50", SURE), ("50", "10", "90", LEFT_OUT)],
        ("21.428571", "78.571429", False),
    ),
    "a sure one without a lower end": ([("60", None, "60", SURE), ("40", "0", "90", SURE)], (None, "72.0", False)),
    "one left out without an upper end": (
        [("60", "10", "60", SURE), ("40", "0", None, LEFT_OUT)],
        ("6.0", None, False),
    ),
    "without any end": ([("100", None, None, SURE)], (None, None, False)),
}

OTHERS: dict[str, tuple[str, list[Child], Expected]] = {
    "a mean of equal parts": ("mean", [("1", "0", "10", SURE), ("1", "1", "15", SURE)], ("0.5", "12.5", False)),
    "a sum": ("sum", [("1", "10", "20", SURE), ("1", "5", "8", SURE)], ("15.0", "28.0", False)),
    "a sum of one that may be left out": (
        "sum",
        [("1", "10", "20", SURE), ("1", "5", "8", LEFT_OUT)],
        ("10.0", "28.0", False),
    ),
    "a sum of one below zero that may be left out": (
        "sum",
        [("1", "10", "20", SURE), ("1", "-5", "-2", LEFT_OUT)],
        ("5.0", "20.0", False),
    ),
    "a sum of all that may be left out": (
        "sum",
        [("1", "10", "20", LEFT_OUT), ("1", "5", "8", LEFT_OUT)],
        ("0.0", "28.0", True),
    ),
    "a sum without ends": ("sum", [("1", None, "20", SURE), ("1", "5", None, LEFT_OUT)], (None, None, False)),
    "a sum of one without ends that may be left out": (
        "sum",
        [("1", "1", "2", SURE), ("1", None, None, LEFT_OUT)],
        (None, None, False),
    ),
    "a product": ("product", [("1", "10", "1000", SURE), ("100", "50", "120", SURE)], ("5.0", "1200.0", False)),
    "a product of a small one that may be left out": (
        "product",
        [("1", "10", "1000", SURE), ("100", "50", "80", LEFT_OUT)],
        ("5.0", "1000.0", False),
    ),
    "a product of a great one that may be left out": (
        "product",
        [("1", "10", "1000", SURE), ("100", "120", "150", LEFT_OUT)],
        ("10.0", "1500.0", False),
    ),
    "a product of one that counts as zero": (
        "product",
        [("1", "10", "1000", SURE), ("100", "50", "80", ZERO)],
        ("0.0", "800.0", False),
    ),
    "a product of zero at the least": (
        "product",
        [("1", "0", "1000", SURE), ("100", "50", "80", SURE)],
        ("0.0", "800.0", False),
    ),
    "a product that divides with a rest": (
        "product",
        [("3", "1", "1", SURE), ("1", "1", "2", SURE)],
        ("0.333333", "0.666667", False),
    ),
    "a product of one below zero": (
        "product",
        [("1", "10", "1000", SURE), ("100", "-1", "80", SURE)],
        (None, None, False),
    ),
    "a product of one just below zero": (
        "product",
        [("1", "10", "1000", SURE), ("100", "-0.000001", "80", SURE)],
        (None, None, False),
    ),
    "a product of one without a lower end": (
        "product",
        [("1", "10", "1000", SURE), ("100", None, "80", SURE)],
        (None, None, False),
    ),
    "a product of one without an upper end": (
        "product",
        [("1", "10", None, SURE), ("100", "50", "80", SURE)],
        ("5.0", None, False),
    ),
    "a product of all that may be left out": (
        "product",
        [("1", "2", "3", LEFT_OUT), ("1", "4", "5", LEFT_OUT)],
        ("1.0", "15.0", True),
    ),
    "a maximum": ("max", [("1", "10", "20", SURE), ("1", "15", "18", SURE)], ("15.0", "20.0", False)),
    "a maximum of one that may be left out": (
        "max",
        [("1", "10", "20", SURE), ("1", "15", "50", LEFT_OUT)],
        ("10.0", "50.0", False),
    ),
    "a maximum of all that may be left out": (
        "max",
        [("1", "10", "20", LEFT_OUT), ("1", "5", "50", LEFT_OUT)],
        ("5.0", "50.0", True),
    ),
    "a maximum, one without a lower end": (
        "max",
        [("1", "10", "20", SURE), ("1", None, "50", SURE)],
        ("10.0", "50.0", False),
    ),
    "a maximum, the only sure one without a lower end": (
        "max",
        [("1", None, "20", SURE), ("1", "5", "50", LEFT_OUT)],
        (None, "50.0", False),
    ),
    "a maximum, one without an upper end": (
        "max",
        [("1", "10", "20", SURE), ("1", "5", None, LEFT_OUT)],
        ("10.0", None, False),
    ),
    "a minimum": ("min", [("1", "10", "20", SURE), ("1", "15", "18", SURE)], ("10.0", "18.0", False)),
    "a minimum of one that may be left out": (
        "min",
        [("1", "10", "20", SURE), ("1", "5", "15", LEFT_OUT)],
        ("5.0", "20.0", False),
    ),
    "a minimum of all that may be left out": (
        "min",
        [("1", "10", "20", LEFT_OUT), ("1", "5", "15", LEFT_OUT)],
        ("5.0", "20.0", True),
    ),
    "a minimum, one without an upper end": (
        "min",
        [("1", "10", None, SURE), ("1", "5", "15", SURE)],
        ("5.0", "15.0", False),
    ),
    "a minimum, one without a lower end": (
        "min",
        [("1", None, "20", SURE), ("1", "5", "15", LEFT_OUT)],
        (None, "20.0", False),
    ),
    "a minimum of one that counts as zero": (
        "min",
        [("1", "10", "20", SURE), ("1", "5", "15", ZERO)],
        ("0.0", "15.0", False),
    ),
}


def test_a_weighted_mean() -> None:
    assert {name: interval_of(policy_of("weighted_mean", children)) for name, (children, _) in MEANS.items()} == {
        name: expected for name, (_, expected) in MEANS.items()
    }


def test_the_other_ways_to_combine() -> None:
    assert {name: interval_of(policy_of(combine, children)) for name, (combine, children, _) in OTHERS.items()} == {
        name: expected for name, (_, _, expected) in OTHERS.items()
    }


@pytest.mark.parametrize(
    ("clamp", "expected"),
    [
        ("{min: 30}", ("30.0", "96.0", False)),
        ("{max: 80}", ("20.0", "80.0", False)),
        ("{min: 97}", ("97.0", "97.0", False)),
        ("{max: 10}", ("10.0", "10.0", False)),
    ],
)
def test_a_clamp_cuts(clamp: str, expected: Expected) -> None:
    assert interval_of(policy_of("weighted_mean", MEANS["two that are always there"][0], clamp)) == expected


NESTED = """
scales:
  tiga: {min: 1, max: 3}
panels:
  penilai: {raters: {atasan: {weight: 100, missing: block}}}
indicators:
  rated: {label: {id: R}, unit: x, measure: {method: rated, panel: penilai, scale: tiga}, missing: zero}
  a: {label: {id: A}, unit: x, measure: {method: index, fact: fa}, cap: {min: 10, max: 20}, missing: block}
  b: {label: {id: B}, unit: x, measure: {method: index, fact: fb}, cap: {min: 40, max: 50}}
nodes:
  n: {label: {id: N}, combine: max, of: {both: 1, loose: 1, tight: 1, zero: 1}}
  both: {label: {id: Both}, combine: sum, of: {a: 1, b: 1}}
  loose: {label: {id: Loose}, combine: sum, of: {b: 1}}
  tight: {label: {id: Tight}, combine: sum, of: {b: 1}, missing: block}
  zero: {label: {id: Zero}, combine: sum, of: {rated: 1}, missing: zero}
score: n
"""


def test_nodes_of_nodes_whatever_their_order() -> None:
    library, _ = Library.read({"p": BASE.partition("indicators:")[0] + NESTED})

    assert intervals(library.by_file("p").policy) == {
        "a": Interval(10_000_000, 20_000_000),
        "b": Interval(40_000_000, 50_000_000),
        "both": Interval(10_000_000, 70_000_000, lacking=False),
        "loose": Interval(0, 50_000_000),
        "tight": Interval(0, 50_000_000),
        "rated": Interval(1_000_000, 3_000_000, lacking=False),
        "zero": Interval(1_000_000, 3_000_000, lacking=False),
        "n": Interval(10_000_000, 70_000_000, lacking=False),
    }


@pytest.mark.parametrize(
    ("missing", "panel", "wanted"),
    [
        ("block", "block", ("1.0", "3.0", False)),
        ("renormalise", "block", ("1.0", "3.0", False)),
        ("renormalise", "renormalise", ("1.0", "3.0", True)),
    ],
)
def test_how_far_a_majority_goes(missing: str, panel: str, wanted: Expected) -> None:
    text = (Path(__file__).parent / "findings" / "appraisal.policy").read_text()
    for old, new in {
        "combine: mean, of: {sikap: 1, tugas: 1}": "combine: majority, of: {sikap: 1}",
        "of: {gagasan: 1, layanan": "of: {gagasan: 1, tugas: 1, layanan",
        "panels:\n": f"panels:\n  satu: {{raters: {{atasan: {{weight: 100, max: 1, missing: {panel}}}}}}}\n",
        "panel: penilai, scale: tiga}, missing: block": f"panel: satu, scale: tiga}}, missing: {missing}",
        "nodes:\n": "  dua: {label: {id: L}, unit: x, measure: {method: rated, panel: penilai, scale: tiga}}\nnodes:\n",
        "jenjang: 1}}": "jenjang: 1, dua: 1}}",
    }.items():
        assert text.count(old) == 1
        text = text.replace(old, new)

    assert interval_of(text, "perilaku") == wanted
