"""Which policy applies to an appraisal: told by when policies rule, and by what each says of its date and of splits.

Whoever asks brings the validity periods of one purpose, and `terms`, which looks a policy up by its validity period.
"""

from collections.abc import Callable, Collection
from typing import TypeAlias

from msgspec import Struct

from neraca.domain.period import Period
from neraca.domain.policy_register import validity
from neraca.domain.policy_register.validity import ValidityPeriod
from neraca.domain.vocabulary import PositionClass


class Terms(Struct, frozen=True):
    """What a policy says of the periods it is for. `at_start`: the first day of a period decides which policy applies,
    not the last. `prorates`: a period that another rule splits is appraised in parts, which are joined by months.
    """

    at_start: bool
    prorates: bool


TermsOf: TypeAlias = Callable[[ValidityPeriod], Terms]


def by_policy_date(
    spans: Collection[ValidityPeriod], period: Period, position_class: PositionClass | None, terms: TermsOf
) -> ValidityPeriod | None:
    """The one in force on the policy date, which the one in force at the end of the period sets; split or not.

    None where none is. Raises NotOneInForce for two.
    """
    last = validity.in_force(spans, period.ends, position_class)
    if last is None or not terms(last).at_start:
        return last
    return validity.in_force(spans, period.starts, position_class)


def applicable(
    spans: Collection[ValidityPeriod], period: Period, position_class: PositionClass | None, terms: TermsOf
) -> ValidityPeriod | None:
    """The same. Raises NotOneInForce also where another rule splits the period, naming the parts to appraise."""
    last = validity.in_force(spans, period.ends, position_class)
    if last is None or terms(last).at_start:
        # What begins after the first day has no say where that day decides.
        return last and validity.in_force(spans, period.starts, position_class)
    validity.require_unsplit(spans, period, position_class, lambda one: terms(one).prorates)
    return last


def require_applicable(
    spans: Collection[ValidityPeriod], period: Period, position_class: PositionClass | None, terms: TermsOf
) -> ValidityPeriod:
    """The same. Raises NotOneInForce also for none, naming the validity periods there are."""
    span = applicable(spans, period, position_class, terms)
    if span is not None:
        return span
    last = validity.require_in_force(spans, period.ends, position_class)
    return validity.require_in_force(spans, period.starts, position_class) if terms(last).at_start else last


def is_split(
    spans: Collection[ValidityPeriod], period: Period, position_class: PositionClass | None, terms: TermsOf
) -> bool:
    """Whether another rule begins within the period, so that its parts are appraised. Raises NotOneInForce."""
    last = validity.in_force(spans, period.ends, position_class)
    if last is None or terms(last).at_start:
        return False
    return len(validity.parts(spans, period, position_class, lambda one: terms(one).prorates)) > 1
