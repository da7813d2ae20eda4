"""Plans and warm evaluations, kept in memory because they can always be made again from a row."""

from collections import OrderedDict
from collections.abc import Mapping
from uuid import UUID

from msgspec import Struct
from neraca.policy.identity import calc_hash, policy_hash

from neraca.domain.case import Case
from neraca.policy.explain import Scoring
from neraca.policy.library import Library
from neraca.policy.plan import Plan, compile_plan

_PLANS = 200
_WARM = 100_000


class Ready(Struct, frozen=True):
    """`by_start`: the policy goes by the first day of a period, not the last."""

    plan: Plan
    by_start: bool


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
    """Raises `Unsound` if the texts no longer pass the checks they passed when they were published."""
    library, _ = Library.read(texts)
    resolved = library.by_file(file)
    plan = compile_plan(resolved.policy, resolved.origins, policy_hash(resolved), calc_hash(resolved))
    return Ready(plan, resolved.policy.period.policy_date == "period_start")


class Warm:
    """One `Scoring` per appraisal, dropped as soon as its row's facts or policy are not the ones it was made for."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, UUID], tuple[Case, Plan, Scoring]] = OrderedDict()

    def scoring(self, agency: str, stream: UUID, case: Case, plan: Plan) -> Scoring:
        kept = self._kept.get((agency, stream))
        if kept is not None and kept[0] is case and kept[1] is plan:
            return kept[2]
        scoring = Scoring(plan, case)
        self._kept[agency, stream] = (case, plan, scoring)
        if len(self._kept) > _WARM:
            self._kept.popitem(last=False)
        return scoring
