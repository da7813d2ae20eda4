"""Evaluations, kept in memory because they can always be made again from a row."""

from uuid import UUID

from cachetools import LRUCache

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
    """One evaluation per appraisal, dropped when its row's facts or policy are not those it was made for."""

    def __init__(self) -> None:
        self._kept: LRUCache[tuple[str, UUID], AppraisalEvaluation] = LRUCache(_WARM)

    def get(self, agency: str, stream: UUID, case: Case, policy_hash: str | None) -> AppraisalEvaluation | None:
        kept = self._kept.get((agency, stream))
        # By identity: a row that was loaded anew has another case, on which nothing was touched.
        if kept is not None and kept.case is case and kept.plan.policy_hash == policy_hash:
            return kept
        return None

    def begin(self, agency: str, stream: UUID, case: Case, plan: CompiledPolicy) -> AppraisalEvaluation:
        """A new one, which takes every fact as it is now."""
        kept = self._kept[agency, stream] = AppraisalEvaluation(plan, case)
        return kept
