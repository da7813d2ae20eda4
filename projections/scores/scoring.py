"""Evaluations, kept in memory because they can always be made again from a row."""

from uuid import UUID

from neraca.domain.case import Case, Micro
from neraca.policy.compiled.compilation import CompiledPolicy
from neraca.policy.compiled.result import EvaluationResult
from neraca.policy.engine.evaluation import Scoring
from neraca.policy.numbers import printed

_WARM = 100_000


class AppraisalEvaluation:
    """The evaluation of one appraisal, and its nodes as text: printing only what moved halves the cost of an event."""

    def __init__(self, plan: CompiledPolicy, case: Case) -> None:
        self.plan = plan
        self.case = case
        self.scoring = Scoring(plan, case)
        self._nodes: dict[str, Micro | None] = {}
        self._texts: dict[str, str | None] = {}

    def texts(self, sheet: EvaluationResult) -> dict[str, str | None]:
        """Decimals at final precision; the same dict each time."""
        before, texts = self._nodes, self._texts
        for name, value in sheet.nodes.items():
            if name not in before or before[name] != value:
                texts[name] = None if value is None else printed(value, sheet.places)
        self._nodes = sheet.nodes
        return texts


class EvaluationCache:
    """One evaluation per appraisal, dropped when its row's facts or policy are not those it was made for.

    A dict by the number of a stream, of which the oldest goes first: it is asked at nearly every event, and a look-up
    in an LRU, or the hash of a UUID, is Python that costs as much as the event.
    """

    def __init__(self) -> None:
        self._kept: dict[int, AppraisalEvaluation] = {}

    def get(self, stream: UUID, case: Case, policy_hash: str | None) -> AppraisalEvaluation | None:
        kept = self._kept.get(stream.int)
        # By identity: a row that was loaded again has another case, on which nothing was touched.
        if kept is not None and kept.case is case and kept.plan.policy_hash == policy_hash:
            return kept
        return None

    def begin(self, stream: UUID, case: Case, plan: CompiledPolicy) -> AppraisalEvaluation:
        """A new one, which takes every fact as it is now."""
        kept = self._kept[stream.int] = AppraisalEvaluation(plan, case)
        if len(self._kept) > _WARM:
            del self._kept[next(iter(self._kept))]
        return kept
