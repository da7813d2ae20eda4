"""The log for those who may follow it but know of no rater: one rating, or one answer to a survey, is withheld whole.

In its place there is a mark with nothing but the position. Nothing about the other events may tell what it was either:
versions within an appraisal would have a gap, and digests can be tried until they fit.
"""

from collections.abc import Collection
from typing import Any

import msgspec

from neraca.domain.appraisal.events import Finalised
from neraca.domain.policy_register import PolicyImpactAttached
from neraca.domain.rater_draw import RaterDrawOpened
from neraca.domain.rater_privacy import TELLING_FIELDS, WITHHELD_COMMANDS, WITHHELD_EVENTS
from neraca.domain.registry import Command
from neraca.domain.remuneration.allowance import AllowanceFixed, AllowanceRevised
from neraca.domain.remuneration.credit import CreditBroughtForward, CreditFixed, CreditRevised
from neraca.domain.survey import AnswersPassedOn, SurveyClosed

WITHHELD = "withheld"
"""The type of the mark, and all that it says."""

_MARK = msgspec.Raw(msgspec.json.encode({WITHHELD: True}))
_OF_APPRAISALS = "appraisal."
_FOR_THE_AUDITOR = {
    str(Finalised.__struct_config__.tag): TELLING_FIELDS,
    str(PolicyImpactAttached.__struct_config__.tag): ("text",),
    str(SurveyClosed.__struct_config__.tag): ("sums", "counts", "repeated", "points"),
    str(AnswersPassedOn.__struct_config__.tag): ("flagged",),
    str(RaterDrawOpened.__struct_config__.tag): ("salt",),
}
"""Fields by type: digests can be tried until they fit, an impact report tells of units with few people, a closing of
what few citizens answered or a second one added, what was noticed of an answer whether it was the same as those before
it, and by the salt of a draw anybody could work out who rates whom."""
ALIKE = WITHHELD_EVENTS | _FOR_THE_AUDITOR.keys()
"""Types whose events count as equally long for such a reader: where a page ends would tell how long they are."""

_MADE_OF = ("facts", "facts_digest", "nodes")
_FOR_THE_PAYROLL = {
    **{str(one.__struct_config__.tag): ("amount", "whole", *_MADE_OF) for one in (AllowanceFixed, AllowanceRevised)},
    **{str(one.__struct_config__.tag): ("points", "accumulated", *_MADE_OF) for one in (CreditFixed, CreditRevised)},
    str(CreditBroughtForward.__struct_config__.tag): ("points", "years"),
}
"""Fields by type: what somebody is paid or credited, and what it is reckoned from. Read by a scope of its own."""


def alike(*, payroll: bool) -> frozenset[str]:
    """Types whose events count as equally long for a reader who knows of no rater."""
    return ALIKE if payroll else ALIKE | _FOR_THE_PAYROLL.keys()


def counted_as(command: Command) -> str:
    """The name under which anybody may count it: a counter that moves tells the moment, and must not tell of what."""
    tag = str(command.__struct_config__.tag)
    return WITHHELD if tag in WITHHELD_COMMANDS else tag


def masked(row: dict[str, Any], *, payroll: bool) -> dict[str, Any]:
    """A row of the log as such a reader sees it: `position`, and the rest where it may be seen, else None.

    `payroll` tells whether they may read what somebody is paid or credited.
    """
    if row["type"] in WITHHELD_EVENTS:
        return {
            "position": row["position"],
            "stream": None,
            "version": None,
            "type": WITHHELD,
            "recorded_at": None,
            "masked": True,
            "event": _MARK,
        }
    event, hidden = msgspec.Raw(row["data"]), _FOR_THE_AUDITOR.get(row["type"], ())
    if not payroll:
        hidden = (*hidden, *_FOR_THE_PAYROLL.get(row["type"], ()))
    return {
        "position": row["position"],
        "stream": row["stream"],
        # Versions count on without gaps, so a gap would tell that, and where, a rating was withheld.
        "version": None if row["type"].startswith(_OF_APPRAISALS) else row["version"],
        "type": row["type"],
        "recorded_at": row["recorded_at"],
        "masked": bool(hidden),
        "event": _without(event, hidden) if hidden else event,
    }


def _without(event: msgspec.Raw, names: Collection[str]) -> msgspec.Raw:
    envelope: dict[str, Any] = msgspec.json.decode(event)
    for name in names:
        envelope["body"].pop(name, None)
    return msgspec.Raw(msgspec.json.encode(envelope))
