"""Hides in an event who gave a rating or an answer, from those who may follow the log but not know that."""

from typing import Any

import msgspec

from neraca.domain.appraisal.events import Rated, RatingRevised, RatingWithdrawn
from neraca.domain.survey import ResponseRecorded

_BY_RATERS = {str(kind.__struct_config__.tag): "rater" for kind in (Rated, RatingRevised, RatingWithdrawn)}
_BY_RATERS[str(ResponseRecorded.__struct_config__.tag)] = "respondent"


def hides(type_: str) -> bool:
    """Whether events of this type tell who rated or answered."""
    return type_ in _BY_RATERS


def masked(type_: str, data: bytes) -> bytes:
    """The envelope without the person. Its other values stay as they were written."""
    envelope: dict[str, Any] = msgspec.json.decode(data)
    envelope["by"] = None
    envelope.pop("for", None)
    envelope.pop("correlation", None)
    envelope["body"][_BY_RATERS[type_]] = None
    return msgspec.json.encode(envelope)
