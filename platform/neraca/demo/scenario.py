"""One person's appraisal in one period, from the plan to what becomes of the result."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import TypedDict, assert_never

from msgspec import Struct, structs

from neraca.demo import offices, raters, standards, work_plan
from neraca.demo.cases import ORDINARY, Fate
from neraca.demo.staff import Person
from neraca.demo.standards import COMPETENCIES
from neraca.demo.steps import Simulation, Step, months
from neraca.demo.work_plan import YearPlan
from neraca.domain.agency import deadline, is_working_day
from neraca.domain.appraisal import commands as ask
from neraca.domain.appraisal.events import Evidence, Feeds, PlannedResult, Target
from neraca.domain.command_rules import APPRAISER, EVALUATION_STEP, FIXING_STEP
from neraca.domain.contexts import Actor
from neraca.domain.facts import ALIGNED_RESULTS, FROM_THE_LEDGER, PLANNED_RESULTS
from neraca.domain.period import Period, containing
from neraca.domain.registry import Command
from neraca.domain.roster import TransferEmployee
from neraca.domain.vocabulary import (
    RATER_GROUP,
    RATERS,
    Aspect,
    FollowUpKind,
    ObjectionOutcome,
    Priority,
    Relation,
    Role,
)
from neraca.domain.workplan import commands as work
from neraca.policy.compiled.rulebook import span
from neraca.policy.model import Banded, Index, Inverse, Items, Majority, Rated, RaterGroup, Ratio, Scale, Workflow

_GROUPS = {group: relation for relation, group in RATER_GROUP.items()}
_BEGINS = 21
"""Day of the last month on which the evaluation begins, by our reading of the law's two dates."""
_BLOCKED = 5
OBJECTING = 45
"""Talent below which people may object."""
_TAKEN_OVER = "dikerjakan atasan, karena ada penugasan lain (contoh)"
_WEIGHTS = (Decimal(40), Decimal(30), Decimal(30))


class Participants(Struct, frozen=True):
    """The person and those around them; `reviewer` None means an official decides objections, `stand_in` who does what
    the supervisor did, from a day on.
    """

    person: Person
    supervisor: str
    reviewer: str | None
    peers: list[str]
    subordinates: list[str]
    stand_in: tuple[date, str] | None = None


class Move(Struct, frozen=True):
    """A transfer in the middle of the period."""

    day: date
    unit: str
    supervisor: str
    reviewer: str | None


def appraise(
    stage: Simulation,
    participants: Participants,
    period: Period,
    move: Move | None,
    year: YearPlan | None = None,
    fate: Fate = ORDINARY,
) -> Iterable[Step]:
    """With `year`, the plan of the year, of which the period takes its share."""
    story = _Scenario(stage, participants, period, move, year, fate)
    yield from story.plan() if year is None else story.share(year)
    yield from story.report()
    yield from story.move()
    if fate.reused:
        yield from story.reuse()
        return
    yield from story.watched()
    yield from story.judge()
    yield from story.rate()
    yield from story.result()


def plan_year(stage: Simulation, participants: Participants, periods: Sequence[Period]) -> YearPlan | None:
    """What the person plans for the year; None where the policy has a plan for each appraisal."""
    rule = stage.policy.workflow and stage.policy.workflow.plan
    if rule is None or rule.of != "year":
        return None
    return work_plan.of_year(_Scenario(stage, participants, periods[0], None).planned, periods)


def evaluate_year(
    stage: Simulation, participants: Participants, periods: Sequence[Period], fate: Fate = ORDINARY
) -> Iterable[Step]:
    """The year out of its periods, at the end of January, when objections to the last of them are decided; and its
    document.

    Refused where one of them has no result.
    """
    year = periods[0].starts.year
    day = stage.working(date(year + 1, 1, 30))
    by = stage.clerk(Role.OFFICIAL) if _is_fixed_by_official(stage) else stage.person(participants.supervisor)
    parts = [period.label for period in periods]
    joined = ask.JoinParts(employee=participants.person.nip, period=str(year), parts=parts)
    yield Step(stage.at(day, 10), by, (joined,), may_fail=not fate.certain, makes=result_of(joined))
    if fate.documented:
        appraiser = stage.person(participants.supervisor)
        yield from document(stage.beside(f"{participants.person.nip}/{year}"), joined, appraiser, day, fate)


def first_planned(stage: Simulation) -> str | None:
    """Id of the result that everybody plans first; None where the policy has no list of them."""
    lists = (one.measure for one in stage.policy.indicators.values() if isinstance(one.measure, Items | Majority))
    return next((_id(one.source, 0) for one in lists if one.source != COMPETENCIES), None)


def _id(source: str, number: int) -> str:
    return f"{source}-{number + 1}"


def result_of(command: ask.ToAppraisal) -> str:
    """What a step makes that fixes the result, and what all needs that follows on it."""
    return f"result {command.employee}/{command.period}"


def document(stage: Simulation, of: ask.ToAppraisal, signer: Actor, day: date, fate: Fate) -> Iterable[Step]:
    """Signed on the day, delivered on the next; the employee answers within the days that they have, and the authorised
    official is told. None of it where there is no result.
    """
    may_fail, result = not fate.certain, result_of(of)
    key = _Key(employee=of.employee, period=of.period)
    me = stage.person(of.employee)
    # It is printed from the log as it stands, and so is a batch of its own.
    yield Step(stage.at(day, 15), signer, (ask.IssueDocument(**key),), may_fail=may_fail, needs=result)
    day = stage.working(day + timedelta(days=1))
    yield Step(stage.at(day, 8), signer, (ask.DeliverDocument(**key),), may_fail=may_fail, needs=result)
    match fate.answer:
        case "returned":
            yield Step(stage.at(day, 10), me, (ask.ReturnDocument(**key),), may_fail=may_fail, needs=result)
        case "refused":
            refused = ask.RefuseDocument(**key, reason="tidak sepakat dengan hasilnya (contoh)")
            yield Step(stage.at(day, 10), me, (refused,), may_fail=may_fail, needs=result)
        case "kept":
            pass
        case _:
            assert_never(fate.answer)
    if fate.objection is ObjectionOutcome.AMENDED:
        return  # the document of what it comes to is reported
    # While an objection is pending nothing is reported.
    day = stage.working(day + timedelta(days=24 if fate.objection is not None else 5))
    yield Step(stage.at(day, 9), signer, (ask.ReportDocument(**key),), may_fail=may_fail, needs=result)


def _is_fixed_by_official(stage: Simulation) -> bool:
    """Whose step it is else, unless the policy says otherwise, is the appraiser's."""
    fixing = stage.policy.workflow and stage.policy.workflow.steps.get(FIXING_STEP)
    return fixing is not None and fixing.role != APPRAISER


class _Key(TypedDict):
    employee: str
    period: str


class _Scenario:
    def __init__(
        self,
        stage: Simulation,
        participants: Participants,
        period: Period,
        move: Move | None,
        year: YearPlan | None = None,
        fate: Fate = ORDINARY,
    ) -> None:
        self.stage = stage
        self.fate = fate
        self.participants = participants
        self.moves = move
        self.period = period
        self.key = _Key(employee=participants.person.nip, period=period.label)
        self.me = stage.person(participants.person.nip)
        self.official = stage.clerk(Role.OFFICIAL)
        self.office = stage.agency.units[participants.person.unit]
        # Chance of its own, so that what befalls some changes nothing for the others.
        self.beside = stage.beside(f"{participants.person.nip}/{period.label}")
        # Places are told only when all of a group are final, so where people are ranked nobody is forgotten.
        self.forgotten = stage.probability(_BLOCKED) and not fate.spared and stage.policy.ranking is None
        measures = [one.measure for one in stage.policy.indicators.values()]
        self.items = {one.source: one for one in measures if isinstance(one, Items | Majority)}
        if year is None:
            self.fed = self._fed()
            self.planned = self._planned()
        else:
            self.planned = year.share(period)
            feeds = (target.feeds for result in self.planned for target in result.targets)
            self.fed = next((one for one in feeds if one is not None), None)

    def plan(self) -> Iterable[Step]:
        """Opened by HR, drafted by the employee, sometimes returned once, approved by the appraiser."""
        stage, first = self.stage, self.stage.working(self.period.starts)
        yield Step(stage.at(first, 8), stage.clerk(Role.HR), (ask.OpenAppraisal(**self.key),))
        promised = work_plan.with_one_more(self.planned) if self.fate.relieved else self.planned
        draft = ask.DraftPlan(**self.key, results=promised, terms=work_plan.TERMS)
        day = stage.working(first + timedelta(days=stage.rng.randint(2, 8)))
        yield Step(stage.at(day), self.me, (draft, ask.SubmitPlan(**self.key)))
        if stage.probability(8):
            day = stage.working(day + timedelta(days=1))
            yield Step(
                stage.at(day, 13), self.boss(day), (ask.ReturnPlan(**self.key, feedback="lengkapi indikatornya"),)
            )
            day = stage.working(day + timedelta(days=1))
            yield Step(stage.at(day), self.me, (draft, ask.SubmitPlan(**self.key)))
        day = stage.working(day + timedelta(days=2))
        yield Step(stage.at(day, 14), self.boss(day), (ask.ApprovePlan(**self.key),))
        for one in promised[len(self.planned) :]:
            yield self._taken_over(day, ask.TakeOverResult(**self.key, result=one.id, note=_TAKEN_OVER))
        if stage.probability(10) and (result := self._measured()):
            target = result.targets[0]
            revised = ask.ReviseTarget(
                **self.key,
                result=result.id,
                target=target.id,
                reason="penugasan baru",
                value=(target.target or Decimal(1)) + 5,
            )
            day = stage.working(day + timedelta(days=20))
            change = Step(stage.at(day, 10), self.boss(day), (revised,))
            # A month may be over by then, and what it promised is fixed.
            if day <= self.period.ends:
                yield change

    def share(self, year: YearPlan) -> Iterable[Step]:
        """Opened by HR, and the share taken with that; in the first period the plan of the year comes about, and later
        a new assignment may change what is left of it.
        """
        stage, first, months = self.stage, self.stage.working(self.period.starts), year.months
        yield Step(stage.at(first, 8), stage.clerk(Role.HR), (ask.OpenAppraisal(**self.key),))
        of_year = _Key(employee=self.key["employee"], period=months.label)
        if self.period.starts == months.starts:
            yield from self._plan_year(year, of_year, first)
        elif stage.probability(4):
            day = stage.working(first + timedelta(days=33))
            year.revise(day, self.stage.policy.period.cycle)
            revised = work.ReviseWorkPlan(**of_year, results=year.results, reason="penugasan baru")
            yield Step(stage.at(day, 10), self.boss(day), (revised, ask.TakePlan(**self.key)))
            self.planned = year.share(self.period)

    def _plan_year(self, year: YearPlan, of_year: _Key, first: date) -> Iterable[Step]:
        stage = self.stage
        promised = work_plan.with_one_more(year.results) if self.fate.relieved else year.results
        drafted = work.DraftWorkPlan(**of_year, results=promised, terms=work_plan.TERMS)
        sent = (drafted, work.SubmitWorkPlan(**of_year))
        day = stage.working(first + timedelta(days=stage.rng.randint(2, 8)))
        yield Step(stage.at(day), self.me, sent)
        if stage.probability(8):
            day = stage.working(day + timedelta(days=1))
            back = work.ReturnWorkPlan(**of_year, feedback="lengkapi indikatornya")
            yield Step(stage.at(day, 13), self.boss(day), (back,))
            day = stage.working(day + timedelta(days=1))
            yield Step(stage.at(day), self.me, sent)
        day = stage.working(day + timedelta(days=2))
        approved = (work.ApproveWorkPlan(**of_year), ask.TakePlan(**self.key))
        yield Step(stage.at(day, 14), self.boss(day), approved)
        for one in promised[len(year.results) :]:
            taken = work.TakeOverPlannedResult(**of_year, result=one.id, note=_TAKEN_OVER)
            yield self._taken_over(day, taken, ask.TakePlan(**self.key))

    def _taken_over(self, approved: date, *commands: Command) -> Step:
        """Before anything was reported of it: the others stand as if it had never been planned."""
        chance = self.stage.beside(f"{self.key['employee']}/{self.period.label}/taken over")
        day = chance.working(approved + timedelta(days=2))
        return Step(chance.at(day, 11), self.boss(day), commands)

    def boss(self, day: date) -> Actor:
        """Whoever is the appraiser on the day; a transfer is the first thing done on its day."""
        found = self.participants.supervisor
        if self.moves is not None and day >= self.moves.day:
            found = self.moves.supervisor
        if (instead := self.participants.stand_in) is not None and day >= instead[0]:
            found = instead[1]
        return self.stage.person(found)

    def evaluator(self, day: date) -> tuple[date, Actor]:
        """Who evaluates, and when: the appraiser on the day; their superior when the appraiser has let it pass."""
        workflow, superior = self.stage.policy.workflow, self.participants.reviewer
        if not self.fate.silent or superior is None or workflow is None:
            return day, self.boss(day)
        passed = self._window(workflow)
        return self.stage.working(passed + timedelta(days=1)), self.stage.person(superior)

    def watched(self) -> Iterable[Step]:
        """The log is told that the evaluation has begun, that its last day comes near, and that the appraiser let it
        pass: what `neraca tick` does for all.
        """
        workflow = self.stage.policy.workflow
        if not self.fate.silent or self.participants.reviewer is None or workflow is None:
            return
        passed = self._window(workflow)
        observed = ask.ObserveDeadlines(**self.key)
        for day in (self.period.ends.replace(day=_BEGINS), passed - timedelta(days=1), passed + timedelta(days=1)):
            yield Step(self.beside.at(day, 1), self.beside.clock(), (observed,))

    def _window(self, workflow: Workflow) -> date:
        """The last day to evaluate."""
        step = workflow.steps[EVALUATION_STEP]
        if self.period.cycle == "year" and step.until is not None:
            month, last = map(int, step.until.split("-"))
            return date(self.period.ends.year + 1, month, last)
        return deadline(self.stage.agency, self.period.ends, span(step.within))

    def report(self) -> Iterable[Step]:
        """Progress month by month and, where the agency wants it, each working day's activity, sent in weekly."""
        # Of whom something else is to be told, a month shows what their days are like.
        from_day = self.period.ends - timedelta(days=31) if self.fate.certain else self.period.starts + timedelta(21)
        ends = list(months(self.period.starts, self.period.ends))
        for number, last in enumerate(ends, 1):
            yield from self._month_end(last, number, len(ends))
        if self.stage.agency.reporting.daily:
            yield from self._weeks(from_day)

    def _month_end(self, last: date, number: int, of: int) -> Iterable[Step]:
        stage = self.stage
        reports: list[Command] = []
        answers: list[Command] = []
        for result in self.planned:
            for target in result.targets:
                name = f"{target.id}-{last:%m}"
                reports.append(self._progress(result, target, name, last, number, of))
                answers.append(
                    ask.AcceptReport(
                        **self.key, report=name, feedback="sesuai bukti" if stage.probability(30) else None
                    )
                )
        if not reports:
            return
        day = stage.working(last + timedelta(days=1))
        yield Step(stage.at(day, 8 + stage.rng.randrange(3)), self.me, tuple(reports))
        if stage.probability(6) and isinstance(first := reports[0], ask.ReportProgress):
            wrong = ask.ReturnReport(**self.key, report=first.report, feedback="bukti belum cukup")
            again = _again(first)
            yield Step(stage.at(day, 13), self.boss(day), (wrong,))
            day = stage.working(day + timedelta(days=1))
            yield Step(stage.at(day, 9), self.me, (again,))
            answers[0] = ask.AcceptReport(**self.key, report=again.report)
        day = stage.working(day + timedelta(days=1))
        yield Step(stage.at(day, 15), self.boss(day), tuple(answers))

    def _progress(
        self, result: PlannedResult, target: Target, name: str, last: date, number: int, of: int
    ) -> ask.ReportProgress:
        goal = target.target or Decimal(100)
        reached = self.stage.around(self.participants.person.talent, 70, 125)
        share = goal * reached / 100
        # Where less is better, what is reported is a level (days, complaints), which does not grow by the month.
        actual = share if target.polarity == "min" else share * number / of
        return ask.ReportProgress(
            **self.key,
            report=name,
            result=result.id,
            target=target.id,
            until=last,
            actual=actual.quantize(Decimal("0.01")),
            evidence=[Evidence(title=f"bukti {name}", uri=f"arsip:contoh/{self.key['employee']}/{name}")],
        )

    def _weeks(self, first: date) -> Iterable[Step]:
        stage, day, week = self.stage, first, list[date]()
        while day <= self.period.ends:
            if is_working_day(stage.agency, day) and not stage.probability(
                (100 - self.participants.person.talent) // 5
            ):
                week.append(day)
            day += timedelta(days=1)
            if week and (day.weekday() == 5 or day > self.period.ends):
                yield from self._week(week)
                week = []

    def _week(self, week: list[date]) -> Iterable[Step]:
        stage = self.stage
        names = {day: f"harian-{day:%m%d}" for day in week}
        sent = tuple(
            ask.ReportActivity(**self.key, report=name, day=day, activity="pelayanan dan administrasi (contoh)")
            for day, name in names.items()
        )
        yield Step(stage.at(week[-1], 16), self.me, sent)
        answered = tuple(ask.AcceptReport(**self.key, report=name) for name in names.values())
        day = stage.working(week[-1] + timedelta(days=1))
        yield Step(stage.at(day, 9), self.boss(day), answered)

    def move(self) -> Iterable[Step]:
        stage, nip, move = self.stage, self.participants.person.nip, self.moves
        if move is None:
            return
        commands = (
            TransferEmployee(
                employee=nip, unit=move.unit, since=move.day, supervisor=move.supervisor, reason="mutasi (contoh)"
            ),
            ask.ReassignAppraisal(
                **self.key,
                unit=move.unit,
                appraiser=move.supervisor,
                reviewer=move.reviewer,
                since=move.day,
                reason="mutasi (contoh)",
            ),
        )
        # The old unit's peers may rate no more: the appraisal is the new unit's from that day.
        self.participants = Participants(
            self.participants.person, self.participants.supervisor, move.reviewer, [], self.participants.subordinates
        )
        yield Step(stage.at(move.day, 8), stage.clerk(Role.HR), commands)

    def judge(self) -> Iterable[Step]:
        """Levels and competencies by the appraiser, facts that somebody must vouch for by an official."""
        stage, talent = self.stage, self.participants.person.talent
        day = stage.working(self.period.ends + timedelta(days=3))
        commands: list[Command] = []
        for result in self.planned:
            kind = self.items.get(result.source)
            if kind is not None and kind.item == "level" and kind.scale is not None:
                levels = list(stage.policy.scales[kind.scale].levels)
                pick = min(len(levels) - 1, int(stage.around(talent, 0, len(levels)) // 1))
                commands.append(ask.JudgeLevel(**self.key, result=result.id, level=levels[pick]))
        if COMPETENCIES in self.items:
            commands.append(self._competencies(self.items[COMPETENCIES]))
        if commands:
            on, by = self.evaluator(day)
            yield Step(stage.at(on, 8 if self.fate.silent else 11), by, tuple(commands))
        drawn = tuple(self._established())
        if not drawn:
            return
        after = stage.at(day, 14)
        # What leads to a goal is counted from links and typed by nobody; chance does not tell it from what is.
        established = tuple(one for one in drawn if one.fact not in FROM_THE_LEDGER)
        if not established:
            return
        # What is promised is fixed in the period, what was done is vouched for after it.
        targets = self._targets()
        promised = tuple(one for one in established if one.fact in targets)
        if promised:
            early = stage.working(self.period.starts + timedelta(days=14))
            yield Step(after - (day - early), self.official, promised)
        if len(promised) < len(established):
            yield Step(after, self.official, tuple(one for one in established if one.fact not in targets))

    def rate(self) -> Iterable[Step]:
        """Every rater group of every panel the policy has, as far as there are such people."""
        wanted: dict[str, dict[str, Scale]] = {}
        groups: dict[str, RaterGroup] = {}
        policy = self.stage.policy
        for name, indicator in policy.indicators.items():
            if not isinstance(indicator.measure, Rated):
                continue
            for group, rule in policy.panels[indicator.measure.panel].raters.items():
                wanted.setdefault(group, {})[name] = policy.scales[rule.scale or indicator.measure.scale]
                groups[group] = rule
        for group, scales in wanted.items():
            yield from self._rated_by(_GROUPS[group], groups[group], scales)

    def _rated_by(self, relation: Relation, rule: RaterGroup, scales: dict[str, Scale]) -> Iterable[Step]:
        stage = self.stage
        day = stage.working(self.period.ends + timedelta(days=3 + stage.rng.randrange(4)))
        match relation:
            case Relation.SUPERVISOR:
                if self.forgotten:
                    return
                on, by = self.evaluator(day)
                yield Step(stage.at(on, 10), by, (self._rate(relation, scales),))
                if stage.probability(6) and not self.fate.silent:
                    again = ask.ReviseRating(**self.key, scores=self._scores(scales), reason="bukti baru diterima")
                    day = stage.working(day + timedelta(days=1))
                    yield Step(stage.at(day, 10), self.boss(day), (again,))
            case Relation.SELF:
                yield Step(stage.at(day), self.me, (self._rate(relation, scales),))
            case Relation.PEER:
                yield from self._each(self.participants.peers, rule, relation, scales, day)
            case Relation.SUBORDINATE:
                yield from self._each(self.participants.subordinates, rule, relation, scales, day)
            case Relation.CITIZEN:
                count = rule.min + stage.rng.randrange(3)
                tokens = [f"warga-{self.key['employee'][-6:]}-{self.period.label}-{n:02}" for n in range(count)]
                told = tuple(self._rate(relation, scales, token) for token in tokens)
                yield Step(stage.at(day, 12), stage.clerk(Role.SURVEYOR), told)
            case _:
                # Whom the demo has nobody for does not rate, unless an office does.
                if RATERS[relation].role is Role.OFFICIAL:
                    yield Step(stage.at(day, 13), self.official, (self._rate(relation, scales),))

    def _each(
        self, people: list[str], rule: RaterGroup, relation: Relation, scales: dict[str, Scale], day: date
    ) -> Iterable[Step]:
        assigning = raters.rule_of(self.stage)
        if assigning is not None and RATER_GROUP[relation] in assigning.groups:
            yield from raters.rated(
                self.stage,
                assigning,
                relation,
                self.period,
                self.key["employee"],
                lambda: self._rate(relation, scales),
                silent=self.fate.unheard,
            )
            return
        most = min(rule.max or 5, rule.min + 2, len(people))
        for rater in self.stage.rng.sample(people, most):
            yield Step(self.stage.at(day, 11), self.stage.person(rater), (self._rate(relation, scales),))

    def reuse(self) -> Iterable[Step]:
        """The new appraiser proposes the result of the period before, and the employee agrees."""
        stage, day = self.stage, self.stage.working(self.period.ends + timedelta(days=6))
        before = containing(self.period.starts - timedelta(days=1), self.period.cycle)
        proposed = ask.ProposeReuse(**self.key, of=before.label, reason="baru pindah pada akhir periode (contoh)")
        yield Step(stage.at(day, 9), self.boss(day), (proposed,))
        day = stage.working(day + timedelta(days=1))
        yield Step(stage.at(day, 9), self.me, (ask.AgreeToReuse(**self.key),))

    def result(self) -> Iterable[Step]:
        stage = self.stage
        day, signer = self.evaluator(stage.working(self.period.ends + timedelta(days=12)))
        by = self.official if _is_fixed_by_official(stage) else signer
        finalised = ask.Finalise(**self.key)
        hour, result = 12 if self.fate.silent else 9, result_of(finalised)
        yield Step(stage.at(day, hour), by, (finalised,), may_fail=not self.fate.certain, makes=result)
        signed, day = day, stage.working(day + timedelta(days=1))
        received = Step(stage.at(day), self.me, (ask.ReceiveDocument(**self.key),), needs=result)
        if not self.fate.documented:
            yield received
        objection = self.fate.objection
        if self.participants.person.talent < OBJECTING and stage.probability(25):
            begins = stage.working(day + timedelta(days=stage.rng.randint(2, 9)))
            outcome = ObjectionOutcome.AMENDED if stage.probability(50) else ObjectionOutcome.UPHELD
            if not self.fate.spared:
                objection = outcome
                yield from self._objection(stage, begins, outcome)
        if self.fate.documented:
            # What is objected to is reported when that is decided.
            fate = structs.replace(self.fate, objection=objection)
            yield from document(self.beside, finalised, signer, signed, fate)
        if self.fate.objection is not None:
            begins = stage.working(day + timedelta(days=2))
            yield from self._objection(self.beside, begins, self.fate.objection)
        if stage.probability(20):
            strong = self.participants.person.talent > 60
            kind = FollowUpKind.REWARD if strong else FollowUpKind.TRAINING
            note = "calon teladan (contoh)" if strong else "pelatihan teknis (contoh)"
            follow = ask.RecordFollowUp(**self.key, kind=kind, note=note)
            later = stage.working(day + timedelta(days=25))
            yield Step(stage.at(later, 15), self.boss(later), (follow,), may_fail=True, needs=result)

    def _objection(self, stage: Simulation, day: date, outcome: ObjectionOutcome) -> Iterable[Step]:
        # The official who vouched for facts or rated is a party.
        judge = stage.person(self.participants.reviewer) if self.participants.reviewer else stage.board()
        result = result_of(ask.Finalise(**self.key))
        filed = ask.FileObjection(**self.key, grounds="capaian triwulan terakhir belum dihitung (contoh)")
        yield Step(stage.at(day), self.me, (filed,), needs=result)
        day = stage.working(day + timedelta(days=1))
        said = ask.ExplainObjection(**self.key, explanation="penilaian mengikuti bukti yang diterima")
        yield Step(stage.at(day), self.boss(day), (said,), needs=result)
        day = stage.working(day + timedelta(days=2))
        decided = ask.DecideObjection(**self.key, outcome=outcome, reason="setelah memeriksa bukti")
        yield Step(stage.at(day, 11), judge, (decided,), needs=result)
        if outcome is ObjectionOutcome.AMENDED:
            # Whoever decides enacts it; the appraiser has no part in it any more.
            day = stage.working(day + timedelta(days=1))
            scales = self._supervised()
            if scales:
                better = self._rate(Relation.SUPERVISOR, scales)
                yield Step(stage.at(day), judge, (better,), needs=result)
            day = stage.working(day + timedelta(days=1))
            again = ask.Finalise(**self.key)
            yield Step(stage.at(day), judge, (again,), needs=result)
            if self.fate.documented:
                # What was amended has a document of its own.
                yield from document(self.beside, again, judge, day, Fate(documented=True))

    def _supervised(self) -> dict[str, Scale]:
        policy = self.stage.policy
        found: dict[str, Scale] = {}
        for name, one in policy.indicators.items():
            if isinstance(one.measure, Rated) and (rule := policy.panels[one.measure.panel].raters.get("atasan")):
                found[name] = policy.scales[rule.scale or one.measure.scale]
        return found

    def _rate(self, relation: Relation, scales: dict[str, Scale], rater: str | None = None) -> ask.Rate:
        return ask.Rate(**self.key, relation=relation, scores=self._scores(scales), rater=rater)

    def _scores(self, scales: dict[str, Scale]) -> dict[str, Decimal]:
        return {name: self._score(scale) for name, scale in scales.items()}

    def _score(self, scale: Scale) -> Decimal:
        """On the scale and on its step, nearer the top for talent."""
        steps = int((scale.max - scale.min) / scale.step)
        wish = self.stage.around(self.participants.person.talent, 0, 100) * steps / 100
        return scale.min + scale.step * min(steps, int(wish + Decimal("0.5")))

    def _competencies(self, kind: Items | Majority) -> ask.AssessCompetencies:
        """Against the standard of the post, with what shows each level, where the agency keeps standards."""
        asked = standards.asked(self.stage)
        levels: list[ask.AssessedCompetency] = []
        for name in standards.NAMES[: max(3, kind.min_items)]:
            reached = Decimal(2 + int(self.stage.around(self.participants.person.talent, 0, 3) // 1))
            shown = [Evidence(f"hasil uji {name} (contoh)", f"arsip:contoh/{self.key['employee']}/kompetensi")]
            levels.append(
                ask.AssessedCompetency(name, reached, evidence=shown)
                if asked
                else ask.AssessedCompetency(name, reached, Decimal(4))
            )
        return ask.AssessCompetencies(**self.key, competencies=levels, basis="uji kompetensi (contoh)")

    def _planned(self) -> list[PlannedResult]:
        """Ratio lists get weighted targets, level lists results to be judged; one target feeds facts if it can."""
        results: list[PlannedResult] = []
        for source, kind in self.items.items():
            if source == COMPETENCIES:
                continue
            for number in range(max(3, kind.min_items)):
                weight = _WEIGHTS[number] if kind.weights == "declared" else None
                goal = Decimal(self.stage.rng.choice((12, 20, 40, 100)))
                target = Target(
                    id=f"{_id(source, number)}-a",
                    indicator=f"indikator {number + 1} (contoh)",
                    unit="dokumen" if number else "layanan",
                    target=goal,
                    weight=weight,
                    aspect=self._aspect(number),
                    polarity="min" if number == 2 and kind.item == "ratio" else "max",
                    expectations=work_plan.EXPECTED if number == 1 else None,
                )
                priority = Priority.ADDITIONAL if number == 2 else Priority.PRIMARY
                title = f"rencana hasil kerja {number + 1} (contoh)"
                results.append(PlannedResult(_id(source, number), title, [target], priority, source))
        if self.fed is not None:
            target = Target("bersama-a", "hasil bersama tim (contoh)", "persen", target=Decimal(100), feeds=self.fed)
            shared = offices.is_of_integrated_service(self.office)
            title = "proyek layanan administrasi terpadu (contoh)" if shared else "sumbangan bersama (contoh)"
            results.append(PlannedResult("bersama", title, [target], Priority.ADDITIONAL))
        return results

    def _aspect(self, number: int) -> Aspect:
        """How much, how well, and where less is better how long it takes or what it costs."""
        less = Aspect.TIME if int(self.participants.person.nip[-1]) % 2 else Aspect.COST
        return (Aspect.QUANTITY, Aspect.QUALITY, less)[min(number, 2)]

    def _measured(self) -> PlannedResult | None:
        return next((one for one in self.planned if one.targets[0].feeds is None), None)

    def _fed(self) -> Feeds | None:
        """The first pair of facts of a ratio that nobody else supplies: for about half, or all where it is the plan."""
        if self.items.keys() - {COMPETENCIES} and self.stage.probability(50):
            return None
        for one in self.stage.policy.indicators.values():
            measure = one.measure
            if (
                isinstance(measure, Ratio)
                and isinstance(measure.target, str)
                and measure.actual not in FROM_THE_LEDGER
                and offices.belongs(measure.actual, self.office)
            ):
                return Feeds(measure.actual, measure.target)
        return None

    def _established(self) -> Iterable[ask.EstablishFact]:
        """Values for facts that no report, attendance or unit gives; optional ones sometimes stay away."""
        known = {*FROM_THE_LEDGER} - {ALIGNED_RESULTS, PLANNED_RESULTS}
        if self.fed is not None:
            known |= {self.fed.actual, self.fed.target or ""}
        for one in self.stage.policy.indicators.values():
            forgotten = one.missing != "block" and self.stage.probability(25)
            # Of whoever serves no public so little is told that nothing of it may be forgotten.
            if forgotten and not self.fate.certain and offices.serves_public(self.office):
                continue
            for fact, number in self._values(one.measure):
                if fact not in known:
                    known.add(fact)
                    if not offices.belongs(fact, self.office):
                        continue
                    yield ask.EstablishFact(**self.key, fact=fact, number=number, basis="berita acara (contoh)")
        for band in self._flags():
            if self.participants.person.talent > 70 and self.stage.probability(50):
                yield ask.EstablishFact(**self.key, fact=band, flag=True, basis="surat pengakuan (contoh)")

    def _targets(self) -> set[str]:
        """Facts that an achievement is measured against."""
        measures = [one.measure for one in self.stage.policy.indicators.values()]
        return {one.target for one in measures if isinstance(one, Ratio | Inverse) and isinstance(one.target, str)}

    def _values(self, measure: object) -> Iterable[tuple[str, Decimal]]:
        stage, talent = self.stage, self.participants.person.talent
        match measure:
            case Ratio(actual=actual, target=target):
                yield (
                    actual,
                    stage.around(talent, 70, 125) if isinstance(target, str) else stage.around(talent, 60, 110),
                )
                if isinstance(target, str):
                    yield target, Decimal(100)
            case Inverse(actual=actual, target=target):
                yield actual, stage.around(100 - talent, 10, 22)
                if isinstance(target, str):
                    yield target, Decimal(15)
            case Banded(fact=fact, bands=bands):
                known = [band.from_ for band in bands if isinstance(band.from_, Decimal)]
                top = int(max(known, default=Decimal(2))) + 1
                yield fact, Decimal(int(stage.around(talent, 0, top) // 1))
            case Index(fact=fact):
                yield fact, stage.around(talent, 70, 118)
            case _:
                return

    def _flags(self) -> Iterable[str]:
        for classifier in self.stage.policy.classify.values():
            for band in getattr(classifier, "bands", {}).values():
                yield from (one.fact for one in band.requires if one.equals is True)


def _again(report: ask.ReportProgress) -> ask.ReportProgress:
    return ask.ReportProgress(
        employee=report.employee,
        period=report.period,
        report=f"{report.report}-ulang",
        result=report.result,
        target=report.target,
        until=report.until,
        actual=report.actual,
        evidence=report.evidence,
        note="bukti dilengkapi",
    )
