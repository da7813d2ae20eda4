"""What was said in words, asked for, withdrawn or declined."""

from datetime import date

from neraca.domain.appraisal.events.stages import OfAppraisal
from neraca.domain.event_facets import WithoutDossier, WithoutFacts
from neraca.domain.vocabulary import FeedbackSource, FeedbackTone


class OfFeedback(OfAppraisal, WithoutFacts, WithoutDossier, frozen=True):
    """Feedback is input to whoever judges, and no fact: no number rests on it (PermenPANRB 6/2022 ps 18-19).

    `source` is how its giver, or whoever is asked, stands to the employee.
    """

    source: FeedbackSource

    @property
    def hidden(self) -> bool:
        """Whether nobody may know of it as an event: a leader alone speaks under their name."""
        return self.source is not FeedbackSource.LEADER


class FeedbackGiven(OfFeedback, frozen=True, tag="appraisal.feedback-given"):
    """`feedback` is an id of the giver's own choosing. It is about one planned `result`, or one value that the policy
    rates (`indicator`), or the whole where neither is named.
    """

    feedback: str
    giver: str
    tone: FeedbackTone
    words: str
    on: date
    result: str | None = None
    indicator: str | None = None


class FeedbackWithdrawn(OfFeedback, frozen=True, tag="appraisal.feedback-withdrawn"):
    """The words are not shown any more to anybody; the log alone keeps them."""

    feedback: str
    giver: str
    reason: str


class FeedbackRequested(OfFeedback, frozen=True, tag="appraisal.feedback-requested"):
    """The employee or the appraiser (`asker`) asked somebody (`asked`) for feedback."""

    asker: str
    asked: str
    on: date
    result: str | None = None
    indicator: str | None = None
    question: str | None = None


class FeedbackDeclined(OfFeedback, frozen=True, tag="appraisal.feedback-declined"):
    """Whoever was asked gives none; every request to them ends with it. Those who asked are not told."""

    asked: str
