"""How many cases a second the policy engine judges: run `python tests/bench/bench_policy.py`.

Ratios are against a straightforward interpreter that walks the policy document in Decimal, written below.
"""

import sys
from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from random import Random
from time import perf_counter_ns

from neraca.domain.case import MICRO, Case
from neraca.policy import model
from neraca.policy.compiled.compilation import CompiledPolicy, compile_resolved
from neraca.policy.engine.evaluation import Scoring, evaluate, explain
from neraca.policy.library import Library
from neraca.policy.testing.cases import of_test

SAMPLES = Path(__file__).parent.parent / "policy" / "samples"
CITIES = (
    "id.jatim.kota-surabaya",
    "id.jabar.kota-bandung",
    "id.jateng.kota-semarang.gajahmungkur",
    "id.kaltim.kota-samarinda",
    "id.jateng.kota-surakarta",
)
SIXTH = Decimal("0.000001")


def main() -> None:
    library, _ = Library.read({path.name: path.read_text() for path in sorted(SAMPLES.glob("*.yaml"))})
    chance = Random(20250131)
    print(f"{'policy':40} {'decimal':>9} {'full':>9} {'touched':>9} {'explain':>9}  us a case   full   touched x")
    for name in CITIES:
        resolved = library.get(name)
        plan = compile_resolved(resolved)
        case = named(plan, of_test(resolved.policy.tests[0]))
        decimal = timed(lambda policy=resolved.policy, case=case: naive(policy, case), 300)
        full = timed(lambda plan=plan, case=case: evaluate(plan, case), 3000)
        traced = timed(lambda plan=plan, case=case: explain(plan, case), 300)
        touched = timed(one_rating_at_a_time(plan, case, chance), 10000)
        ratios = f"{decimal / full:10.1f} {decimal / touched:9.1f}"
        print(f"{name:40} {us(decimal)} {us(full)} {us(touched)} {us(traced)} {ratios:>22}")


def us(ns: int) -> str:
    return f"{ns // 1000:6}.{ns % 1000 // 10:02}"


def timed(once: Callable[[], object], times: int) -> int:
    """The best of five rounds, in nanoseconds for one."""
    best = sys.maxsize
    for _ in range(5):
        started = perf_counter_ns()
        for _ in range(times):
            once()
        best = min(best, (perf_counter_ns() - started) // times)
    return best


def named(plan: CompiledPolicy, case: Case) -> Case:
    """Each rated indicator with ratings of its own, as a ledger holds them, in place of the shorthand `*`."""
    every = case.ratings.get("*", {})
    rated = [path.split("/")[1] for path in plan.readers if path.startswith("ratings/") and path != "ratings/*"]
    ratings = {name: case.ratings.get(name) or {k: list(v) for k, v in every.items()} for name in rated}
    return Case(case.facts, ratings, case.items, case.surveys)


def one_rating_at_a_time(plan: CompiledPolicy, case: Case, chance: Random) -> Callable[[], object]:
    """As a follower of the log does it: change one rating, say so, take the sheet."""
    scoring = Scoring(plan, case)
    scoring.result()
    places = [(name, groups[group]) for name, groups in case.ratings.items() for group in groups]
    moves = [(*chance.choice(places), chance.randint(1, 3) * MICRO) for _ in range(997)]
    at = 0

    def once() -> object:
        nonlocal at
        name, values, value = moves[at % 997]
        at += 1
        values[0] = value
        scoring.touch((f"ratings/{name}",))
        return scoring.result()

    return once


def naive(policy: model.Policy, case: Case) -> object:
    """What one would write first: Decimal, the document itself, a dictionary of results."""
    values: dict[str, Decimal | None] = {}
    facts = {k: Decimal(v) / MICRO if type(v) is int else v for k, v in case.facts.items()}
    for name, indicator in policy.indicators.items():
        value = naive_measure(policy, name, indicator.measure, case, facts)
        values[name] = None if value is None else naive_cap(value, indicator.cap)
    pending = dict(policy.nodes)
    while pending:
        for name, node in list(pending.items()):
            if any(child in pending for child in node.of):
                continue
            del pending[name]
            total = weights = Decimal(0)
            for child, weight in node.of.items():
                one = policy.indicators.get(child) or policy.nodes[child]
                x = values[child]
                if x is not None or one.missing == "zero":
                    total += weight * (x or 0)
                    weights += weight
                elif one.missing == "block":
                    return None
            value = sixth(total / weights) if weights else None
            values[name] = None if value is None else naive_cap(value, node.clamp)
    finals = {k: None if v is None else v.quantize(Decimal("0.01"), ROUND_HALF_UP) for k, v in values.items()}
    levels: dict[str, str] = {}
    for name, one in policy.classify.items():
        if isinstance(one, model.Matrix):
            levels[name] = one.table[levels[one.rows]][levels[one.cols]]
        else:
            x = finals[one.node]
            levels[name] = next(k for k, b in one.bands.items() if b.from_ == "min" or (x is not None and x >= b.from_))
    return finals, levels


def naive_measure(
    policy: model.Policy, name: str, measure: model.Measure, case: Case, facts: Mapping[str, object]
) -> Decimal | None:
    match measure:
        case model.Rated():
            panel = policy.panels[measure.panel]
            onto = policy.scales[measure.scale]
            weights = {group: rule.weight for group, rule in panel.raters.items()}
            means: dict[str, Decimal | None] = {}
            for group, rule in panel.raters.items():
                xs = sorted(Decimal(x) / MICRO for x in case.ratings[name].get(group, []))
                if len(xs) < rule.min:
                    means[group] = None
                    continue
                k = panel.trim_each_end
                if k and len(xs) - 2 * k >= rule.min:
                    xs = xs[k:-k]
                own = policy.scales[rule.scale or measure.scale]
                mean = sixth(sum(xs, Decimal(0)) / len(xs))
                means[group] = onto.min + sixth((mean - own.min) * (onto.max - onto.min) / (own.max - own.min))
            for group, rule in panel.raters.items():
                if means[group] is None and rule.missing.startswith("reassign:"):
                    weights[rule.missing.split(":")[1]] += rule.weight
            heard = [(weights[group], mean) for group, mean in means.items() if mean is not None]
            total = sum((w for w, _ in heard), Decimal(0))
            return sixth(sum((w * x for w, x in heard), Decimal(0)) / total) if total else None
        case model.Ratio() | model.Inverse():
            target = facts.get(measure.target) if isinstance(measure.target, str) else measure.target
            actual = facts.get(measure.actual)
            if not isinstance(target, Decimal) or not isinstance(actual, Decimal):
                return None
            return naive_ratio(actual, target, isinstance(measure, model.Inverse))
        case model.Banded():
            x = facts.get(measure.fact)
            if not isinstance(x, Decimal):
                return None
            return next(b.score for b in measure.bands if b.from_ == "min" or x >= b.from_)
        case model.Index():
            x = facts.get(measure.fact)
            return x if isinstance(x, Decimal) else None
        case model.SurveyIndex():
            survey = case.surveys.get(measure.survey, {})
            means_ = [sixth(Decimal(survey[e].sum) / MICRO / survey[e].n) for e in measure.elements if e in survey]
            return sixth(sum(means_, Decimal(0)) * measure.factor / len(means_)) if means_ else None
        case model.Deduction():
            counts = [(facts.get(e.fact), e.points) for e in measure.events.values()]
            return measure.start - sum((n * p for n, p in counts if isinstance(n, Decimal)), Decimal(0))
        case model.Items():
            total = weights_ = Decimal(0)
            for item in case.items.get(measure.source, []):
                if item.actual is None or item.target is None:
                    return None
                x = naive_ratio(Decimal(item.actual) / MICRO, Decimal(item.target) / MICRO, item.polarity == "min")
                weight = Decimal(item.weight or MICRO) / MICRO
                total += weight * naive_cap(x, measure.item_cap)
                weights_ += weight
            return sixth(total / weights_) if weights_ else None


def naive_ratio(actual: Decimal, target: Decimal, less_is_better: bool) -> Decimal:
    return sixth((max(2 * target - actual, Decimal(0)) if less_is_better else actual) * 100 / target)


def naive_cap(value: Decimal, cap: model.Cap) -> Decimal:
    if cap.min is not None:
        value = max(value, cap.min)
    return value if cap.max is None else min(value, cap.max)


def sixth(value: Decimal) -> Decimal:
    return value.quantize(SIXTH, ROUND_HALF_UP)


if __name__ == "__main__":
    main()
