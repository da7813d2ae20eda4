"""How a score came about: the tree of the policy with its values, and every step with what went into it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import assert_never

import strawberry
from msgspec.structs import replace

from neraca.api.graphql.appraisals.plan_and_reports import TakenOver
from neraca.api.graphql.support.enums import Combination, EvaluationStatus, MissingRule, StepKind
from neraca.api.graphql.support.scalars import Decimal
from neraca.domain.appraisal.events import CalibratedPredicate, Joined
from neraca.domain.case import Sources
from neraca.domain.envelope import event_id
from neraca.domain.facts import Facts
from neraca.policy.compiled import result
from neraca.policy.compiled.compilation import CompiledPolicy, IndicatorStep, NodeStep
from neraca.policy.engine.evaluation import explain
from neraca.policy.numbers import text

Label = Mapping[str, str]

NOT_SHOWN = "not shown: it rests on an anonymous group that is too small"


@strawberry.type(description="A place in the text of a policy.")
class Origin:
    file: str = strawberry.field(description="Name of the file among the policy's texts.")
    line: int = strawberry.field(description="Line, from 1.")
    col: int = strawberry.field(description="Column, from 1.")


@strawberry.type(description="The law a rule rests on, as the policy cites it.")
class LegalReference:
    key: str = strawberry.field(description="Its key among the policy's references.")
    title: str | None = strawberry.field(description="Title and article.")


@strawberry.type(description="A level that the policy classified the case on.")
class Level:
    name: str = strawberry.field(description="Name of the classifier.")
    level: str = strawberry.field(description="The level, as classified.")


@strawberry.type(description="What is measured, and what it came to.")
class IndicatorValue:
    indicator: str = strawberry.field(description="Its name in the policy.")
    value: Decimal | None = strawberry.field(description="At the policy's final precision; null where missing.")
    weight: Decimal | None = strawberry.field(description="Declared weight within the node.")
    unit: str = strawberry.field(description="In what it is measured.")
    missing: MissingRule = strawberry.field(description="What happens when it is missing.")
    origin: Origin | None = strawberry.field(description="Where the policy says so.")
    legal_reference: LegalReference | None = strawberry.field(description="On what law.")
    labels: strawberry.Private[Label]
    guiding: strawberry.Private[tuple[Label, ...]]

    @strawberry.field(description="What people call it.")
    def label(self, language: str = "id") -> str:
        return named(self.labels, language, self.indicator)

    @strawberry.field(description="What whoever judges by it looks at, in order; they weigh nothing by themselves.")
    def guides(self, language: str = "id") -> list[str]:
        return [named(text, language, "") for text in self.guiding]


@strawberry.type(description="A node of the policy's tree, and what it came to.")
class ScoreNode:
    node: str = strawberry.field(description="Its name in the policy.")
    value: Decimal | None = strawberry.field(description="At the policy's final precision; null where missing.")
    weight: Decimal | None = strawberry.field(description="Declared weight within the node above; null at the top.")
    combine: Combination = strawberry.field(description="How its parts are put together.")
    missing: MissingRule = strawberry.field(description="What happens when it is missing.")
    origin: Origin | None = strawberry.field(description="Where the policy says so.")
    legal_reference: LegalReference | None = strawberry.field(description="On what law.")
    components: list["ScoreNode"] = strawberry.field(description="The nodes under it.")
    indicators: list[IndicatorValue] = strawberry.field(description="The indicators under it.")
    labels: strawberry.Private[Label]

    @strawberry.field(description="What people call it.")
    def label(self, language: str = "id") -> str:
        return named(self.labels, language, self.node)


@strawberry.type(description="One number or word that went into a step.")
class Input:
    name: str = strawberry.field(description="What it is.")
    value: str | None = strawberry.field(description="Null where missing, or not to be shown.")
    source: str | None = strawberry.field(description="Its path in the facts; null for what another step gave.")
    weight: str | None = strawberry.field(description="The weight it had.")
    note: str | None = strawberry.field(description="What is to be known of it.")
    events: list[strawberry.ID] = strawberry.field(
        description="Ids of the events it came from; none where they would lead to an anonymous rater."
    )


@strawberry.type(description="One step of the computation, in order.")
class Step:
    kind: StepKind = strawberry.field(description="What it computes.")
    path: str = strawberry.field(description="The part of the policy it belongs to.")
    formula: str = strawberry.field(description="What was done.")
    inputs: list[Input] = strawberry.field(description="With what.")
    value: str | None = strawberry.field(description="What came out; null where missing, blocked or not to be shown.")
    before: str | None = strawberry.field(description="The value before a cap.")
    note: str | None = strawberry.field(description="What is to be known of it.")
    origin: Origin | None = strawberry.field(description="File, line and column of the rule.")
    legal_reference: LegalReference | None = strawberry.field(description="The law it rests on.")


@strawberry.type(description="What a policy makes of an appraisal's facts.")
class Explanation:
    policy_id: str = strawberry.field(description="Id of the policy.")
    policy_version: int = strawberry.field(description="Its version.")
    policy_hash: str = strawberry.field(description="Hash of its resolved text.")
    status: EvaluationStatus = strawberry.field(description="Whether a score could be computed.")
    reason: str | None = strawberry.field(description="Why it is blocked.")
    score: Decimal | None = strawberry.field(description="The score.")
    predicate: str | None = strawberry.field(description="The predicate.")
    levels: list[Level] = strawberry.field(description="The levels it was classified on.")
    components: list[ScoreNode] = strawberry.field(description="The policy's tree with its values.")
    explain: list[Step] = strawberry.field(description="Every step, in order.")


def judge(agency: str, plan: CompiledPolicy, facts: Facts) -> Explanation:
    """Of facts that may be shown: what follows from them may be shown too."""
    explained = explain(plan, facts.case)
    steps = [_remarked(one, facts.remarks()) for one in explained.steps]
    line = explained.sheet.to_builtins()
    nodes: dict[str, str | None] = line["nodes"]  # pyright: ignore[reportAssignmentType] -- the sheet's own line
    return Explanation(
        policy_id=plan.id,
        policy_version=plan.version,
        policy_hash=plan.policy_hash,
        status=EvaluationStatus(explained.sheet.status),
        reason=explained.sheet.reason,
        score=_decimal(line["score"]),
        predicate=explained.sheet.predicate,
        levels=levels(explained.sheet.levels),
        components=components(plan, nodes),
        explain=[_step(agency, one, facts.sources) for one in steps],
    )


def _remarked(step: result.Step, remarks: Mapping[str, str]) -> result.Step:
    """With what the fold has to say of its inputs, such as of what it did not count."""
    if not any(one.source in remarks for one in step.inputs):
        return step
    inputs = tuple(
        replace(one, note="; ".join(filter(None, (one.note, remarks.get(one.source or "")))) or None)
        for one in step.inputs
    )
    return replace(step, inputs=inputs)


def withheld() -> list[Step]:
    """In the place of an explanation that would show what a group too small to be shown has said."""
    return [
        Step(
            kind=StepKind.NODE,
            path="",
            formula=NOT_SHOWN,
            inputs=[],
            value=None,
            before=None,
            note=NOT_SHOWN,
            origin=None,
            legal_reference=None,
        )
    ]


def calibrated(agency: str, moved: CalibratedPredicate, predicate: str | None) -> Step:
    """The step after what the policy computed: what the appraiser moved it to, and why."""
    return Step(
        kind=StepKind.CALIBRATION,
        path="distribution",
        formula="moved in the cohort of the appraiser",
        inputs=[
            Input(
                name="computed",
                value=moved.computed,
                source=None,
                weight=None,
                note=f"by {moved.by}",
                events=_events(agency, [moved.position]),
            )
        ],
        value=predicate,
        before=moved.computed,
        note=moved.reason,
        origin=None,
        legal_reference=None,
    )


def taken_over(agency: str, results: Sequence[TakenOver]) -> list[Step]:
    """What is not in the numbers because the appraiser took it over, and what they wrote to it; nothing without any."""
    if not results:
        return []
    inputs = [
        Input(
            name=one.result,
            value=None,
            source=None,
            weight=None,
            note=f"by {one.by} on {one.on}: {one.note}",
            events=_events(agency, [int(one.position)]),
        )
        for one in results
    ]
    return [
        Step(
            kind=StepKind.TAKEN_OVER,
            path="plan",
            formula="left the plan but for what counts of it; the weights of what is left count in proportion",
            inputs=inputs,
            value=None,
            before=None,
            note=None,
            origin=None,
            legal_reference=None,
        )
    ]


def joined(agency: str, whole: Joined, *, annual: bool) -> list[Step]:
    """How a result came out of those of parts, of a year's periods or of the period before: one step, whose inputs lead
    to the finalisation of each.
    """
    inputs = [
        Input(
            name=part.period,
            value=None if part.score is None else str(part.score),
            source=None,
            weight=str(part.months),
            note=f"{part.predicate} by {part.policy.name}",
            events=_events(agency, [part.position]),
        )
        for part in whole.parts
    ]
    return [
        Step(
            kind=StepKind.NODE,
            path="period" if whole.reused else "period/annual" if annual else "period/segments",
            formula="result of the period before" if whole.reused else "(months x final value, summed) / months",
            inputs=inputs,
            value=None if whole.score is None else str(whole.score),
            before=None,
            note=f"{whole.predicate}, taken over by agreement"
            if whole.reused
            else f"{whole.predicate}, as {whole.policy.name} classifies the joined values",
            origin=None,
            legal_reference=None,
        )
    ]


def levels(found: Mapping[str, str]) -> list[Level]:
    return [Level(name=name, level=level) for name, level in sorted(found.items())]


def components(plan: CompiledPolicy, values: Mapping[str, str | None]) -> list[ScoreNode]:
    """The top of the tree: nodes that are part of no other."""
    nodes = [step for step in plan.steps if isinstance(step, NodeStep)]
    below = {child.name for node in nodes for child in node.combining.children}
    return [_component(plan, node, None, values) for node in nodes if node.name not in below]


def named(labels: Label, language: str, otherwise: str) -> str:
    """In the language asked for, else in the first there is."""
    return labels.get(language) or next(iter(labels.values()), otherwise)


def _component(plan: CompiledPolicy, node: NodeStep, weight: int | None, values: Mapping[str, str | None]) -> ScoreNode:
    nodes: list[ScoreNode] = []
    indicators: list[IndicatorValue] = []
    for child in node.combining.children:
        under = plan.steps[child.at]
        match under:
            case NodeStep():
                nodes.append(_component(plan, under, child.weight, values))
            case IndicatorStep():
                indicators.append(_indicator(under, child.weight, values))
            case _:
                assert_never(under)
    return ScoreNode(
        node=node.name,
        value=_decimal(values.get(node.name)),
        weight=None if weight is None else Decimal(text(weight)),
        combine=Combination(node.combining.formula),
        missing=MissingRule(node.missing),
        origin=_origin(node.source.origin),
        legal_reference=_reference(node.source.ref, node.source.ref_title),
        components=nodes,
        indicators=indicators,
        labels=node.label,
    )


def _indicator(step: IndicatorStep, weight: int, values: Mapping[str, str | None]) -> IndicatorValue:
    return IndicatorValue(
        indicator=step.name,
        value=_decimal(values.get(step.name)),
        weight=Decimal(text(weight)),
        unit=step.unit,
        missing=MissingRule(step.missing),
        origin=_origin(step.source.origin),
        legal_reference=_reference(step.source.ref, step.source.ref_title),
        labels=step.label,
        guiding=step.guides,
    )


def _step(agency: str, step: result.Step, sources: Sources) -> Step:
    return Step(
        kind=StepKind(step.kind),
        path=step.path,
        formula=step.formula,
        inputs=[_input(agency, one, sources) for one in step.inputs],
        value=step.value,
        before=step.before,
        note=step.note,
        origin=_origin(step.origin),
        legal_reference=_reference(step.ref, step.ref_title),
    )


def _input(agency: str, one: result.Input, sources: Sources) -> Input:
    return Input(
        name=one.name,
        value=one.value,
        source=one.source,
        weight=one.weight,
        note=one.note,
        events=_events(agency, sources.get(one.source or "", [])),
    )


def _events(agency: str, positions: Iterable[int]) -> list[strawberry.ID]:
    return [strawberry.ID(event_id(agency, position)) for position in sorted(set(positions))]


def _origin(written: str | None) -> Origin | None:
    if written is None:
        return None
    file, line, col = written.rsplit(":", 2)
    return Origin(file=file, line=int(line), col=int(col))


def _reference(key: str | None, title: str | None) -> LegalReference | None:
    return None if key is None else LegalReference(key=key, title=title)


def _decimal(value: object) -> Decimal | None:
    return None if value is None else Decimal(str(value))
