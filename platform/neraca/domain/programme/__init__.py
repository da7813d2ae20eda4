"""Programmes and teams: what people of several units of an agency do together, and what each of them has of it.

A programme is started by an official, who owns it, and led by somebody else. Members join from a day with a share. Its
indicators are reported once, for all; a period that is concluded becomes facts of each member's appraisal.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from neraca.domain.programme import (
        apportionment,
        commands,
        conclusion,
        contexts,
        decide,
        events,
        indicators,
        member_facts,
        membership,
        parties,
        reports,
        state,
    )

__all__ = [
    "apportionment",
    "commands",
    "conclusion",
    "contexts",
    "decide",
    "events",
    "indicators",
    "member_facts",
    "membership",
    "parties",
    "reports",
    "state",
]
