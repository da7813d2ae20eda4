"""How far an appraisal must have come for a command to make sense."""

from neraca.domain.appraisal.state import Appraisal, Stage
from neraca.domain.contexts import Context
from neraca.domain.errors import NotFound, NotOpen, TooLate


def opened(state: Appraisal) -> None:
    if state.stage is Stage.UNOPENED:
        raise NotFound("there is no such appraisal; HR opens it for an employee and a period")


def unfinished(state: Appraisal) -> None:
    """No evidence after the score: what counts is what lay before whoever fixed the result."""
    opened(state)
    # Alike for the appraiser, HR and the operator: none of them reopens, only a decided objection does.
    if state.stage is Stage.FINAL:
        raise NotOpen("the result is final; only a decided objection opens the appraisal again")


def planned(state: Appraisal) -> None:
    unfinished(state)
    if not state.planned:
        raise NotOpen("the plan is not approved yet; results are measured against an approved plan")


def promised(state: Appraisal, context: Context, what: str, field: str | None = None) -> None:
    """Raises TooLate for a target after the period: what was promised is not vouched for together with what was done.

    A decision on an objection that is being enacted may put right what was written down wrongly.
    """
    if context.today > state.ends and state.amending is None:
        raise TooLate(
            f"{what}; what was promised is fixed by the end of the period, {state.ends}, and only a decision on an "
            "objection opens it again",
            field=field,
        )


def final(state: Appraisal) -> None:
    opened(state)
    if state.stage is not Stage.FINAL:
        raise NotOpen("there is no final result yet; the appraisal must be finalised first")
