"""From what is reported and vouched for to items and facts of a case."""

from neraca.domain.appraisal import events as appraisal
from neraca.domain.case import MICRO, Item, micro
from neraca.domain.facts.kept import KeptReport, KeptResult, KeptTarget, facts_fed, is_told, item_of
from neraca.domain.facts.ledger_facts import COMPETENCIES, REPORTS_ACCEPTED
from neraca.domain.facts.state import NOTHING, Changed, FactsState


def accept(facts: FactsState, report: KeptReport, position: int) -> Changed:
    if report.target is None:
        return _accept_activity(facts, report, position)
    found = find_target(facts, report.result, report.target)
    if found is None:
        # The plan of the year was revised since it was sent, and has the target no longer; or it was taken over.
        for gone in facts.gone or ():
            for one in gone.targets:
                if (gone.id, one.id) == (report.result, report.target):
                    is_told(one, report, position)
        return NOTHING
    result, target = found
    return show_target(facts, result, target) if is_told(target, report, position) else NOTHING


def _accept_activity(facts: FactsState, report: KeptReport, position: int) -> Changed:
    day = (report.day - facts.starts).days
    days = facts.active_days if report.working_day else facts.off_days
    # A day counts once, however many reports it has.
    if day in days:
        return NOTHING
    if not report.working_day:
        facts.off_days.append(day)
        return NOTHING
    facts.active_days.append(day)
    path = f"facts/{REPORTS_ACCEPTED}"
    facts.case.facts[REPORTS_ACCEPTED] = len(facts.active_days) * MICRO
    facts.sources.setdefault(path, []).append(position)
    return (path,)


def require_target(facts: FactsState, result_id: str | None, target_id: str) -> tuple[KeptResult, KeptTarget]:
    found = find_target(facts, result_id, target_id)
    if found is None:
        raise LookupError(f"no target {target_id} of a result {result_id} in the plan")
    return found


def find_target(facts: FactsState, result_id: str | None, target_id: str) -> tuple[KeptResult, KeptTarget] | None:
    for result in facts.results:
        if result.id == result_id:
            for target in result.targets:
                if target.id == target_id:
                    return result, target
    return None


def show_target(facts: FactsState, result: KeptResult, target: KeptTarget) -> Changed:
    if target.feeds:
        return feed(facts, target)
    place = _place(facts, result, target)
    if place is None:
        return (show_items(facts, result.source),)
    # One item of a list that stands: most progress is of one target of several.
    path, items = f"items/{result.source}", [*facts.case.items[result.source]]
    items[place] = item_of(result, target)
    facts.case.items[result.source] = items
    facts.sources[f"{path}/{place}"] = target.at
    return (path,)


def _place(facts: FactsState, result: KeptResult, target: KeptTarget) -> int | None:
    """Where the list has a target; None where it does not have it, or where the list is not that of the plan."""
    if result.source == COMPETENCIES:
        return None
    place = 0
    for each in facts.results:
        if each.source != result.source:
            continue
        if each.level is not None:
            place += 1
            continue
        for one in each.targets:
            if one is target:
                return place
            place += one.feeds is None
    return None


def feed(facts: FactsState, target: KeptTarget) -> list[str]:
    moved: list[str] = []
    if target.feeds is None:
        return moved
    if target.actual is not None:
        moved.append(facts.told(target.feeds.actual, target.actual, target.at))
    if target.feeds.target and target.target is not None:
        moved.append(facts.told(target.feeds.target, target.target, target.at))
    return moved


def show_items(facts: FactsState, source: str) -> str:
    """A judged result is one item; otherwise every target that feeds no fact is one."""
    items: list[tuple[Item, list[int]]] = []
    for result in facts.results:
        if result.source != source:
            continue
        if result.level is not None:
            items.append((Item(level=result.level, priority=result.ranked), [result.judged_at]))
            continue
        for one in result.targets:
            if one.feeds is None:
                items.append((item_of(result, one), one.at))
    return facts.put_items(source, items)


def establish(facts: FactsState, event: appraisal.FactEstablished, position: int) -> Changed:
    if event.number is not None:
        return (facts.told(event.fact, micro(event.number), [position]),)
    value = event.flag if event.flag is not None else event.word or ""
    return (facts.told(event.fact, value, [position]),)


def withdraw_fact(facts: FactsState, event: appraisal.FactWithdrawn) -> Changed:
    """What a target of the plan feeds counts again; what is measured or told by a programme went before anyway."""
    path = f"facts/{event.fact}"
    if not facts.forgotten(event.fact):
        facts.case.facts.pop(event.fact, None)
        facts.sources.pop(path, None)
    targets = [target for result in facts.results for target in result.targets if target.feeds]
    return {path, *(moved for target in targets if event.fact in facts_fed(target) for moved in feed(facts, target))}
