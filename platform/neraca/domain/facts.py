"""The one fold from events to a case: live scores, replay, explanation and what-if all read facts through it.

`Facts` belongs to one appraisal. Whoever follows the log hands it each event that concerns it: those of its own stream,
the attendance and sanctions of its employee, the survey and achievement of its unit and period. `apply` changes the
facts in place (they belong to the fold alone: copying would cost more than the rest of a replay) and says which inputs
moved.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Literal, TypeAlias, assert_never

from msgspec import UNSET, Struct, UnsetType, field
from msgspec.structs import replace

from neraca.domain.achievement import AchievementEvent, AchievementPublished, AchievementRevised
from neraca.domain.appraisal import events as appraisal
from neraca.domain.attendance import AttendanceCorrected, AttendanceEvent, AttendanceRecorded
from neraca.domain.case import MICRO, Case, Fact, Item, Micro, Sources, SurveyElement, digest_of, micro
from neraca.domain.event_facets import WithoutFacts
from neraca.domain.measured_facts import Measured
from neraca.domain.programme.member_facts import MemberFacts, Programmes
from neraca.domain.roster import EmployeeSanctioned, RosterEvent, SanctionLifted, SanctionRevised
from neraca.domain.service_times.events import ServiceTimesConfirmed, ServiceTimesEvent
from neraca.domain.survey import SurveyClosed, SurveyEvent
from neraca.domain.vocabulary import RATER_GROUP, Priority, Relation, Severity

REPORTS_ACCEPTED = "laporan_disetujui"
REQUIRED_DAYS = "hari_kerja_wajib"
ABSENT_DAYS = "hari_tanpa_keterangan"
TIMES_LATE = "kali_terlambat"
TIMES_LEFT_EARLY = "kali_pulang_awal"
UNIT_INDEX = "capaian_iku_perangkat_daerah"
UNIT_PREDICATE = "predikat_organisasi"

ALIGNED_RESULTS = "hasil_selaras"
PLANNED_RESULTS = "hasil_direncanakan"
"""How many of the planned results lead to a goal of the region, and how many there are, as they were counted last."""

HEADED_UNIT_PREDICATE = "predikat_unit_dipimpin"
"""What the unit achieved that the employee heads: an official vouches for it, and a result is held to the record."""

SANCTION = "hukuman_disiplin"

NO_SANCTION = "tidak_ada"

COMPETENCIES = "kompetensi"
"""The item list that assessed competencies fill; no plan may."""

UNWRITTEN: Mapping[str, str] = MappingProxyType({SANCTION: NO_SANCTION})
"""Words for what the ledger has no event for: without one, the fact is absent from a case and means this word."""

FROM_THE_LEDGER = frozenset(
    {
        REPORTS_ACCEPTED,
        REQUIRED_DAYS,
        ABSENT_DAYS,
        TIMES_LATE,
        TIMES_LEFT_EARLY,
        UNIT_INDEX,
        UNIT_PREDICATE,
        SANCTION,
        ALIGNED_RESULTS,
        PLANNED_RESULTS,
    }
)
"""Facts the ledger counts itself; nobody may establish them by hand."""

FactsEvent: TypeAlias = (
    appraisal.AppraisalEvent
    | AttendanceEvent
    | RosterEvent
    | SurveyEvent
    | AchievementEvent
    | ServiceTimesEvent
    | MemberFacts
)
"""What the streams hold from which an appraisal's facts are gathered; of a programme, what it says of the employee."""

Changed: TypeAlias = Iterable[str]
"""Case inputs that moved: `facts/<name>`, `ratings/<indicator>`, `items/<source>`, `surveys/<name>`."""

_NOTHING: tuple[str, ...] = ()
_NOWHERE: tuple[int, ...] = ()
_NO_GROUPS: Mapping[str, list[Micro]] = MappingProxyType({})
_SEVERITY = [Severity.LIGHT, Severity.MODERATE, Severity.SEVERE]


class _Target(Struct):
    """`planned` are the positions of its approval, draft and revisions, `reported` of the progress that counts."""

    id: str
    target: Micro | None
    weight: Micro | None
    polarity: Literal["max", "min"]
    feeds: appraisal.Feeds | None
    planned: list[int]
    reported: list[int] = []
    actual: Micro | None = None
    until: date | None = None

    @property
    def at(self) -> list[int]:
        return [*self.planned, *self.reported]


class _Result(Struct):
    """`priority` is only told of additional results: of main ones nothing more is kept than before there was any."""

    id: str
    source: str
    targets: list[_Target]
    level: str | None = None
    judged_at: int = 0
    priority: Literal["tambahan"] | UnsetType = UNSET

    @property
    def ranked(self) -> Literal["utama", "tambahan"]:
        return "utama" if self.priority is UNSET else self.priority


class _Pending(Struct):
    """A report not yet accepted or returned; `target` None is a day's activity."""

    at: int
    day: date
    result: str | None = None
    target: str | None = None
    actual: Micro | None = None
    working_day: bool = True


class Rater(Struct):
    group: str
    scores: dict[str, Micro]
    at: dict[str, int]
    hidden: bool = False
    sealed: bool | UnsetType = UNSET


class _Month(Struct):
    required: int
    absent: int
    late: int
    left_early: int
    at: int


class _Sanction(Struct):
    """`at` are the positions it rests on."""

    decree: str
    severity: Severity
    at: list[int]


class Facts(Struct):
    """`case` is what a policy judges, `sources` the log positions of its values; the rest is the fold's memory.

    What is listed is in order of the log or of a key, never of a dict: a stored row comes back with another.
    `active_days` are the working days with an accepted report, from the first of the period; `off_days` the other days.
    `gone` is what was reported and judged of what was taken over, as it may be given back; told where there is any.
    `assigned` are those who are to rate, each with the group.
    `measured` are facts of the unit and what was told of the same; told where there are any.
    `programmes` is what programmes tell of the employee, which goes before all else; told where there is any.
    """

    starts: date
    ends: date
    case: Case = field(default_factory=Case)
    sources: Sources = field(default_factory=dict[str, list[int]])
    drafted: list[appraisal.PlannedResult] = []
    drafted_at: int = 0
    results: list[_Result] = []
    pending: dict[str, _Pending] = field(default_factory=dict[str, _Pending])
    raters: dict[str, Rater] = field(default_factory=dict[str, Rater])
    months: dict[str, _Month] = field(default_factory=dict[str, _Month])
    sanctions: list[_Sanction] = []
    active_days: list[int] = []
    off_days: list[int] = []
    gone: list[_Result] | UnsetType = UNSET
    assigned: dict[str, str] | UnsetType = UNSET
    measured: Measured | UnsetType = UNSET
    programmes: Programmes | UnsetType = UNSET

    def apply(self, event: FactsEvent, position: int) -> Changed:
        """Takes an event that concerns this appraisal into the facts, and returns the inputs that moved."""
        match event:
            case appraisal.ActivityReported():
                self.pending[event.report] = _Pending(position, event.day, working_day=event.working_day)
            case appraisal.ProgressReported():
                self.pending[event.report] = _Pending(
                    position, event.until, event.result, event.target, micro(event.actual)
                )
            case appraisal.ReportAccepted():
                return self._accept(self.pending.pop(event.report), position)
            case appraisal.ReportReturned():
                self.pending.pop(event.report)
            case appraisal.Rated():
                return self._rate(event, position)
            case appraisal.RatingRevised():
                return self._revise_rating(event, position)
            case appraisal.RatingWithdrawn():
                return self._withdraw(event.rater)
            case appraisal.RatersAssigned():
                self._assign((rater, group.relation) for group in event.groups for rater in group.raters)
            case appraisal.RaterNamed():
                self._assign([(event.rater, event.relation)])
            case appraisal.RaterDeclined() | appraisal.RaterReplaced():
                self._assign([] if event.instead is None else [(event.instead, event.relation)], gone=event.rater)
            case AttendanceRecorded() | AttendanceCorrected():
                return self._attend(event, position)
            case appraisal.PlanDrafted():
                self.drafted, self.drafted_at = event.results, position
            case appraisal.PlanApproved():
                return self._adopt_plan(position)
            case appraisal.PlanTaken():
                return self._take_plan(event, position)
            case appraisal.PlanChangeAgreed():
                return self._change_plan(event, position)
            case appraisal.TargetRevised():
                return self._revise_target(event, position)
            case appraisal.ResultTakenOver():
                return self._take_over(event, position)
            case appraisal.TakeOverRevised():
                return self._revise_take_over(event, position)
            case appraisal.LevelJudged():
                return self._judge(event, position)
            case appraisal.AlignmentCounted():
                aligned = self._fact(ALIGNED_RESULTS, event.aligned * MICRO, [*event.links, position])
                return (aligned, self._fact(PLANNED_RESULTS, event.planned * MICRO, [position]))
            case appraisal.CompetenciesAssessed():
                return self._assess(event, position)
            case appraisal.FactEstablished():
                return self._establish(event, position)
            case appraisal.FactWithdrawn():
                return self._withdraw_fact(event)
            case SurveyClosed():
                return self._survey(event, position)
            case AchievementPublished() | AchievementRevised():
                self._fact(UNIT_PREDICATE, event.predicate, [position])
                return (f"facts/{UNIT_PREDICATE}", self._fact(UNIT_INDEX, micro(event.index), [position]))
            case ServiceTimesConfirmed():
                return self._measure(event, position)
            case EmployeeSanctioned():
                return self._sanction(event, position)
            case SanctionRevised() | SanctionLifted():
                return self._revise_sanction(event, position)
            case MemberFacts():
                return self._member(event, position)
            case WithoutFacts():
                pass
            case _:
                assert_never(event)
        return _NOTHING

    def leave_unit(self) -> Changed:
        """The employee moved: what the old unit's survey, achievement and times said no longer counts here."""
        gone = [f"facts/{name}" for name in (UNIT_INDEX, UNIT_PREDICATE) if self.case.facts.pop(name, None) is not None]
        gone += [f"surveys/{name}" for name in self.case.surveys]
        self.case.surveys.clear()
        for path in gone:
            self.sources.pop(path, None)
        hidden = self._hide_programmes()
        return [*gone, *hidden, *self._unmeasured(), *self._show_programmes()]

    def remarks(self) -> dict[str, str]:
        """What is to be said of an input besides its value, by its path in the case."""
        if not self.off_days:
            return {}
        return {f"facts/{REPORTS_ACCEPTED}": f"accepted reports of no working day, not counted: {len(self.off_days)}"}

    def digest(self, surveys: Collection[str] | None = None, ranked: Collection[str] = ()) -> str:
        """Hex sha256 of the case in canonical JSON (keys sorted, numbers in micro), as a policy sees it that asks only
        of the lists in `ranked` which results are main.

        With `surveys`, of the case as a policy sees it that reads these only: a unit may hold others.
        """
        case = self.case
        if surveys is not None and case.surveys.keys() - surveys:
            case = replace(case, surveys={k: v for k, v in case.surveys.items() if k in surveys})
        return digest_of(ranked_in(case, ranked))

    def _fact(self, name: str, value: Fact, at: list[int]) -> str:
        path = f"facts/{name}"
        self.case.facts[name] = value
        self.sources[path] = at
        return path

    def _told(self, name: str, value: Fact, at: list[int]) -> str:
        """Of the appraisal itself: what is measured of the unit goes before, and before that what a programme tells."""
        if self.measured and self.measured.hear(name, value, at):
            return f"facts/{name}"
        if self.programmes and self.programmes.shown.hear(name, value, at):
            return f"facts/{name}"
        return self._fact(name, value, at)

    def _forgotten(self, name: str) -> bool:
        """Drops what was told of a fact that is kept aside, and returns whether it is."""
        if self.measured and self.measured.forget(name):
            return True
        return bool(self.programmes) and self.programmes.shown.forget(name)

    def _member(self, event: MemberFacts, position: int) -> Changed:
        """What programmes come to for the employee, of whose periods one has been concluded or corrected."""
        if not event.counts_in(self.starts, self.ends):
            return _NOTHING
        hidden = self._hide_programmes()
        self.programmes = (self.programmes or Programmes()).hearing(event, position)
        # In the order of names, as nothing may hang on that of a set.
        return sorted({*hidden, *self._show_programmes()})

    def _hide_programmes(self) -> list[str]:
        return self.programmes.hide(self.case, self.sources) if self.programmes else []

    def _show_programmes(self) -> list[str]:
        if not self.programmes:
            return []
        return self.programmes.show(self.starts, self.ends, self.case, self.sources)

    def _measure(self, event: ServiceTimesConfirmed, position: int) -> Changed:
        """In the place of what was confirmed before."""
        hidden = self._hide_programmes()
        moved, now = self._unmeasured(), Measured()
        taken = [now.take(one.fact, micro(one.number), [position], self.case, self.sources) for one in event.facts]
        self.measured = now if now.names else UNSET
        return {*hidden, *moved, *taken, *self._show_programmes()}

    def _unmeasured(self) -> list[str]:
        if not self.measured:
            return []
        moved, self.measured = self.measured.leave(self.case, self.sources), UNSET
        return moved

    def _accept(self, report: _Pending, position: int) -> Changed:
        if report.target is None:
            return self._accept_activity(report, position)
        found = self._found(report.result, report.target)
        if found is None:
            # The plan of the year was revised since it was sent, and has the target no longer; or it was taken over.
            for gone in self.gone or ():
                for one in gone.targets:
                    if (gone.id, one.id) == (report.result, report.target):
                        _reported(one, report, position)
            return _NOTHING
        result, target = found
        return self._show_target(result, target) if _reported(target, report, position) else _NOTHING

    def _accept_activity(self, report: _Pending, position: int) -> Changed:
        day = (report.day - self.starts).days
        days = self.active_days if report.working_day else self.off_days
        # A day counts once, however many reports it has.
        if day in days:
            return _NOTHING
        if not report.working_day:
            self.off_days.append(day)
            return _NOTHING
        self.active_days.append(day)
        path = f"facts/{REPORTS_ACCEPTED}"
        self.case.facts[REPORTS_ACCEPTED] = len(self.active_days) * MICRO
        self.sources.setdefault(path, []).append(position)
        return (path,)

    def _adopt_plan(self, position: int) -> Changed:
        self.results = [_planned(result, [position, self.drafted_at]) for result in self.drafted]
        self.drafted, self.gone = [], UNSET
        changed = {path for r in self.results for t in r.targets for path in self._feed(t)}
        for source in {result.source for result in self.results}:
            changed.add(self._show_items(source))
        return changed

    def _take_plan(self, event: appraisal.PlanTaken, position: int) -> Changed:
        """What was reported and judged of a target or result that is still there stays, and of one that the leader took
        over it stays aside.
        """
        before = {(result.id, target.id): target for result in self.results for target in result.targets}
        judged = {result.id: (result.level, result.judged_at) for result in self.results}
        lists, fed = {result.source for result in self.results}, _fed(self.results)
        over = {one.result for one in event.taken_over} - {result.id for result in event.results}
        self.gone = [one for one in (*(self.gone or ()), *self.results) if one.id in over] or UNSET
        self.results = [_planned(result, [position]) for result in event.results]
        for result in self.results:
            result.level, result.judged_at = judged.get(result.id, (None, 0))
            for target in result.targets:
                if (known := before.get((result.id, target.id))) is not None:
                    target.actual, target.until, target.reported = known.actual, known.until, known.reported
        return self._show_plan(lists, fed)

    def _change_plan(self, event: appraisal.PlanChangeAgreed, position: int) -> Changed:
        """What was reported and judged of a target or result that is still there stays; what is as it was rests on what
        it rested on.
        """
        before = {(result.id, target.id): target for result in self.results for target in result.targets}
        judged = {result.id: (result.level, result.judged_at) for result in self.results}
        lists, fed = {result.source for result in self.results}, _fed(self.results)
        self.results = [_planned(result, [position]) for result in event.results]
        for result in self.results:
            result.level, result.judged_at = judged.get(result.id, (None, 0))
            for target in result.targets:
                if (known := before.get((result.id, target.id))) is not None:
                    target.planned = known.planned if _alike(target, known) else [*known.planned, position]
                    target.actual, target.until, target.reported = known.actual, known.until, known.reported
        return self._show_plan(lists, fed)

    def _take_over(self, event: appraisal.ResultTakenOver, position: int) -> Changed:
        """Of the result that left the plan stays what counts; what was reported and judged of that stays too."""
        lists, fed = {result.source for result in self.results}, _fed(self.results)
        results: list[_Result] = []
        for result in self.results:
            if result.id == event.taken.result:
                self._set_aside(result, event.counts.keys())
                result.targets = [target for target in result.targets if target.id in event.counts]
                for target in result.targets:
                    if (amount := event.counts[target.id]) is not None:
                        target.target = micro(amount)
                    target.planned.append(position)
            if result.targets:
                results.append(result)
        self.results = results
        return self._show_plan(lists, fed)

    def _set_aside(self, result: _Result, kept: Collection[str]) -> None:
        """Of a result that leaves the plan, what stays of it aside, for the case that it comes back."""
        gone = [target for target in result.targets if target.id not in kept]
        if gone:
            self.gone = [*(self.gone or ()), replace(result, targets=gone)]

    def _revise_take_over(self, event: appraisal.TakeOverRevised, position: int) -> Changed:
        """Of what is there of the result from now on, what was reported and judged counts again."""
        lists, fed = {result.source for result in self.results}, _fed(self.results)
        # What is in the plan comes last: how it was judged there since holds.
        known = [one for one in (*(self.gone or ()), *self.results) if one.id == event.taken.result]
        targets = {target.id: target for one in known for target in one.targets}
        self.gone = [one for one in self.gone or () if one.id != event.taken.result] or UNSET
        self.results = [one for one in self.results if one.id != event.taken.result]
        now = event.planned
        for whole in known[-1:]:
            kept = [] if now is None else [target.id for target in now.targets]
            self._set_aside(replace(whole, targets=list(targets.values())), kept)
        if now is not None:
            result = _planned(now, [position])
            for whole in known[-1:]:
                result.level, result.judged_at = whole.level, whole.judged_at
            for target in result.targets:
                if (before := targets.get(target.id)) is not None:
                    target.planned = [*before.planned, position]
                    target.actual, target.until, target.reported = before.actual, before.until, before.reported
            self.results.insert(event.at, result)
        return self._show_plan(lists, fed)

    def _show_plan(self, lists: set[str], fed: set[str]) -> Changed:
        """Of a plan in the place of one with these lists, which fed these facts."""
        gone = [
            name
            for name in fed - _fed(self.results)
            if not self._forgotten(name) and self.case.facts.pop(name, None) is not None
        ]
        for name in gone:
            self.sources.pop(f"facts/{name}", None)
        changed = {path for r in self.results for t in r.targets for path in self._feed(t)}
        shown = {self._show_items(source) for source in lists | {result.source for result in self.results}}
        return changed | shown | {f"facts/{name}" for name in gone}

    def _target(self, result_id: str | None, target_id: str) -> tuple[_Result, _Target]:
        found = self._found(result_id, target_id)
        if found is None:
            raise LookupError(f"no target {target_id} of a result {result_id} in the plan")
        return found

    def _found(self, result_id: str | None, target_id: str) -> tuple[_Result, _Target] | None:
        for result in self.results:
            if result.id == result_id:
                for target in result.targets:
                    if target.id == target_id:
                        return result, target
        return None

    def _revise_target(self, event: appraisal.TargetRevised, position: int) -> Changed:
        result, target = self._target(event.result, event.target)
        if event.value is not None:
            target.target = micro(event.value)
        if event.weight is not None:
            target.weight = micro(event.weight)
        target.planned.append(position)
        return self._show_target(result, target)

    def _show_target(self, result: _Result, target: _Target) -> Changed:
        if target.feeds:
            return self._feed(target)
        place = self._place(result, target)
        if place is None:
            return (self._show_items(result.source),)
        # One item of a list that stands: most progress is of one target of several.
        path, items = f"items/{result.source}", [*self.case.items[result.source]]
        items[place] = _item(result, target)
        self.case.items[result.source] = items
        self.sources[f"{path}/{place}"] = target.at
        return (path,)

    def _place(self, result: _Result, target: _Target) -> int | None:
        """Where the list has a target; None where it does not have it, or where the list is not that of the plan."""
        if result.source == COMPETENCIES:
            return None
        place = 0
        for each in self.results:
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

    def _feed(self, target: _Target) -> list[str]:
        moved: list[str] = []
        if target.feeds is None:
            return moved
        if target.actual is not None:
            moved.append(self._told(target.feeds.actual, target.actual, target.at))
        if target.feeds.target and target.target is not None:
            moved.append(self._told(target.feeds.target, target.target, target.at))
        return moved

    def _show_items(self, source: str) -> str:
        """A judged result is one item; otherwise every target that feeds no fact is one."""
        items: list[tuple[Item, list[int]]] = []
        for result in self.results:
            if result.source != source:
                continue
            if result.level is not None:
                items.append((Item(level=result.level, priority=result.ranked), [result.judged_at]))
                continue
            for one in result.targets:
                if one.feeds is None:
                    items.append((_item(result, one), one.at))
        return self._items(source, items)

    def _items(self, source: str, items: list[tuple[Item, list[int]]]) -> str:
        """The whole list, which may have become shorter."""
        path = f"items/{source}"
        for place in range(len(items), len(self.case.items.get(source, ()))):
            del self.sources[f"{path}/{place}"]
        for place, (_, at) in enumerate(items):
            self.sources[f"{path}/{place}"] = at
        self.case.items[source] = [item for item, _ in items]
        return path

    def _judge(self, event: appraisal.LevelJudged, position: int) -> Changed:
        result = next(result for result in self.results if result.id == event.result)
        result.level, result.judged_at = event.level, position
        return (self._show_items(result.source),)

    def _assess(self, event: appraisal.CompetenciesAssessed, position: int) -> Changed:
        at = [position] if event.standard is None else [event.standard.position, position]
        reached = [(Item(micro(c.required), micro(c.reached)), list(at)) for c in event.competencies]
        return (self._items(COMPETENCIES, reached),)

    def _establish(self, event: appraisal.FactEstablished, position: int) -> Changed:
        if event.number is not None:
            return (self._told(event.fact, micro(event.number), [position]),)
        value = event.flag if event.flag is not None else event.word or ""
        return (self._told(event.fact, value, [position]),)

    def _withdraw_fact(self, event: appraisal.FactWithdrawn) -> Changed:
        """What a target of the plan feeds counts again; what is measured or told by a programme went before anyway."""
        path = f"facts/{event.fact}"
        if not self._forgotten(event.fact):
            self.case.facts.pop(event.fact, None)
            self.sources.pop(path, None)
        targets = [target for result in self.results for target in result.targets if target.feeds]
        return {path, *(moved for target in targets if event.fact in _feeding(target) for moved in self._feed(target))}

    def _rate(self, event: appraisal.Rated, position: int) -> Changed:
        scores = {indicator: micro(value) for indicator, value in event.scores.items()}
        new = event.rater not in self.raters
        sealed = event.sealed or UNSET
        rater = Rater(RATER_GROUP[event.relation], scores, dict.fromkeys(scores, position), event.hidden, sealed)
        self.raters[event.rater] = rater
        if new:
            # The usual case without sorting: a service rated by thousands would cost their square.
            return [self._add_rating(f"ratings/{i}", i, rater.group, score, position) for i, score in scores.items()]
        return [self._show_rating(indicator, rater.group) for indicator in scores]

    def _assign(self, raters: Iterable[tuple[str, Relation]], gone: str | None = None) -> None:
        known = {} if self.assigned is UNSET else self.assigned
        left = {rater: group for rater, group in known.items() if rater != gone}
        self.assigned = left | {rater: RATER_GROUP[relation] for rater, relation in raters}

    def _add_rating(self, moved: str, indicator: str, group: str, score: Micro, position: int) -> str:
        """What `_show_rating` comes to where the rating is the last of all."""
        path = f"{moved}/{group}"
        at = self.sources.get(path, _NOWHERE)
        given = self.case.ratings.get(indicator, _NO_GROUPS).get(group, _NOWHERE)
        if len(given) != len(at) or (at and at[-1] >= position):
            return self._show_rating(indicator, group)
        self.case.ratings.setdefault(indicator, {})[group] = [*given, score]
        self.sources[path] = [*at, position]
        return moved

    def _revise_rating(self, event: appraisal.RatingRevised, position: int) -> Changed:
        rater = self.raters[event.rater]
        for indicator, value in event.scores.items():
            rater.scores[indicator] = micro(value)
            rater.at[indicator] = position
        return [self._show_rating(indicator, rater.group) for indicator in event.scores]

    def _withdraw(self, name: str) -> Changed:
        rater = self.raters.pop(name)
        return [self._show_rating(indicator, rater.group) for indicator in rater.scores]

    def _show_rating(self, indicator: str, group: str) -> str:
        given = [r for r in self.raters.values() if r.group == group and indicator in r.scores]
        given.sort(key=lambda rater: rater.at[indicator])
        groups = self.case.ratings.setdefault(indicator, {})
        path = f"ratings/{indicator}/{group}"
        if given:
            groups[group] = [rater.scores[indicator] for rater in given]
            self.sources[path] = [rater.at[indicator] for rater in given]
        else:
            groups.pop(group, None)
            self.sources.pop(path, None)
            if not groups:
                del self.case.ratings[indicator]
        return f"ratings/{indicator}"

    def _attend(self, event: AttendanceRecorded | AttendanceCorrected, position: int) -> Changed:
        year, month = event.month.split("-")
        if not self.starts <= date(int(year), int(month), 1) <= self.ends:
            return _NOTHING
        self.months[event.month] = _Month(
            event.required_days, event.absent_days, event.late, event.left_early, position
        )
        months = [self.months[label] for label in sorted(self.months)]
        at = [month.at for month in months]
        return (
            self._fact(REQUIRED_DAYS, sum(m.required for m in months) * MICRO, at),
            self._fact(ABSENT_DAYS, sum(m.absent for m in months) * MICRO, at),
            self._fact(TIMES_LATE, sum(m.late for m in months) * MICRO, at),
            self._fact(TIMES_LEFT_EARLY, sum(m.left_early for m in months) * MICRO, at),
        )

    def _survey(self, event: SurveyClosed, position: int) -> Changed:
        path = f"surveys/{event.survey}"
        self.case.surveys[event.survey] = {
            element: SurveyElement(micro(total), event.counts[element]) for element, total in event.sums.items()
        }
        self.sources[path] = [position]
        return (path,)

    def _sanction(self, event: EmployeeSanctioned, position: int) -> Changed:
        if not self.starts <= event.on <= self.ends:
            return _NOTHING
        self.sanctions.append(_Sanction(event.decree, event.severity, [position]))
        return self._show_sanctions()

    def _revise_sanction(self, event: SanctionRevised | SanctionLifted, position: int) -> Changed:
        concerned = [one for one in self.sanctions if one.decree == event.decree]
        for one in concerned:
            if isinstance(event, SanctionRevised):
                one.severity = event.severity
                one.at.append(position)
            else:
                # As if it had never been, and no lighter one in its place: that is what annulling means.
                self.sanctions.remove(one)
        return self._show_sanctions() if concerned else _NOTHING

    def _show_sanctions(self) -> Changed:
        """The heaviest that stands, of those alike the first."""
        path = f"facts/{SANCTION}"
        if not self.sanctions:
            self.case.facts.pop(SANCTION, None)
            self.sources.pop(path, None)
            return (path,)
        heaviest = max(self.sanctions, key=lambda one: _SEVERITY.index(one.severity))
        # Whatever changes it, a revision of it or another's going, changes the events that it rests on.
        moved = heaviest.at != self.sources.get(path)
        self._fact(SANCTION, heaviest.severity.value, list(heaviest.at))
        return (path,) if moved else _NOTHING


def _planned(result: appraisal.PlannedResult, at: list[int]) -> _Result:
    return _Result(
        result.id,
        result.source,
        [
            _Target(t.id, _micro_or_none(t.target), _micro_or_none(t.weight), t.polarity, t.feeds, list(at))
            for t in result.targets
        ],
        priority="tambahan" if result.priority is Priority.ADDITIONAL else UNSET,
    )


def _alike(one: _Target, other: _Target) -> bool:
    """Whether two are measured alike."""
    same = (one.target, one.weight, one.polarity, one.feeds)
    return same == (other.target, other.weight, other.polarity, other.feeds)


def _reported(target: _Target, report: _Pending, position: int) -> bool:
    """Whether an accepted report tells of a target what counts: actuals are cumulative, so that is what is said of the
    latest day, not what was accepted last.
    """
    if target.until is not None and report.day < target.until:
        return False
    target.actual, target.until = report.actual, report.day
    target.reported = [report.at, position]
    return True


def _fed(results: Iterable[_Result]) -> set[str]:
    """The facts that become what targets say."""
    feeds = [target.feeds for result in results for target in result.targets if target.feeds]
    return {name for one in feeds for name in (one.actual, one.target) if name}


def _feeding(target: _Target) -> tuple[str | None, ...]:
    return () if target.feeds is None else (target.feeds.actual, target.feeds.target)


def _item(result: _Result, target: _Target) -> Item:
    return Item(target.target, target.actual, None, target.weight, target.polarity, result.ranked)


def ranked_in(case: Case, ranked: Collection[str]) -> Case:
    """The case as a policy sees it that reads which results are main of these lists only.

    What a policy does not read must not be in a digest of what it judged: before items had a priority, none was.
    """
    plain = {
        source: [replace(item, priority="utama") for item in items]
        for source, items in case.items.items()
        if source not in ranked and any(item.priority != "utama" for item in items)
    }
    return replace(case, items=case.items | plain) if plain else case


def _micro_or_none(number: Decimal | None) -> Micro | None:
    return None if number is None else micro(number)
