"""Who is assigned to rate: groups that are heard, taken from where they come from, and enough of them to be heard."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from neraca.domain.command_rules import DRAWN_FROM
from neraca.domain.rater_privacy import FEWEST, FLOORS, NAMED_GROUPS
from neraca.domain.vocabulary import RATER_GROUP, Relation
from neraca.policy.check.subject import Check, Subject
from neraca.policy.findings import Finding
from neraca.policy.model import AssignedGroup, AssigningRule, RaterGroup

_AT = "/workflow/raters"
_SOURCES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        RATER_GROUP[Relation.PEER]: ("unit", "programme", "unit_or_programme"),
        RATER_GROUP[Relation.SUBORDINATE]: ("subordinates",),
        RATER_GROUP[Relation.SUPERVISOR]: ("superior",),
        RATER_GROUP[Relation.SELF]: ("self",),
        RATER_GROUP[Relation.QUALITY_ASSURER]: ("named",),
    }
)
"""Group -> where its raters may be taken from. Citizens answer a survey, and nobody assigns them."""


def raters_are_taken_from_where_they_stand(subject: Subject) -> Iterable[Finding]:
    rule = None if subject.policy.workflow is None else subject.policy.workflow.raters
    if rule is None:
        return
    if not rule.groups:
        yield subject.at(
            f"{_AT}/groups", "nobody is assigned by it (silent no-effect)", "name a group, or take it away"
        )
    heard = {name: _heard(subject, name) for name in rule.groups}
    for name, group in rule.groups.items():
        path = f"{_AT}/groups/{name}"
        if not heard[name]:
            known = sorted({one for panel in subject.policy.panels.values() for one in panel.raters} & _SOURCES.keys())
            yield from subject.unknown(path, "rater group", name, known)
        elif name not in _SOURCES:
            what = f"nobody is assigned to rate as '{name}'"
            yield subject.at(path, what, f"name one of {', '.join(_SOURCES)}")
        else:
            yield from _sound(subject, path, name, group, heard[name])
    yield from _colleagues(subject, rule)


def _heard(subject: Subject, name: str) -> list[RaterGroup]:
    return [panel.raters[name] for panel in subject.policy.panels.values() if name in panel.raters]


def _sound(subject: Subject, path: str, name: str, group: AssignedGroup, heard: list[RaterGroup]) -> Iterable[Finding]:
    sources = _SOURCES[name]
    if group.from_ not in sources:
        what = f"raters of '{name}' are never taken from {group.from_}"
        yield subject.value(f"{path}/from", what, f"write {' or '.join(sources)}")
        return
    if group.count is None:
        return
    if group.from_ not in DRAWN_FROM:
        what = f"nobody is drawn from {group.from_} (silent no-effect)"
        yield subject.at(f"{path}/count", what, "take it away")
        return
    anonymous = name not in NAMED_GROUPS
    least = max([FLOORS.get(name, FEWEST if anonymous else 1), *(one.min for one in heard)])
    if group.count < least:
        what = f"{group.count} are assigned, and it takes {least} for '{name}' to be heard"
        yield subject.value(f"{path}/count", what, f"write at least {least}")
    most = min((one.max for one in heard if one.max is not None), default=None)
    if most is not None and group.count > most:
        what = f"{group.count} are assigned, and a panel takes {most} of '{name}' at most"
        yield subject.value(f"{path}/count", what, f"write at most {most}")


def _colleagues(subject: Subject, rule: AssigningRule) -> Iterable[Finding]:
    """What is said of colleagues where none are assigned."""
    drawn = {one.from_ for one in rule.groups.values()} & DRAWN_FROM
    if rule.together > 1 and not drawn:
        yield subject.at(f"{_AT}/together", "nobody is taken by it (silent no-effect)", "take it away")
    if not rule.mutual and RATER_GROUP[Relation.PEER] not in rule.groups:
        what = "no colleagues are assigned, who could rate each other (silent no-effect)"
        yield subject.at(f"{_AT}/mutual", what, "take it away, or assign raters of 'rekan'")


def whole_groups_are_assigned(subject: Subject) -> Iterable[Finding]:
    """Else nobody could tell who all of them are."""
    rule = None if subject.policy.workflow is None else subject.policy.workflow.raters
    for name, panel in subject.policy.panels.items():
        for group, one in panel.raters.items():
            path = f"/panels/{name}/raters/{group}/all"
            if one.all and (rule is None or group not in rule.groups):
                what = f"nobody is assigned to rate as '{group}', so it is not known who all of them are"
                yield subject.value(path, what, f"take it away, or add '{group}' to workflow/raters/groups")
            elif one.all and (group in NAMED_GROUPS or not (group in FLOORS or one.anonymous)):
                what = f"'{group}' rates by name, and what each gives counts at once"
                yield subject.value(path, what, "take it away")


CHECKS: tuple[Check, ...] = (raters_are_taken_from_where_they_stand, whole_groups_are_assigned)
