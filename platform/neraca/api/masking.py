"""The log for those who may follow it but know of no rater: one rating, or one answer to a survey, is withheld whole.

In its place there is a mark with nothing but the position. Nothing about the other events may tell what it was either:
versions within an appraisal would have a gap, and digests can be tried until they fit.
"""

from collections.abc import Collection
from typing import Any

import msgspec

from neraca.domain.appraisal.events import Finalised, Rated, RatingRevised, RatingWithdrawn
from neraca.domain.survey import ResponseRecorded

WITHHELD = "withheld"
"""The type of the mark, and all that it says."""

HIDDEN = frozenset(
    str(kind.__struct_config__.tag) for kind in (Rated, RatingRevised, RatingWithdrawn, ResponseRecorded)
)
"""Types that are withheld, whoever rated: of a rating that is changed nobody could tell without reading on."""

_MARK = msgspec.Raw(msgspec.json.encode({WITHHELD: True}))
_OF_APPRAISALS = "appraisal."
_FINALISED = str(Finalised.__struct_config__.tag)
_FOR_THE_AUDITOR = ("facts_digest", "salt")


def masked(row: dict[str, Any]) -> dict[str, Any]:
    """A row of the log as such a reader sees it: `position`, and the rest where it may be seen, else None."""
    if row["type"] in HIDDEN:
        return {
            "position": row["position"],
            "stream": None,
            "version": None,
            "type": WITHHELD,
            "recorded_at": None,
            "masked": True,
            "event": _MARK,
        }
    event, final = msgspec.Raw(row["data"]), row["type"] == _FINALISED
    return {
        "position": row["position"],
        "stream": row["stream"],
        "version": None if row["type"].startswith(_OF_APPRAISALS) else row["version"],
        "type": row["type"],
        "recorded_at": row["recorded_at"],
        "masked": final,
        "event": _without(event, _FOR_THE_AUDITOR) if final else event,
    }


def _without(event: msgspec.Raw, names: Collection[str]) -> msgspec.Raw:
    envelope: dict[str, Any] = msgspec.json.decode(event)
    for name in names:
        envelope["body"].pop(name, None)
    return msgspec.Raw(msgspec.json.encode(envelope))
