"""What an evaluation answers: the sheet of one appraisal, and the steps that led there."""

from typing import Literal, TypeAlias

from msgspec import Struct

from neraca.domain.case import Micro
from neraca.policy.numbers import printed


class Block(Struct, frozen=True):
    """Why an appraisal can't be scored, and where."""

    path: str
    reason: str


Value: TypeAlias = Micro | Block | None
"""None is MISSING: a state of its own, never a zero."""


def lacking(*values: Value) -> Block | None:
    """What becomes of a result that some of these values are missing from: the first block among them, else MISSING."""
    return next((v for v in values if isinstance(v, Block)), None)


class EvaluationResult(Struct, frozen=True):
    """`score` and `nodes` are rounded to `places` decimals but kept in micro; `nodes` holds every indicator and node.

    A blocked sheet has no score, no predicate and no level of the outcome, yet shows whatever could be computed;
    `reason` says why and `path` where. `levels` are as classified, before any modifier.
    """

    status: Literal["final", "blocked"]
    reason: str | None
    path: str | None
    score: Micro | None
    predicate: str | None
    levels: dict[str, str]
    nodes: dict[str, Micro | None]
    places: int

    def to_builtins(self) -> dict[str, object]:
        """The line of `neraca policy evaluate`: decimals as text with all their places."""
        return {
            "status": self.status,
            "score": None if self.score is None else printed(self.score, self.places),
            "predicate": self.predicate,
            "levels": dict(self.levels),
            "nodes": {k: None if v is None else printed(v, self.places) for k, v in self.nodes.items()},
            "reason": self.reason,
        }


class Input(Struct, frozen=True, omit_defaults=True):
    """One number or word that went into a step. `source` is its path in the case; None for what another step gave.

    `value` is None where it is missing or may not be shown.
    """

    name: str
    value: str | None = None
    source: str | None = None
    weight: str | None = None
    note: str | None = None


Kind: TypeAlias = Literal["group", "panel", "measure", "cap", "node", "band", "matrix", "modifier"]


class Step(Struct, frozen=True, omit_defaults=True):
    """One entry of the trace. `value` is None where missing, blocked or not to be shown; `before` is what a cap or
    modifier was given.

    `origin` is the file:line:col that says so, `ref` and `ref_title` the law it rests on.
    """

    kind: Kind
    path: str
    formula: str
    inputs: tuple[Input, ...]
    value: str | None
    before: str | None = None
    note: str | None = None
    origin: str | None = None
    ref: str | None = None
    ref_title: str | None = None


Trace: TypeAlias = list[Step]


class Explanation(Struct, frozen=True):
    sheet: EvaluationResult
    steps: tuple[Step, ...]
