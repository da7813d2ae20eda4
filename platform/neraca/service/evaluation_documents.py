"""The evaluation document of a final result, put together from the log alone, up to a position.

What the log does not hold, the names of the agency and its units, comes as an argument: from the agency's file for a
draft, and from the event that issued it for a document. So what was issued is printed again for ever.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import partial

from msgspec import Struct, structs
from psycopg import OperationalError
from psycopg_pool import PoolTimeout

from neraca.document import evaluation_document as content
from neraca.document import html
from neraca.document.blocks import Layout
from neraca.document.evaluation_document import EvaluationDocument
from neraca.document.template import LATEST, Language, layout
from neraca.document.verification import FileFormat, Marks, as_printed, result_of
from neraca.domain import rater_privacy, roster, streams
from neraca.domain.agency import Agency
from neraca.domain.appraisal import deadlines, documents, parties
from neraca.domain.appraisal.commands import IssueDocument
from neraca.domain.appraisal.events import (
    DocumentIssued,
    FeedbackGiven,
    FeedbackWithdrawn,
    Finalised,
    GuidanceAnswered,
    GuidanceRecorded,
    Joined,
    JoinedPart,
    LevelJudged,
    ObjectionDecided,
    ObjectionExplained,
    ObjectionFiled,
    Opened,
    PlanChangeAgreed,
    PlanDrafted,
    PlanTaken,
    RatingsClosed,
    Reopened,
    ResultTakenOver,
    TakenOver,
    TakeOverRevised,
)
from neraca.domain.appraisal.state import Appraisal, evolve
from neraca.domain.assignments import Roster, Tenure, assignment_on, class_on, title_on
from neraca.domain.command_rules import PolicyRef
from neraca.domain.contexts import Actor, AppraisalContext, PrintedDocument
from neraca.domain.errors import NotFound, NotOpen
from neraca.domain.facts import UNIT_PREDICATE, Facts
from neraca.domain.vocabulary import DocumentForm, ObjectionOutcome
from neraca.policy.engine.evaluation import evaluate
from neraca.policy.numbers import printed, text
from neraca.policy.published import PublishedPolicy
from neraca.service.event_reader import EventReader, RecordedEvent
from neraca.service.policies import PolicyRepository
from neraca.service.scoring import gather, since_opened

ISSUED = str(DocumentIssued.__struct_config__.tag)


class Names(Struct, frozen=True):
    """What the agency and its units are called in the document; a unit that is not there goes by its id."""

    agency: str
    units: Mapping[str, str] = {}


class Gathered(Struct, frozen=True):
    """What a document is made of: everything was read up to the log `position`. `units` are those named in it."""

    document: EvaluationDocument
    position: int
    units: frozenset[str]


def names(agency: Agency) -> Names:
    """As the agency's file has them, in Indonesian where it does."""
    return Names(_label(agency.name), {id_: _label(unit.name) for id_, unit in agency.units.items()})


def rendered(made: Layout, as_what: FileFormat) -> bytes:
    """The file of a layout."""
    if as_what == "html":
        return html.rendered(made)
    # Imported where one is wanted: the library takes longer to come than most commands take.
    from neraca.document import pdf

    return pdf.rendered(made)


class Verification(Struct, frozen=True):
    """What the log says of a document that claims to be one of the agency's.

    `current`: the result it shows stands still. `unaltered` tells whether a file is, byte for byte, what the log gives;
    None where there was only its number. `recorded`: what the log gives is what was signed, by the digest in it.
    """

    number: str
    code: str
    form: DocumentForm
    employee: str
    period: str
    predicate: str
    issued: date
    sha256: str
    current: bool
    recorded: bool
    unaltered: bool | None


class EvaluationDocuments:
    """The documents of all agencies. Safe to share between threads."""

    def __init__(self, reader: EventReader, policies: PolicyRepository, agencies: Mapping[str, Agency]) -> None:
        self._reader = reader
        self._policies = policies
        self._agencies = agencies

    def printed(
        self, agency: str, employee: str, period: str, language: Language = "id", as_what: FileFormat = "html"
    ) -> bytes:
        """The document of the present result: as it was issued, or a draft. Raises NotFound and NotOpen."""
        template, document = self.current(agency, employee, period)
        return rendered(layout(template, document, language), as_what)

    def current(self, agency: str, employee: str, period: str) -> tuple[str, EvaluationDocument]:
        """The template of the present result's document, and what it says. Raises NotFound and NotOpen."""
        own = self._reader.stream(agency, streams.appraisal(agency, employee, period))
        fixed = _last_fixing(own)
        issued = next(
            (past.event for past in own if isinstance(past.event, DocumentIssued) and past.event.result == fixed), None
        )
        if issued is None:
            return LATEST, self.draft(agency, employee, period).document
        return issued.template, self.issued(agency, employee, period, issued)

    def issued(self, agency: str, employee: str, period: str, issued: DocumentIssued) -> EvaluationDocument:
        """What a document says that was issued, whatever happened since."""
        named = Names(issued.agency, issued.units)
        return self._signed(agency, named, self._gathered(agency, named, employee, period, issued.position), issued)

    def _signed(self, agency: str, named: Names, gathered: Gathered, issued: DocumentIssued) -> EvaluationDocument:
        people = _People(self._reader, agency, named, gathered.document.fixed, issued.position)
        signature = content.Signature(
            number=issued.number,
            signed=issued.on,
            by=people.person(issued.by),
            code=issued.code,
            deputy=None if issued.deputy is None else people.person(issued.deputy),
            recommendation=issued.recommendation,
        )
        if gathered.document.result != issued.result:
            raise LookupError(f"the log up to {issued.position} has no result at {issued.result} for {issued.number}")
        return structs.replace(gathered.document, signature=signature)

    def prepared(self, command: IssueDocument, state: Appraisal, context: AppraisalContext) -> PrintedDocument:
        """The document that who sends the command would sign now. Raises NotFound and NotOpen."""
        agency = context.agency.id
        draft = self.draft(agency, command.employee, command.period)
        known = names(context.agency)
        printed = PrintedDocument(
            template=LATEST,
            result=draft.document.result,
            position=draft.position,
            policy=draft.document.policy,
            digest=draft.document.digest,
            agency=known.agency,
            units={id_: name for id_, name in known.units.items() if id_ in draft.units},
        )
        signed = documents.signed(command, state, context, printed)
        document = self._signed(agency, known, draft, signed)
        return structs.replace(printed, sha256=html.digest(html.rendered(layout(LATEST, document))))

    def whose(self, agency: str, marks: Marks) -> tuple[str, str] | None:
        """The employee and the period of the document with this number and code; None where there is none."""
        found = self._issued_as(agency, marks)
        return None if found is None else (found[0].employee, found[0].period)

    def verified(self, agency: str, marks: Marks, sha256: str | None = None) -> Verification | None:
        """What the log says of the document of this number and code, and of a file with this hex sha256; None if there
        is no such document.
        """
        found = self._issued_as(agency, marks)
        if found is None:
            return None
        opened, issued, current = found
        document = self.issued(agency, opened.employee, opened.period, issued)
        signed = html.digest(html.rendered(layout(issued.template, document)))
        unaltered = None if sha256 is None else sha256 == signed or sha256 in _other_digests(issued.template, document)
        return Verification(
            number=issued.number,
            code=issued.code,
            form=issued.form,
            employee=opened.employee,
            period=opened.period,
            predicate=_label(document.predicate),
            issued=issued.on,
            sha256=issued.sha256,
            current=current,
            recorded=signed == issued.sha256,
            unaltered=unaltered,
        )

    def _issued_as(self, agency: str, marks: Marks) -> tuple[Opened, DocumentIssued, bool] | None:
        """Found by the position that the number tells, so that the log need not be searched."""
        marks = as_printed(marks)
        result = result_of(marks.number)
        logged = [] if result is None else self._reader.between(agency, result, result)
        if not logged:
            return None
        own = since_opened(self._reader.stream(agency, logged[0].stream))
        issued = [past.event for past in own if isinstance(past.event, DocumentIssued)]
        one = next((event for event in issued if (event.number, event.code) == (marks.number, marks.code)), None)
        if one is None or not isinstance(own[0].event, Opened):
            return None
        return own[0].event, one, one.result == _last_fixing(own)

    def altered(self, agency: str) -> Iterator[str]:
        """Says of each issued document that the log no longer gives: printed again, it is not what was signed."""
        for past in self._reader.of_type(agency, ISSUED):
            issued: DocumentIssued = past.event
            try:
                opened: Opened = self._reader.first(agency, past.stream).event
                document = self.issued(agency, opened.employee, opened.period, issued)
                again = html.digest(html.rendered(layout(issued.template, document)))
            # A database that is away says nothing of the log.
            except (OperationalError, PoolTimeout):
                raise
            except Exception as error:
                yield f"at {past.position}: {issued.number} cannot be printed: {type(error).__name__}: {error}"
                continue
            if again != issued.sha256:
                yield f"at {past.position}: {issued.number} is printed as {again[:12]}, signed was {issued.sha256[:12]}"

    def concerns(self, agency: str, employee: str, period: str, actor: Actor, today: date) -> bool:
        """Whether the actor may read an appraisal: their own, one they appraise or review, or by their role."""
        _, own = self._reader.streams(agency, [streams.appraisal(agency, employee, period)])
        state = Appraisal()
        for past in own:
            state = evolve(state, past.event)
        return parties.sees(employee, state, actor, Roster(partial(self._tenure, agency), today))

    def draft(self, agency: str, employee: str, period: str) -> Gathered:
        """What the document of the present result would say. Raises NotFound and NotOpen."""
        return self._gathered(agency, names(self._agencies[agency]), employee, period, None)

    def _gathered(self, agency: str, named: Names, employee: str, period: str, until: int | None) -> Gathered:
        position, whole = self._reader.streams(agency, [streams.appraisal(agency, employee, period)], until)
        own = since_opened(whole)
        if not own:
            raise NotFound(f"{employee} has no appraisal for {period}")
        state, fixing = _until_fixed(own)
        if fixing is None:
            raise NotOpen(f"the appraisal of {employee} for {period} is not final; a final result has a document")
        opened: Opened = own[0].event
        final: Finalised | Joined = fixing.event
        before = [past for past in own if past.position < fixing.position]
        policy = self._policies.by_hash(agency, final.policy.hash)
        people = _People(self._reader, agency, named, final.on, position)
        facts, levels, nodes = None, (), final.nodes
        if isinstance(final, Finalised):
            surveys = tuple(policy.rules.surveys)
            facts = gather(self._reader, agency, employee, period, surveys, final.position).facts
            closing = next(past.event.policy for past in own if isinstance(past.event, RatingsClosed | Finalised))
            shown = self._shown(agency, facts, closing)
            levels = tuple(_levels(policy, final, shown))
            if rater_privacy.tells_hidden(final, closing.hash, any(one.hidden for one in facts.raters.values())):
                nodes = _told(policy, final.nodes, shown)
        else:
            unshown = {name for part in final.parts for name in self._unshown(agency, employee, part, fixing.position)}
            nodes = {name: None if name in unshown else value for name, value in final.nodes.items()}
        amendment = _amendment(before, people)
        told = _Told(people, before)
        document = EvaluationDocument(
            form=documents.form(period, amended=state.amended),
            agency=named.agency,
            employee=people.person(employee, state.unit),
            appraiser=people.appraiser(state),
            reviewer=None if state.reviewer is None else people.person(state.reviewer),
            period=period,
            starts=opened.starts,
            ends=opened.ends,
            results=() if facts is None else tuple(_results(state, facts, before)),
            values=tuple(_values(policy, nodes)),
            levels=levels,
            parts=tuple(_parts(final)),
            organisation=_organisation(final, facts),
            of_last_year=isinstance(final, Finalised) and final.cohort is not None and final.cohort.last_year,
            cohort=_cohort(final, policy),
            score=None if final.score is None else format(final.score, "f"),
            predicate=_predicate(final.predicate, policy),
            fixed=final.on,
            superior=not state.amended and deadlines.is_superiors(state),
            final=isinstance(final, Finalised) and final.final,
            amendment=amendment,
            policy=final.policy,
            policy_title=policy.plan.title,
            engine=final.engine,
            result=fixing.position,
            taken_over=told.taken_over(),
            guidance=told.guidance(),
            feedback=told.feedback(),
            digest=final.sealed_digest if isinstance(final, Finalised) else final.facts_digest or None,
        )
        return Gathered(document, position, frozenset(people.units))

    def _tenure(self, agency: str, number: str) -> Tenure | None:
        state = roster.State()
        for past in self._reader.streams(agency, [streams.employee(agency, number)])[1]:
            state = roster.evolve(state, past.event)
        return None if state.since is None else state

    def _unshown(self, agency: str, employee: str, part: JoinedPart, position: int) -> Iterator[str]:
        """The values of a part of a joined result that rest on more than may be shown of its hidden ratings."""
        stream = streams.appraisal(agency, employee, part.period)
        own = [past for past in self._reader.streams(agency, [stream], position)[1] if past.position <= part.position]
        final = own[-1].event
        if isinstance(final, Joined):
            for below in final.parts:
                yield from self._unshown(agency, employee, below, part.position)
            return
        own = since_opened(own)
        closing = next(past.event.policy for past in own if isinstance(past.event, RatingsClosed | Finalised))
        if not rater_privacy.tells_hidden(final, closing.hash, any_hidden=True):
            return
        policy = self._policies.by_hash(agency, final.policy.hash)
        facts = gather(self._reader, agency, employee, part.period, tuple(policy.rules.surveys), final.position).facts
        if any(one.hidden for one in facts.raters.values()):
            known = _told(policy, final.nodes, self._shown(agency, facts, closing))
            yield from (name for name, value in known.items() if value is None)

    def _shown(self, agency: str, facts: Facts, closing: PolicyRef) -> Facts:
        """As they may be shown: anonymous groups as what they came to under the policy with which they closed."""
        return rater_privacy.disclosed(facts, self._policies.by_hash(agency, closing.hash).rules.ratings, closed=True)


def _other_digests(template: str, document: EvaluationDocument) -> Iterator[str]:
    """Of what it is printed as besides the HTML that was signed; each made only where those before are not it."""
    in_indonesian, in_english = (layout(template, document, language) for language in ("id", "en"))
    yield html.digest(rendered(in_english, "html"))
    yield html.digest(rendered(in_indonesian, "pdf"))
    yield html.digest(rendered(in_english, "pdf"))


def _last_fixing(own: Sequence[RecordedEvent]) -> int:
    """Where the present result was fixed, or where the appraisal was opened again since; 0 before any result."""
    return max((past.position for past in own if isinstance(past.event, Finalised | Joined | Reopened)), default=0)


def _until_fixed(own: Sequence[RecordedEvent]) -> tuple[Appraisal, RecordedEvent | None]:
    """The appraisal as the event left it that fixed its present result, and that event; None where none is final."""
    last = next((at for at in reversed(range(len(own))) if isinstance(own[at].event, Finalised | Joined)), None)
    state = Appraisal()
    for past in own:
        state = evolve(state, past.event)
    fixed = last is not None and (state.finalised or state.joined) is not None
    return state, own[last] if fixed and last is not None else None


class _People:
    """Those named in a document, as the roster had them on the day of the result by what the log said at a position."""

    def __init__(self, reader: EventReader, agency: str, named: Names, day: date, position: int) -> None:
        self._reader = reader
        self._agency = agency
        self._named = named
        self._day = day
        self._position = position
        self.units: set[str] = set()

    def appraiser(self, state: Appraisal) -> content.Person:
        """With the vacant post in which they act (Plt.), where they do."""
        found = self.person(state.appraiser)
        if state.acting_for is None:
            return found
        holder = self._state(state.acting_for)
        vacant = title_on(holder, min(self._day, holder.retired or self._day))
        return structs.replace(found, position=f"{found.position or ''} (Plt. {vacant or ''})".strip())

    def person(self, number: str, unit: str | None = None) -> content.Person:
        """`unit` is where they stand where that is not for the roster to say."""
        state = self._state(number)
        name, post = state.name or None, title_on(state, self._day)
        held = assignment_on(state, self._day)
        of = unit or (held.unit if held else None)
        if of is not None:
            self.units.add(of)
        shown = None if of is None else self._named.units.get(of, of)
        return content.Person(number, name, post, class_on(state, self._day), shown)

    def _state(self, number: str) -> roster.State:
        _, told = self._reader.streams(self._agency, [streams.employee(self._agency, number)], self._position)
        state = roster.State()
        for past in told:
            state = roster.evolve(state, past.event)
        return state


class _Told:
    """What was said in the year for whoever judges, up to the result; `before` are the events until then."""

    def __init__(self, people: _People, before: Sequence[RecordedEvent]) -> None:
        self._people = people
        self._events = [past.event for past in before]

    def taken_over(self) -> tuple[content.TakenOverLine, ...]:
        """Of a plan of its own as they came; of the year's, all that the share taken last tells of."""
        own: list[TakenOver] = []
        share: list[TakenOver] = []
        for event in self._events:
            if isinstance(event, TakeOverRevised) and event.given_back:
                own = [one for one in own if one.result != event.taken.result]
                share = [one for one in share if one.result != event.taken.result]
            elif isinstance(event, ResultTakenOver | TakeOverRevised):
                own.append(event.taken)
            elif isinstance(event, PlanTaken):
                share = list(event.taken_over)
        return tuple(
            content.TakenOverLine(one.title, one.on, self._people.person(one.by), one.note) for one in (*own, *share)
        )

    def guidance(self) -> tuple[content.GuidanceLine, ...]:
        answers = {event.guidance: event.answer for event in self._events if isinstance(event, GuidanceAnswered)}
        return tuple(
            content.GuidanceLine(
                event.kind,
                event.on,
                self._people.person(event.by),
                self._about(event),
                event.note,
                answers.get(event.guidance),
            )
            for event in self._events
            if isinstance(event, GuidanceRecorded)
        )

    def feedback(self) -> tuple[content.FeedbackLine, ...]:
        """Of leaders alone, as it stood: a paper goes through many hands, and colleagues speak to whoever judges."""
        gone = {(event.giver, event.feedback) for event in self._events if isinstance(event, FeedbackWithdrawn)}
        given = [event for event in self._events if isinstance(event, FeedbackGiven) and not event.hidden]
        return tuple(
            content.FeedbackLine(one.tone, one.on, self._people.person(one.giver), self._about(one), one.words)
            for one in given
            if (one.giver, one.feedback) not in gone
        )

    def _about(self, event: GuidanceRecorded | FeedbackGiven) -> str | None:
        """The planned result as it was called then, or the value."""
        if event.result is None:
            return None if event.indicator is None else _plain(event.indicator)
        plans = [one.results for one in self._events if isinstance(one, PlanDrafted | PlanTaken | PlanChangeAgreed)]
        titles = {result.id: result.title for results in plans for result in results}
        return titles.get(event.result, event.result)


def _results(state: Appraisal, facts: Facts, before: Sequence[RecordedEvent]) -> list[content.ResultLine]:
    notes = {past.event.result: past.event.note for past in before if isinstance(past.event, LevelJudged)}
    levels = {one.id: one.level for one in facts.results}
    actuals = {(one.id, target.id): target.actual for one in facts.results for target in one.targets}
    return [
        content.ResultLine(
            title=one.title,
            priority=one.priority,
            targets=tuple(
                content.TargetLine(
                    indicator=target.indicator,
                    unit=target.unit,
                    target=None if target.target is None else format(target.target, "f"),
                    actual=None if (actual := actuals.get((one.id, target.id))) is None else text(actual),
                )
                for target in one.targets
            ),
            level=None if (level := levels.get(one.id)) is None else _plain(level),
            note=notes.get(one.id),
        )
        for one in (state.results.values() if state.planned else ())
    ]


def _values(policy: PublishedPolicy, nodes: Mapping[str, Decimal | None]) -> list[content.ValueLine]:
    return [
        content.ValueLine(step.label, None if (value := nodes[step.name]) is None else format(value, "f"))
        for step in policy.plan.steps
        if step.name in nodes
    ]


def _told(policy: PublishedPolicy, nodes: Mapping[str, Decimal | None], shown: Facts) -> dict[str, Decimal | None]:
    """Those of the values that follow from what may be shown; of the others there is None."""
    sheet = evaluate(policy.plan, shown.case)
    known = {name: None if value is None else printed(value, sheet.places) for name, value in sheet.nodes.items()}
    return {
        name: value if value is not None and known.get(name) == format(value, "f") else None
        for name, value in nodes.items()
    }


def _levels(policy: PublishedPolicy, final: Finalised | Joined, facts: Facts) -> list[content.LevelLine]:
    sheet = evaluate(policy.plan, facts.case)
    computed = final.computed if isinstance(final, Finalised) else final.predicate
    # A result from before small groups were left out rests on more than may be shown.
    if sheet.predicate != computed:
        return []
    return [
        content.LevelLine(_plain(name), _plain(level))
        for name, level in sheet.levels.items()
        if name != policy.plan.outcome
    ]


def _parts(final: Finalised | Joined) -> list[content.PartLine]:
    return [
        content.PartLine(
            one.period, one.months, None if one.score is None else format(one.score, "f"), _plain(one.predicate)
        )
        for one in (final.parts if isinstance(final, Joined) else ())
    ]


def _amendment(before: Sequence[RecordedEvent], people: _People) -> content.Amendment | None:
    """The objection by which the result before this one was amended; None where this is the first."""
    filed: ObjectionFiled | None = None
    heard: list[content.Statement] = []
    found: content.Amendment | None = None
    for past in before:
        if isinstance(past.event, ObjectionFiled):
            filed, heard = past.event, []
        elif isinstance(past.event, ObjectionExplained):
            heard.append(content.Statement(people.person(past.event.by), past.event.explanation))
        elif isinstance(past.event, ObjectionDecided) and past.event.outcome is ObjectionOutcome.AMENDED and filed:
            decided = past.event
            found = content.Amendment(filed.grounds, filed.filed, tuple(heard), decided.reason, decided.decided)
    return found


def _organisation(final: Finalised | Joined, facts: Facts | None) -> str | None:
    """The predicate of the unit that the appraiser leads; without a cohort, that of the employee's."""
    if isinstance(final, Finalised) and final.cohort is not None and final.cohort.organisation is not None:
        return _plain(final.cohort.organisation)
    return None if facts is None else _word(facts, UNIT_PREDICATE)


def _cohort(final: Finalised | Joined, policy: PublishedPolicy) -> content.CohortLine | None:
    held = final.cohort if isinstance(final, Finalised) else None
    if isinstance(final, Finalised) and final.move is not None and not final.move.kept:
        return content.CohortLine(None, withdrawn=final.move.reason)
    if held is None:
        return None
    moved = held.calibrated
    if moved is None:
        return content.CohortLine(held.kept)
    return content.CohortLine(held.kept, _predicate(moved.computed, policy), moved.reason)


def _predicate(name: str, policy: PublishedPolicy) -> content.Label:
    return policy.plan.predicates.get(name, {"id": name})


def _word(facts: Facts, name: str) -> str | None:
    value = facts.case.facts.get(name)
    return _plain(value) if isinstance(value, str) else None


def _plain(word: str) -> str:
    return word.replace("_", " ")


def _label(label: Mapping[str, str]) -> str:
    return label.get("id") or next(iter(label.values()))
