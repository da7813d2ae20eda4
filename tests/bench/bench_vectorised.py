"""How long a whole city takes: 200,000 people, 10 indicators, 4 rater groups. `python tests/bench/bench_vectorised.py`.

Three ways in one run, over the same people: the columnar engine on all of them, the explaining engine and a plain
interpreter in Decimal on the first few thousand. Their time for the whole city is that share multiplied up, not
measured. Every sheet of the share is compared with the columnar one, and every digit that differs is counted.
"""

import sys
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import islice, zip_longest
from random import Random
from time import perf_counter_ns
from typing import cast

from bench_policy import naive

from neraca.domain.case import MICRO, Case
from neraca.policy import model
from neraca.policy.compiled.compilation import CompiledPolicy, compile_resolved
from neraca.policy.engine.evaluation import evaluate as explained
from neraca.policy.engine.vectorised import EvaluationResults, evaluate, load
from neraca.policy.findings import errors
from neraca.policy.library import Library

INDICATORS = tuple(f"i{n}" for n in range(10))
GROUPS = {"atasan": (1, 1), "rekan": (3, 7), "bawahan": (2, 6), "warga": (9, 14)}
"""Fewest and most raters; a panel needs 3 subordinates and 10 citizens, so some groups are silent."""

MEASURE = "{method: rated, panel: semua, scale: satu_tiga}"
POLICY = """
schema: asn-policy/1
id: id.contoh.bench
version: 1
scope: {level: city, code: "0000"}
title: {id: "Contoh"}
effective: {from: "2025-01-01"}
period: {cycle: year, start: "01-01", policy_date: period_start}
precision: {intermediate: 6, final: 2, rounding: half_up, classify_on: final}
scales:
  satu_tiga: {min: 1, max: 3}
  satu_empat: {min: 1, max: 4}
predicates:
  baik: {rank: 3, label: {id: "Baik"}}
  cukup: {rank: 2, label: {id: "Cukup"}}
  kurang: {rank: 1, label: {id: "Kurang"}}
panels:
  semua:
    aggregate: mean
    trim_each_end: 1
    raters:
      atasan: {weight: 50, min: 1, missing: block}
      rekan: {weight: 20, min: 3, anonymous: true, missing: "reassign:atasan"}
      bawahan: {weight: 10, min: 3, anonymous: true, missing: renormalise}
      warga: {weight: 20, min: 10, anonymous: true, scale: satu_empat, missing: "reassign:atasan"}
indicators:
INDICATORS
nodes:
  hasil: {label: {id: "Hasil"}, of: {i0: 20, i1: 20, i2: 20, i3: 20, i4: 20}}
  perilaku: {label: {id: "Perilaku"}, of: {i5: 10, i6: 20, i7: 30, i8: 30, i9: 10}}
  nilai: {label: {id: "Nilai"}, of: {hasil: 60, perilaku: 40}}
score: nilai
classify:
  hasil: {kind: bands, node: hasil, bands: {di_atas: {from: 2.15}, sesuai: {from: 1.85}, di_bawah: {from: min}}}
  perilaku: {kind: bands, node: perilaku, bands: {di_atas: {from: 2.15}, sesuai: {from: 1.85}, di_bawah: {from: min}}}
  predikat:
    kind: matrix
    rows: hasil
    cols: perilaku
    table:
      di_atas: {di_atas: baik, sesuai: baik, di_bawah: kurang}
      sesuai: {di_atas: baik, sesuai: cukup, di_bawah: kurang}
      di_bawah: {di_atas: cukup, sesuai: kurang, di_bawah: kurang}
outcome: predikat
modifiers:
  hukuman: {when: {fact: hukuman, in: [berat]}, then: {max_predicate: kurang}}
workflow:
  steps: {nilai: {role: atasan, within: P14D}}
  objection: {within: P14D, to: atasan}
"""


def main() -> None:
    options = ArgumentParser(description=__doc__)
    options.add_argument("--people", type=int, default=200_000)
    options.add_argument("--share", type=int, default=8_000, help="people the slow engines judge")
    given = options.parse_args()
    resolved = library().get("id.contoh.bench")
    plan = compile_resolved(resolved)

    started = perf_counter_ns()
    columns = load(people(given.people))
    laid = perf_counter_ns() - started
    ratings = sum(int(one.counts.sum()) for rated in columns.ratings.values() for one in rated.groups.values())
    print(f"{given.people} people x {len(INDICATORS)} indicators x {len(GROUPS)} groups, {ratings} ratings")
    print(f"made and laid out in columns in {seconds(laid)} s\n")

    sheets = evaluate(plan, columns)
    rounds = sorted(took(lambda: evaluate(plan, columns)) for _ in range(7))
    share = list(islice(people(given.people), given.share))
    few = share[: given.share // 8]
    by_explain = took(lambda: [explained(plan, case) for case in share]) * given.people // len(share)
    by_decimal = took(lambda: [naive(resolved.policy, case) for case in few]) * given.people // len(few)
    print(f"{'engine':20} {'seconds':>9} {'us a person':>12} {'times':>8}")
    for name, ns, size in (
        ("columns, best of 7", rounds[0], 0),
        ("columns, middle", rounds[3], 0),
        ("explaining", by_explain, len(share)),
        ("Decimal", by_decimal, len(few)),
    ):
        note = f"   multiplied up from {size} people" if size else ""
        each, times = Decimal(ns) / given.people / 1000, Decimal(ns) / rounds[0]
        print(f"{name:20} {seconds(ns):>9} {each:12.2f} {times:8.1f}{note}")

    print(f"\nblocked {int(sheets.blocked.sum())} people, by Python ints {len(sheets.exact)}")
    digits, wrong = compared(sheets, plan, share)
    print(f"{digits} values against the explaining engine: {wrong} differ")
    naively, apart = compared_naively(sheets, resolved.policy, few)
    print(f"{naively} values against Decimal: {apart} differ")
    if wrong or apart:
        sys.exit(1)


def people(n: int) -> Iterator[Case]:
    """Everyone has other ratings, of lists drawn beforehand; the same people each time."""
    chance = Random(20250131)
    drawn = {
        group: [
            [chance.randint(1, 4 if group == "warga" else 3) * MICRO for _ in range(chance.randint(low, high))]
            for _ in range(3000)
        ]
        for group, (low, high) in GROUPS.items()
    }
    for _ in range(n):
        lists = {group: iter(chance.choices(of, k=len(INDICATORS))) for group, of in drawn.items()}
        yield Case(
            facts={"hukuman": "berat" if chance.random() * 100 < 1 else "tidak_ada"},
            ratings={name: {group: next(of) for group, of in lists.items()} for name in INDICATORS},
        )


def compared(sheets: EvaluationResults, plan: CompiledPolicy, share: list[Case]) -> tuple[int, int]:
    """How many values, words and reasons there are, and how many differ."""
    seen = wrong = 0
    for i, case in enumerate(share):
        ours, theirs = sheets.result(i), explained(plan, case)
        said = (ours.status, ours.reason, ours.path, ours.score, ours.predicate, *ours.levels.items())
        meant = (theirs.status, theirs.reason, theirs.path, theirs.score, theirs.predicate, *theirs.levels.items())
        pairs = list(zip_longest((*said, *ours.nodes.items()), (*meant, *theirs.nodes.items())))
        seen += len(pairs)
        wrong += sum(a != b for a, b in pairs)
    return seen, wrong


def compared_naively(sheets: EvaluationResults, policy: model.Policy, few: list[Case]) -> tuple[int, int]:
    seen = wrong = 0
    for i, case in enumerate(few):
        found = naive(policy, case)
        if found is None:
            continue
        finals = cast(tuple[dict[str, Decimal | None], dict[str, str]], found)[0]
        ours = sheets.result(i).nodes
        seen += len(finals)
        wrong += sum(ours[name] != (None if x is None else x * MICRO) for name, x in finals.items())
    return seen, wrong


def took(work: Callable[[], object]) -> int:
    started = perf_counter_ns()
    work()
    return perf_counter_ns() - started


def seconds(ns: int) -> str:
    return f"{Decimal(ns) / 10**9:.3f}"


def library() -> Library:
    label = "\n".join(f'  {name}: {{label: {{id: "{name}"}}, unit: skala, measure: {MEASURE}}}' for name in INDICATORS)
    found, mistakes = Library.read({"bench.yaml": POLICY.replace("INDICATORS", label)})
    for one in errors(mistakes):
        print(one)
    return found


if __name__ == "__main__":
    main()
