"""Compiled policies and evaluations, kept in memory because they can always be made again from a row."""

from collections import OrderedDict
from collections.abc import Mapping
from uuid import UUID

from msgspec import Struct

from neraca.domain.case import Case, Micro
from neraca.domain.rater_privacy import Rules
from neraca.policy.compiled.compilation import CompiledPolicy, compile_policy
from neraca.policy.compiled.result import EvaluationResult
from neraca.policy.compiled.rulebook import ratings
from neraca.policy.engine.evaluation import Scoring
from neraca.policy.library import Library
from neraca.policy.numbers import printed
from neraca.policy.source.hashes import calc_hash, policy_hash

_PLANS = 200
_WARM = 100_000


class Ready(Struct, frozen=True):
    """`by_start`: the policy goes by the first day of a period, not the last. `joins`: it joins parts of one."""

    plan: CompiledPolicy
    ratings: Rules
    by_start: bool
    joins: bool


class Plans:
    """Compiled plans by policy hash."""

    def __init__(self) -> None:
        self._plans: OrderedDict[str, Ready] = OrderedDict()

    def get(self, hash_: str, file: str, texts: Mapping[str, str]) -> Ready:
        plan = self._plans.get(hash_)
        if plan is None:
            plan = self._plans[hash_] = compiled(file, texts)
            if len(self._plans) > _PLANS:
                self._plans.popitem(last=False)
        return plan


def compiled(file: str, texts: Mapping[str, str]) -> Ready:
    """By the text as it was published, whatever today's checks would say. Raises `Unsound` if it has not even shape."""
    resolved = Library.published(texts).by_file(file)
    plan = compile_policy(resolved.policy, resolved.origins, policy_hash(resolved), calc_hash(resolved))
    period = resolved.policy.period
    return Ready(plan, ratings(plan), period.policy_date == "period_start", period.segments is not None)


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
        self._kept: OrderedDict[tuple[str, UUID], AppraisalEvaluation] = OrderedDict()

    def get(self, agency: str, stream: UUID, case: Case, policy_hash: str | None) -> AppraisalEvaluation | None:
        kept = self._kept.get((agency, stream))
        if kept is not None and kept.case is case and kept.plan.policy_hash == policy_hash:
            return kept
        return None

    def take(self, agency: str, stream: UUID, case: Case, plan: CompiledPolicy) -> AppraisalEvaluation:
        kept = self._kept.get((agency, stream))
        if kept is not None and kept.case is case and kept.plan is plan:
            return kept
        kept = self._kept[agency, stream] = AppraisalEvaluation(plan, case)
        if len(self._kept) > _WARM:
            self._kept.popitem(last=False)
        return kept
