"""Agency files: read as strictly as policies, and the policies they adopt looked up."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date
from itertools import combinations
from typing import TypeAlias

from msgspec import Struct

from neraca.domain.agency import POST_CLASSES, Adoption, Agency, deadline
from neraca.domain.command_rules import TimeLimit
from neraca.domain.development.candidacy_facts import is_predicate, told_of_candidates
from neraca.domain.facts import FROM_THE_LEDGER, REPORTS_ACCEPTED
from neraca.domain.remuneration.told_facts import FOR_ALLOWANCE, FOR_CREDIT, OF_A_NODE, REPORTS_DUE, REPORTS_IN_TIME
from neraca.domain.text_kinds import counted
from neraca.policy.check.cases import facts_read
from neraca.policy.compiled.rulebook import span
from neraca.policy.findings import Finding, Origin, finding, nearest
from neraca.policy.model import Policy, Table
from neraca.policy.source.binding import fill
from neraca.policy.source.inheritance import Resolved
from neraca.policy.source.yaml_tree import Leaf, Map, find, paths

SCHEMA = "neraca-agency/1"

_ORIGIN = re.compile(r"https?://[0-9A-Za-z.\[\]:-]+")

REPORTS = frozenset({REPORTS_DUE, REPORTS_IN_TIME})

DOUBTFUL = ("unverified", "illustrative")
"""Statuses of a reference that a production agency may not rest on."""


class Missed(Struct, frozen=True):
    """Why an adopted policy can't be had. `part` is the key at fault: `id` or `version`."""

    part: str
    what: str
    remedy: str


Find: TypeAlias = Callable[[str, int], Resolved | Missed]


class Source(Struct, frozen=True):
    """An agency with its places. `broken` are the paths of the wrong shape."""

    agency: Agency
    document: Map
    origins: Mapping[str, Origin]
    broken: frozenset[str]

    def is_broken(self, path: str) -> bool:
        """Whether a stand-in stands here, or somewhere below."""
        return any(f"{broken}/".startswith(f"{path}/") for broken in self.broken)

    def at(self, path: str, what: str, remedy: str, *, warning: bool = False) -> Finding:
        """A finding at the plain value, the item or else the key at this path, or at the nearest above it."""
        tree, above = find(self.document, path), path
        while above and above not in self.origins:
            above = above.rpartition("/")[0]
        place = tree.at if isinstance(tree, Leaf) else self.origins.get(above, self.document.at)
        return finding(place, path, what, remedy, "warning" if warning else "error")


def read(document: Map) -> tuple[Source, list[Finding]]:
    agency, found, broken = fill(document, Agency)
    return Source(agency, document, paths(document), broken), found


def check(
    source: Source, find_policy: Find, time_zones: Collection[str] | None, today: date | None = None
) -> list[Finding]:
    """`time_zones` are the names the machine knows; None leaves the time zone unchecked. `today` is the day for which a
    calendar must be there; None asks only for the years that are written down.
    """
    clock = None if today is None else _longest_clock(source, find_policy, today)
    found = [
        *_named_like_its_folder(source),
        *_time_zone_is_known(source, time_zones),
        *_speaks_its_languages(source),
        *_has_units_and_working_days(source),
        *_knows_the_holidays(source, today, clock),
        *_signs_in_where_it_is_safe(source),
        *_reports_as_often_as_it_counts(source, find_policy),
        *_adopts_sound_policies(source, find_policy),
        *_facts_of_what_is_paid_can_be_established(source, find_policy),
    ]
    # A stand-in for what has the wrong shape is not judged: the shape is what is told.
    return [one for one in found if not any(f"{one.path}/".startswith(f"{path}/") for path in source.broken)]


def _named_like_its_folder(source: Source) -> Iterable[Finding]:
    folders = source.document.at.file.replace("\\", "/").split("/")[:-1]
    if folders and folders[-1] != source.agency.id:
        what = f"'{source.agency.id}' is not the name of its folder, '{folders[-1]}'"
        yield source.at("/id", what, "rename one of the two")


def _time_zone_is_known(source: Source, time_zones: Collection[str] | None) -> Iterable[Finding]:
    zone = source.agency.time_zone
    if time_zones is not None and zone not in time_zones:
        close = nearest(zone, sorted(time_zones))
        remedy = f"did you mean '{close}'?" if close else "write Asia/Jakarta, Asia/Makassar or Asia/Jayapura"
        yield source.at("/time_zone", f"unknown time zone '{zone}'", remedy)


def _speaks_its_languages(source: Source) -> Iterable[Finding]:
    agency = source.agency
    if not agency.languages:
        yield source.at("/languages", "no language", "name at least one, such as id")
    names = {"/name": agency.name} | {f"/units/{key}/name": unit.name for key, unit in agency.units.items()}
    for path, name in names.items():
        for language in agency.languages:
            if language not in name:
                yield source.at(path, f"no name in '{language}'", f"add '{language}', or take it out of languages")


def _signs_in_where_it_is_safe(source: Source) -> Iterable[Finding]:
    sign_in = source.agency.sign_in
    if sign_in is None:
        return
    if not sign_in.issuer.startswith("https:") and not sign_in.private_network:
        what = f"'{sign_in.issuer}' is plain HTTP, where anybody between may say who somebody is"
        yield source.at("/sign_in/issuer", what, "write https://, or private_network: true for a trial on one machine")
    if "?" in sign_in.issuer or "#" in sign_in.issuer:
        what = f"'{sign_in.issuer}' is no issuer"
        yield source.at("/sign_in/issuer", what, "leave out what follows ? or #")
    if (pages := sign_in.pages) is None:
        return
    if not pages.startswith("https:") and not sign_in.private_network:
        what = f"'{pages}' is plain HTTP, where anybody between may be whoever signs in"
        yield source.at("/sign_in/pages", what, "write https://, or private_network: true for a trial on one machine")
    if not _ORIGIN.fullmatch(pages):
        what = f"'{pages}' is not where pages begin"
        yield source.at("/sign_in/pages", what, "write scheme, host and port, and nothing behind them")


def _has_units_and_working_days(source: Source) -> Iterable[Finding]:
    agency = source.agency
    if not agency.units:
        yield source.at("/units", "no units", "add at least one office")
    if not agency.working_week:
        yield source.at("/working_week", "no working days", "name some, as in [mon, tue, wed, thu, fri]")
    for index, day in enumerate(agency.working_week):
        if day in agency.working_week[:index]:
            yield source.at(f"/working_week/{index}", f"'{day}' is there twice", "name it once")


DECREED = 10
"""By this month the holidays of the next year are decreed (SKB 3 Menteri), so that they can be listed."""


class Clock(Struct, frozen=True):
    """A legal period in working days that starts today, by the policy of an adoption. `lacking` are the years up to its
    last day of which the agency lists no holiday."""

    adoption: Adoption
    days: int
    ends: date
    lacking: frozenset[int]


def _longest_clock(source: Source, find_policy: Find, today: date) -> Clock | None:
    """The one of most days that may start today; results of a policy's last year are still open in the next."""
    agency = source.agency
    if not agency.working_week or source.is_broken("/holidays") or source.is_broken("/working_week"):
        return None
    found: list[Clock] = []
    known = {day.year for day in agency.holidays}
    for index, adoption in enumerate(agency.policies):
        policy = find_policy(adoption.id, adoption.version)
        begun = adoption.from_ <= today and (adoption.to is None or today.year <= adoption.to.year + 1)
        if isinstance(policy, Missed) or not begun or source.is_broken(f"/policies/{index}"):
            continue
        if days := _working_days_at_most(policy.policy):
            ends = deadline(agency, today, TimeLimit(days, working=True))
            years = frozenset(range(today.year, ends.year + 1))
            found.append(Clock(adoption, days, ends, years - known))
    return max(found, key=lambda one: one.days, default=None)


def _working_days_at_most(policy: Policy) -> int:
    """Of each step, and of an objection with the decision that follows it."""
    if policy.workflow is None:
        return 0
    objection = policy.workflow.objection
    chains = [[step.within] for step in policy.workflow.steps.values()]
    chains.append([one for one in (objection.within, objection.decide_within) if one is not None])
    return max(sum(limit.days for limit in map(span, chain) if limit.working) for chain in chains)


def _knows_the_holidays(source: Source, today: date | None, clock: Clock | None) -> Iterable[Finding]:
    """For each year a policy is adopted in; of one without an end, up to the last year that has any, to this year, and
    to the next as soon as its holidays are known. A year that a period which starts today runs into is a mistake: what
    is counted in it would end too early.
    """
    agency = source.agency
    if source.is_broken("/holidays"):
        return
    known = {day.year for day in agency.holidays}
    if clock is not None and clock.lacking:
        years = ", ".join(map(str, sorted(clock.lacking)))
        what = (
            f"no holidays in {years}, and {counted(clock.days, 'working day')} that start today, by "
            f"{clock.adoption.id} version {clock.adoption.version}, end on {clock.ends}"
        )
        yield source.at("/holidays", what, "list them, or people lose days in which they may object")
        known |= clock.lacking
    last = max(known, default=date.min.year)
    if today is not None:
        last = max(last, today.year + (today.month >= DECREED))
    for index, adoption in enumerate(agency.policies):
        if source.is_broken(f"/policies/{index}"):
            continue
        first = adoption.from_.year
        end = max(first, last) if adoption.to is None else adoption.to.year
        lacking = [str(year) for year in range(first, end + 1) if year not in known]
        if lacking:
            said = ", ".join(lacking[:3]) + (f" and {len(lacking) - 3} more" if len(lacking) > 3 else "")
            what = f"no holidays in {said}, when {adoption.id} version {adoption.version} is adopted"
            remedy = "list them, or deadlines in working days come too early"
            yield source.at("/holidays", what, remedy, warning=True)


def _reports_as_often_as_it_counts(source: Source, find_policy: Find) -> Iterable[Finding]:
    """A policy that counts days with a report asks for one each day, unless it says itself how often it asks."""
    reporting = source.agency.reporting
    if (reporting.cadence == "daily") != reporting.daily:
        what = f"reports are {reporting.cadence}, yet daily is {'true' if reporting.daily else 'false'}"
        yield source.at("/reporting/daily", what, "write cadence: daily and daily: true, or monthly and false")
        return
    for index, adoption in enumerate(source.agency.policies):
        found = find_policy(adoption.id, adoption.version)
        if isinstance(found, Missed) or found.policy.abstract:
            continue
        says = found.policy.reporting
        daily = reporting.daily if says is None else says.cadence == "daily"
        if not daily and REPORTS_ACCEPTED in facts_read(found.policy):
            what = f"'{adoption.id}' counts days with a report, and this agency asks for none daily"
            remedy = "write reporting: {cadence: daily, daily: true}, or adopt a policy without it"
            yield source.at(f"/policies/{index}/id", what, remedy, warning=True)


def _adopts_sound_policies(source: Source, find_policy: Find) -> Iterable[Finding]:
    agency = source.agency
    if not agency.policies:
        yield source.at("/policies", "adopts no policy", "add one, or nobody can be appraised", warning=True)
    there: dict[int, Resolved] = {}
    for index, adoption in enumerate(agency.policies):
        path = f"/policies/{index}"
        if adoption.to is not None and adoption.to < adoption.from_:
            what = f"ends {adoption.to}, before it starts on {adoption.from_}"
            yield source.at(f"{path}/to", what, "write a later day, or null")
        found = find_policy(adoption.id, adoption.version)
        if isinstance(found, Missed):
            yield source.at(f"{path}/{found.part}", found.what, found.remedy)
            continue
        if not source.is_broken(path):
            there[index] = found
        yield from _in_force(source, index, found)
        yield from _fit_to_adopt(source, path, found)
    yield from _classes_are_named_once(source)
    yield from _one_at_a_time(source, there)
    yield from _every_class_has_a_rule(source, there)
    yield from _candidates_of_each_predicate(source, there)


def _in_force(source: Source, index: int, resolved: Resolved) -> Iterable[Finding]:
    adoption, effective = source.agency.policies[index], resolved.policy.effective
    start, end = date.fromisoformat(effective.from_), effective.to and date.fromisoformat(effective.to)
    if adoption.from_ < start:
        what = f"adopted from {adoption.from_}, but the policy rules from {start}"
        yield source.at(f"/policies/{index}/from", what, "start later, or adopt an earlier version")
    if end and (adoption.to is None or adoption.to > end):
        what = f"adopted to {adoption.to or 'no set day'}, but the policy rules to {end}"
        yield source.at(f"/policies/{index}/to", what, "end earlier, or adopt a later version after it")


def _fit_to_adopt(source: Source, path: str, resolved: Resolved) -> Iterable[Finding]:
    if resolved.policy.abstract:
        what = f"'{resolved.policy.id}' is abstract"
        yield source.at(f"{path}/id", what, "adopt a policy that extends it")
    doubtful = [name for name, ref in resolved.policy.references.items() if ref.status in DOUBTFUL]
    if source.agency.stage == "production" and doubtful:
        what = f"rests on unverified or illustrative references: {', '.join(doubtful)}"
        remedy = "verify them, or have an approver name the override"
        yield source.at(f"{path}/id", what, remedy, warning=True)


def _one_at_a_time(source: Source, there: Mapping[int, Resolved]) -> Iterable[Finding]:
    for (first, one), (second, other) in combinations(there.items(), 2):
        a, b = source.agency.policies[first], source.agency.policies[second]
        line = source.origins[f"/policies/{first}"].line
        if one.policy.decides == other.policy.decides and _share_people(a, b):
            what = f"overlaps the policy at line {line}: two for the same days and purpose"
            remedy = "let one end the day before the other starts"
            if a.classes is not None or b.classes is not None:
                whom = ", ".join(name for name in POST_CLASSES if name in a.members & b.members)
                what = f"overlaps the policy at line {line}: two for {whom} on the same days"
                remedy += ", or name other classes"
            yield source.at(f"/policies/{second}/from", what, remedy)
        elif (a.id, a.version) == (b.id, b.version):
            what = f"is adopted at line {line} already, and a version is adopted once"
            yield source.at(f"/policies/{second}/version", what, "write its days and classes there, or another version")


def _every_class_has_a_rule(source: Source, there: Mapping[int, Resolved]) -> Iterable[Finding]:
    """Where some classes are appraised, the others are too, from day to day; or nobody could open their appraisals."""
    ruling = {index: source.agency.policies[index] for index, one in there.items() if one.policy.purpose == "predicate"}
    told: set[tuple[int, str]] = set()
    for day in sorted({one.from_ for one in ruling.values()}):
        holding = [(index, one) for index, one in ruling.items() if one.holds(day)]
        covered = frozenset[str]().union(*(one.members for _, one in holding))
        lacking = ", ".join(name for name in POST_CLASSES if name not in covered)
        last = holding[-1][0]
        if lacking and (last, lacking) not in told:
            told.add((last, lacking))
            what = f"on {day} no policy is for {lacking}: nobody of such a post can be appraised"
            remedy = "add them here, or adopt a policy for them"
            yield source.at(f"/policies/{last}/classes", what, remedy, warning=True)


def _candidates_of_each_predicate(source: Source, there: Mapping[int, Resolved]) -> Iterable[Finding]:
    """Who is considered by results is considered whatever the result is called by the policies that gave it."""
    for index, one in there.items():
        if one.policy.purpose != "candidacy":
            continue
        wanted = {
            predicate
            for at, other in there.items()
            if other.policy.purpose == "predicate"
            and _share_people(source.agency.policies[index], source.agency.policies[at])
            for predicate in other.policy.predicates
        }
        for name, indicator in one.policy.indicators.items():
            table = indicator.measure
            if not isinstance(table, Table) or not is_predicate(table.fact):
                continue
            lacking = ", ".join(f"'{word}'" for word in sorted(wanted - table.values.keys()))
            if lacking:
                what = f"'{one.policy.id}' has no number for {lacking} in indicator '{name}', which people here may get"
                yield source.at(f"/policies/{index}/id", what, "add them to its table, or adopt another")


def _classes_are_named_once(source: Source) -> Iterable[Finding]:
    for index, adoption in enumerate(source.agency.policies):
        classes, path = adoption.classes, f"/policies/{index}/classes"
        if classes is None:
            continue
        if not classes:
            yield source.at(path, "no classes, so it is for nobody", "name some, or leave it out for all")
        for place, name in enumerate(classes):
            if name in classes[:place]:
                yield source.at(f"{path}/{place}", f"'{name}' is there twice", "name it once")


def _facts_of_what_is_paid_can_be_established(source: Source, find_policy: Find) -> Iterable[Finding]:
    """What is paid or credited rests on an appraisal: on its result and nodes, on what an official establishes in it as
    its own policy reads it, and on what the ledger tells of the person, the period and the month.
    """
    there = {
        index: found.policy
        for index, adoption in enumerate(source.agency.policies)
        if not isinstance(found := find_policy(adoption.id, adoption.version), Missed)
        and not source.is_broken(f"/policies/{index}")
    }
    for index, policy in there.items():
        if policy.purpose == "predicate":
            continue
        told = _told_by_the_ledger(policy, source.agency)
        # Of a candidate nothing is told that only an appraisal establishes.
        established = policy.purpose != "candidacy"
        ruling = [
            (facts_read(other) if established else frozenset[str]())
            | told
            | {f"{OF_A_NODE}{name}" for name in (*other.nodes, *other.indicators)}
            for at, other in there.items()
            if other.purpose == "predicate" and _share_people(source.agency.policies[index], source.agency.policies[at])
        ]
        wanted = sorted(facts_read(policy) - FROM_THE_LEDGER)
        lacking = [fact for fact in wanted if not ruling or not all(fact in given for given in ruling)]
        if lacking:
            if not told.issuperset(REPORTS) and not REPORTS.isdisjoint(lacking):
                what = f"'{policy.id}' counts reports that come in time, and this agency does not say when one does"
                yield source.at("/reporting", what, "write in_time_days, such as 5, in reporting")
                continue
            names = ", ".join(f"'{fact}'" for fact in lacking)
            what = f"'{policy.id}' reads {names}, which nobody can establish: no appraisal of the same days reads it"
            remedy = "name it in required_facts of the policy that people are appraised by, or leave this one out"
            yield source.at(f"/policies/{index}/id", what, remedy)


def _told_by_the_ledger(policy: Policy, agency: Agency) -> frozenset[str]:
    if policy.candidacy is not None:
        return told_of_candidates(policy.candidacy.periods)
    told = FOR_CREDIT if policy.purpose == "credit" else FOR_ALLOWANCE
    return told if agency.reporting.in_time_days is not None else told - REPORTS


def _share_people(one: Adoption, other: Adoption) -> bool:
    """Whether somebody is under both on some day."""
    return (
        bool(one.members & other.members)
        and one.from_ <= (other.to or date.max)
        and other.from_ <= (one.to or date.max)
    )
