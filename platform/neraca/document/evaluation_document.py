"""What an evaluation document says, before anybody words or prints it: values of the log alone."""

from collections.abc import Mapping
from datetime import date
from typing import TypeAlias

from msgspec import Struct

from neraca.domain.command_rules import PolicyRef
from neraca.domain.vocabulary import DocumentForm, FeedbackTone, GuidanceKind, PositionClass, Priority

Label: TypeAlias = Mapping[str, str]
"""What a thing is called, by language."""


class Person(Struct, frozen=True):
    """Somebody as the roster had them; what it did not say is None."""

    number: str
    name: str | None = None
    position: str | None = None
    position_class: PositionClass | None = None
    unit: str | None = None


class TargetLine(Struct, frozen=True):
    """One indicator of a planned result; numbers as they were recorded. `actual` is None where nothing counted."""

    indicator: str
    unit: str
    target: str | None
    actual: str | None


class ResultLine(Struct, frozen=True):
    """A planned result; `level` and `note` are the appraiser's judgement, where the policy asks for one."""

    title: str
    priority: Priority
    targets: tuple[TargetLine, ...]
    level: str | None = None
    note: str | None = None


class ValueLine(Struct, frozen=True):
    """What an indicator or a node of the policy came to, at its final precision; None where it is missing."""

    label: Label
    value: str | None


class LevelLine(Struct, frozen=True):
    """A level that the policy classified the case on, such as the rating of work results or of behaviour."""

    classifier: str
    level: str


class PartLine(Struct, frozen=True):
    """A period whose result went into that of the whole, by its months."""

    period: str
    months: int
    score: str | None
    predicate: str


class GuidanceLine(Struct, frozen=True):
    """Coaching or counselling that was held in the period, about a result or a value in words, and the answer to it."""

    kind: GuidanceKind
    on: date
    by: Person
    about: str | None
    note: str
    answer: str | None = None


class FeedbackLine(Struct, frozen=True):
    """What a leader said in the period by name, about a result or a value in words."""

    tone: FeedbackTone
    on: date
    by: Person
    about: str | None
    words: str


class TakenOverLine(Struct, frozen=True):
    """A planned result that the appraiser took over."""

    title: str
    on: date
    by: Person
    note: str


class Statement(Struct, frozen=True):
    by: Person
    explanation: str


class Amendment(Struct, frozen=True):
    """The objection that led to this result, what both sides said, and what was decided."""

    grounds: str
    filed: date
    statements: tuple[Statement, ...]
    reason: str
    decided: date


class CohortLine(Struct, frozen=True):
    """What the appraiser's cohort had to do with the result: the predicate that was computed and why another was given,
    and whether the curve was kept, None where it was not asked. Where an amended result takes such a change back,
    `withdrawn` says why.
    """

    kept: bool | None
    computed: Label | None = None
    reason: str | None = None
    withdrawn: str | None = None


class Signature(Struct, frozen=True):
    """That the document was issued: its number, by whom it was signed, and the code by which it is found in the log.

    A `deputy` signed in the place of `by`.
    """

    number: str
    signed: date
    by: Person
    code: str
    deputy: Person | None = None
    recommendation: str | None = None


class EvaluationDocument(Struct, frozen=True, kw_only=True):
    """The document of one final result. Without `signature` it is a draft that nobody issued.

    `result` is the log position of the event that fixed the result. `digest` is that of the facts as it may be shown,
    None for a result from before there was one. `superior`: the reviewer evaluated in the appraiser's place;
    `final`: no objection lies against it. `of_last_year`: the organisation's predicate is that of the year before.
    """

    form: DocumentForm
    agency: str
    employee: Person
    appraiser: Person
    reviewer: Person | None
    period: str
    starts: date
    ends: date
    results: tuple[ResultLine, ...]
    values: tuple[ValueLine, ...]
    levels: tuple[LevelLine, ...]
    parts: tuple[PartLine, ...]
    organisation: str | None
    of_last_year: bool
    cohort: CohortLine | None
    score: str | None
    predicate: Label
    fixed: date
    superior: bool
    final: bool
    amendment: Amendment | None
    policy: PolicyRef
    policy_title: Label
    engine: str
    result: int
    digest: str | None
    signature: Signature | None = None
    taken_over: tuple[TakenOverLine, ...] = ()
    guidance: tuple[GuidanceLine, ...] = ()
    feedback: tuple[FeedbackLine, ...] = ()
