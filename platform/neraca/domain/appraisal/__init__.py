"""The appraisal of one employee in one period, from plan to objection: the aggregate people's pay hangs on."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from neraca.domain.appraisal import (
        clocks,
        commands,
        consolidation,
        deadlines,
        decide,
        distribution,
        division,
        documents,
        events,
        parties,
        plan_rules,
        raters,
        relations,
        reports,
        result,
        reuse,
        state,
    )

__all__ = [
    "clocks",
    "commands",
    "consolidation",
    "deadlines",
    "decide",
    "distribution",
    "division",
    "documents",
    "events",
    "parties",
    "plan_rules",
    "raters",
    "relations",
    "reports",
    "result",
    "reuse",
    "state",
]
