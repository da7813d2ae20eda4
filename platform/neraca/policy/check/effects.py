"""Settings that could be written but would do nothing: the platform acts on one value only, and says which."""

from collections.abc import Iterable

from neraca.domain.command_rules import APPRAISER, EMPLOYEE, EVALUATION_STEP, FIXING_STEP, OFFICIAL, REVIEWER
from neraca.domain.facts import UNIT_PREDICATE
from neraca.policy.check.subject import Check, Subject
from neraca.policy.findings import Finding
from neraca.policy.model import Items, Majority
from neraca.policy.source.binding import as_day

YEAR_STARTS = "01-01"
OF_UNIT = "unit_organisasi"
COHORTS = (APPRAISER, OF_UNIT)
"""Who is counted together: the people of one appraiser, which binds; or those of a unit, which is only told."""

COMPETENCIES = "kompetensi"

ROLES = (EMPLOYEE, APPRAISER, REVIEWER, OFFICIAL)
"""Who the platform knows a person to be towards an appraisal."""

APART = frozenset({EMPLOYEE, APPRAISER, REVIEWER})
"""Three people in every appraisal, whatever a policy says."""


def periods_start_with_the_year(subject: Subject) -> Iterable[Finding]:
    start = subject.policy.period.start
    if start != YEAR_STARTS and as_day(f"2001-{start}") is not None:
        what = f"periods are those of the calendar year, so the first starts on 01-01, never on {start} (no effect)"
        yield subject.value("/period/start", what, 'write "01-01"')


def steps_are_taken_by_whom_they_name(subject: Subject) -> Iterable[Finding]:
    workflow = subject.policy.workflow
    if workflow is None:
        return
    evaluation, fixing = workflow.steps.get(EVALUATION_STEP), workflow.steps.get(FIXING_STEP)
    if evaluation is not None and evaluation.role != APPRAISER:
        what = f"'{EVALUATION_STEP}' is always the step of {APPRAISER}, never of '{evaluation.role}' (no effect)"
        yield subject.value(f"/workflow/steps/{EVALUATION_STEP}/role", what, f"write {APPRAISER}")
    if fixing is not None and fixing.role not in ROLES:
        what = f"nobody is ever '{fixing.role}', so an official alone could take this step"
        yield subject.value(f"/workflow/steps/{FIXING_STEP}/role", what, f"write one of {', '.join(ROLES[1:])}")
    if workflow.objection.to not in (EMPLOYEE, REVIEWER):
        what = f"an objection is always decided by {REVIEWER}, never by '{workflow.objection.to}' (no effect)"
        yield subject.value("/workflow/objection/to", what, f"write {REVIEWER}")
    for name, step in workflow.steps.items():
        path = f"/workflow/steps/{name}"
        for key, value in (("until", step.until), ("superior_within", step.superior_within)):
            if value is not None and name != EVALUATION_STEP:
                what = f"only the evaluation of a year has such a limit, which is '{EVALUATION_STEP}' (no effect)"
                yield subject.at(f"{path}/{key}", what, f"take it away, or write it in '{EVALUATION_STEP}'")
        if step.may_change:
            what = "nothing keeps this step from changing other things (no effect)"
            yield subject.at(f"{path}/may_change", what, "take it away", severity="warning")
        for index, role in enumerate(step.distinct_from):
            if name != FIXING_STEP and role in ROLES and {step.role, role} - APART:
                what = f"nothing keeps '{step.role}' and '{role}' apart in this step (no effect)"
                remedy = f"take it away, or write it in '{FIXING_STEP}'"
                yield subject.value(f"{path}/distinct_from/{index}", what, remedy, severity="warning")


def people_are_counted_by_unit(subject: Subject) -> Iterable[Finding]:
    rule = subject.policy.distribution
    if rule is None:
        return
    if rule.cohort not in COHORTS:
        what = f"people are counted together by their appraiser or unit, never by '{rule.cohort}' (no effect)"
        yield subject.value("/distribution/cohort", what, f"write {' or '.join(COHORTS)}")
    if rule.select_by != UNIT_PREDICATE:
        what = f"a curve is always picked by {UNIT_PREDICATE}, never by '{rule.select_by}' (no effect)"
        yield subject.value("/distribution/select_by", what, f"write {UNIT_PREDICATE}")
    if rule.mode == "enforce" and rule.cohort == OF_UNIT:
        what = "no result is held back for its unit: enforce only tells, as advisory does (no effect)"
        yield subject.value("/distribution/mode", what, f"write advisory, or cohort: {APPRAISER}", severity="warning")


def lists_can_be_filled(subject: Subject) -> Iterable[Finding]:
    """An item that is judged by a level brings no weight; a competency has neither."""
    for name, indicator in subject.policy.indicators.items():
        path, measure = f"/indicators/{name}/measure", indicator.measure
        if not isinstance(measure, Items | Majority):
            continue
        if measure.source == COMPETENCIES and measure.item == "level":
            what = f"'{COMPETENCIES}' are assessed by the level required and reached, never by a word: always missing"
            if isinstance(measure, Majority):
                yield subject.value(f"{path}/source", what, "name another source")
            else:
                yield subject.value(f"{path}/item", what, "write item: ratio, or name another source")
        elif measure.weights == "declared" and (measure.item == "level" or measure.source == COMPETENCIES):
            what = "these items never bring a weight, so the list would always be missing"
            yield subject.value(f"{path}/weights", what, "write weights: equal")


def guides_say_something(subject: Subject) -> Iterable[Finding]:
    for name, indicator in subject.policy.indicators.items():
        path, guides = f"/indicators/{name}/guides/texts", indicator.guides
        if guides is not None and not guides.texts:
            yield subject.at(path, "no guide is there to look at (no effect)", "write one, or take 'guides' away")
        for index, text in enumerate(() if guides is None else guides.texts):
            if not any(word.strip() for word in text.values()):
                yield subject.at(f"{path}/{index}", "says nothing", "write it in a language, or take it away")


CHECKS: tuple[Check, ...] = (
    periods_start_with_the_year,
    steps_are_taken_by_whom_they_name,
    people_are_counted_by_unit,
    lists_can_be_filled,
    guides_say_something,
)
