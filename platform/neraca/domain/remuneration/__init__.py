"""What follows from a result in points and in money: credit points (angka kredit), and the performance allowance (TPP).

Each is fixed by HR under the policy of its purpose that is in force, recorded with all it rests on, and revised where
that has changed.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from neraca.domain.remuneration import allowance, ceilings, credit, later_events, told_facts, unpaid_days

__all__ = ["allowance", "ceilings", "credit", "later_events", "told_facts", "unpaid_days"]
