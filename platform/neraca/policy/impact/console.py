"""An impact report as a terminal shows it: plain lines and columns, the same for the same report."""

from collections.abc import Iterable, Iterator, Sequence

from msgspec import UNSET, UnsetType

from neraca.domain.command_rules import PolicyRef
from neraca.domain.text_kinds import counted
from neraca.policy.impact.distribution import Breach
from neraca.policy.impact.report import (
    BLOCKED,
    Affected,
    BlockingChange,
    CandidacyEffect,
    Effect,
    Group,
    Impact,
    PolicyName,
    Quotas,
    Start,
    Sum,
    Valued,
    impact_hash,
    summary,
)

_UNITS = 30
_REASONS = 5


def render(impact: Impact, names: Sequence[str] | None = None) -> str:
    """`names` are the ids of `most_affected`, for whoever may know them."""
    return "\n".join(_lines(impact, names)) + "\n"


def _lines(impact: Impact, names: Sequence[str] | None) -> Iterator[str]:
    before = ", ".join(map(_ref, impact.before))
    people = counted(impact.people, "person", "people", ",")
    yield f"{impact.agency} {impact.period}: {before} -> {_ref(impact.after)}, {people}"
    yield summary(impact)
    yield from _start(impact.start)
    if all(one.calc_hash == impact.after.calc_hash for one in impact.before):
        yield "both policies calculate the same: nothing can change"
    yield ""
    yield from _matrix(impact)
    yield from _valued(impact.indicators)
    yield from _turned("Newly blocked", "because", impact.newly_blocked)
    yield from _turned("Newly scored", "blocked before because", impact.newly_scored)
    yield from _groups("Score shift by unit", impact, impact.by_unit)
    yield from _groups("Score shift by class of position", impact, impact.by_class)
    yield from _quotas(impact.quotas)
    yield from _effect("Allowance", impact.allowance)
    yield from _effect("Credit points", impact.credit)
    yield from _candidacy(impact.candidacy)
    yield from _most_affected(impact.most_affected, names)
    yield ""
    yield f"impact {impact_hash(impact)}"


def _valued(indicators: Sequence[Valued]) -> Iterator[str]:
    """One that loses its people, or has nobody, is what a reader looks for first."""
    if not indicators:
        return
    yield ""
    rows = [["people with a value of", "before", "after"]]
    for one in indicators:
        rows.append([one.indicator, *("-" if count is None else f"{count:,}" for count in (one.before, one.after))])
    yield from _table(rows)
    if nobody := [one.indicator for one in indicators if one.after == 0]:
        yield f"nobody would have a value of {', '.join(nobody)}"


def _start(start: Start | None) -> Iterator[str]:
    if start is None:
        return
    whom = "" if start.classes is None else f" for {', '.join(start.classes)}"
    until = "" if start.until is None else f" to {start.until}"
    yield f"to rule{whom} from {start.since}{until}"
    for one in start.cuts:
        what, until = f"cuts {one.period} into {' and '.join(one.parts)}", " until those are joined"
        if not one.parts:
            what, until = f"leaves {one.period} without a rule", ""
        yield (
            f"{what}: {counted(one.running, 'appraisal', None, ',')} of it open and blocked{until}, "
            f"{one.newly_blocked:,} with a score now"
        )


def _matrix(impact: Impact) -> Iterator[str]:
    befores = [name for name in (*impact.predicates, BLOCKED) if any(one.before == name for one in impact.transitions)]
    afters = [name for name in (*impact.predicates, BLOCKED) if any(one.after == name for one in impact.transitions)]
    counted = {(one.before, one.after): one.people for one in impact.transitions}
    rows = [["before \\ after", *afters, "all"]]
    for old in befores:
        cells = [counted.get((old, new), 0) for new in afters]
        rows.append([old, *(f"{n:,}" if n else "." for n in cells), f"{sum(cells):,}"])
    sums = [sum(counted.get((old, new), 0) for old in befores) for new in afters]
    rows.append(["all", *(f"{n:,}" for n in sums), f"{sum(sums):,}"])
    yield from _table(rows)


def _turned(title: str, because: str, turned: BlockingChange) -> Iterator[str]:
    if not turned.people:
        return
    yield ""
    yield f"{title}: {counted(turned.people, 'person', 'people', ',')}"
    for one in turned.reasons[:_REASONS]:
        yield f"  {one.people:,} {because}: {one.reason}"
    if len(turned.reasons) > _REASONS:
        yield f"  and {counted(len(turned.reasons) - _REASONS, 'more reason')}"


def _groups(title: str, impact: Impact, groups: Sequence[Group]) -> Iterator[str]:
    yield ""
    yield title
    head = ["", "people", "changed", "up", "down", "blocked", "scored", "mean", "min", "q1", "median", "q3", "max"]
    rows = [head, *(_group(one) for one in groups[:_UNITS])]
    if impact.shift is not None and len(groups) > 1:
        total = Group(
            "all",
            impact.people,
            impact.changed,
            impact.raised,
            impact.lowered,
            impact.newly_blocked.people,
            impact.newly_scored.people,
            impact.shift,
        )
        rows.append(_group(total))
    yield from _table(rows)
    if len(groups) > _UNITS:
        yield f"and {len(groups) - _UNITS} more; --json has them all"


def _group(one: Group) -> list[str]:
    counts = (one.people, one.changed, one.raised, one.lowered, one.newly_blocked, one.newly_scored)
    cells = [one.name, *(f"{n:,}" for n in counts)]
    shift = one.shift
    if shift is None:
        return [*cells, *["-"] * 6]
    return [*cells, *map(_signed, (shift.mean, shift.min, shift.q1, shift.median, shift.q3, shift.max))]


def _quotas(quotas: Quotas) -> Iterator[str]:
    yield ""
    yield (
        f"Quotas: {quotas.breaching_before} of {quotas.checked_before} units beyond theirs before, "
        f"{quotas.breaching_after} of {quotas.checked_after} after"
    )
    if quotas.unknown_before or quotas.unknown_after:
        units = max(quotas.unknown_before, quotas.unknown_after)
        yield f"  {counted(units, 'unit')} could not be checked: the organisation predicate is unknown"
    for one in quotas.cohorts:
        yield f"  {one.unit} ({one.organisation}, {counted(one.people, 'person', 'people', ',')})"
        yield from (f"    before: {_breach(broken)}" for broken in one.before)
        yield from (f"    after:  {_breach(broken)}" for broken in one.after)


def _breach(one: Breach) -> str:
    few = "at most" if one.kind in ("max", "none_of") else "at least"
    return f"{' + '.join(one.predicates)}: {one.found:,}, may be {few} {one.limit:,}"


def _effect(title: str, effect: Effect | None) -> Iterator[str]:
    if effect is None:
        return
    yield ""
    yield f"{title} under {_ref(effect.policy)}, by the {effect.cycle}"
    rows = [["", "people", "before", "after", "difference", "without"]]
    rows += [_sum(one) for one in (*effect.by_class, effect.total)]
    yield from _table(rows)
    for one in effect.reasons[:_REASONS]:
        yield f"  {one.people:,} without: {one.reason}"


def _candidacy(effect: CandidacyEffect | UnsetType) -> Iterator[str]:
    if effect is UNSET:
        return
    yield ""
    before = "no policy" if effect.before is None else _ref(effect.before)
    yield f"Candidates under {before} -> {_ref(effect.after)}"
    rows = [["", "people", "before", "after", "come in", "drop out"]]
    for one in (*effect.by_unit, effect.total):
        counts = (one.people, one.before, one.after, one.come_in, one.drop_out)
        rows.append([one.name or "all", *(f"{n:,}" for n in counts)])
    yield from _table(rows)
    for one in effect.changes:
        moves = "comes in" if one.comes_in else "drops out"
        yield f"  {one.unit} {one.position_class}: {one.before} -> {one.after}, {moves}"


def _sum(one: Sum) -> list[str]:
    without = f"{one.without_after:,} (was {one.without_before:,})"
    return [one.name or "all", f"{one.people:,}", one.before, one.after, _signed(one.difference), without]


def _most_affected(affected: Sequence[Affected], names: Sequence[str] | None) -> Iterator[str]:
    if not affected:
        return
    yield ""
    yield f"Most affected ({len(affected)})"
    rows: list[list[str]] = []
    for place, one in enumerate(affected):
        name = [names[place]] if names is not None else []
        score = f"{one.score_before or '-'} -> {one.score_after or '-'}"
        rows.append([*name, f"{one.unit} {one.position_class}", f"{one.before} -> {one.after}", score])
    yield from _table(rows, right=False)


def _table(rows: Iterable[Sequence[str]], *, right: bool = True) -> Iterator[str]:
    """The first column to the left, the others as told."""
    lines = [list(row) for row in rows]
    widths = [max(len(cell) for cell in column) for column in zip(*lines, strict=True)]
    for cells in lines:
        padded = [
            cell.rjust(width) if right and place else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(cells, widths, strict=True))
        ]
        yield "  ".join(padded).rstrip()


def _signed(number: str) -> str:
    return number if number.startswith("-") or number == "0" else f"+{number}"


def _ref(policy: PolicyName) -> str:
    return PolicyRef.written(policy.id, policy.version)
