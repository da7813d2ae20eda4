"""From when on something is a finding. All of it is **ours and illustrative**: no text has a number for any of it."""

from datetime import timedelta
from fractions import Fraction

from msgspec import Struct

WINDOW = timedelta(minutes=10)
"""Within which judgements, or answers to reports, count as given in one go."""

LATE = timedelta(days=30)
"""The last days of a period, whose reports are remembered best."""


class Thresholds(Struct, frozen=True):
    """`fewest` people are looked at together, and `elements` of each; a difference is of so many per cent of the scale
    (`margin`) or more; `share` of the cases show it; and `chance` is how often it may come of itself at the most.
    """

    fewest: int = 5
    elements: int = 3
    pairs: int = 10
    others: int = 2
    margin: Fraction = Fraction(10)
    reciprocal_margin: Fraction = Fraction(15)
    share: Fraction = Fraction(4, 5)
    unread_share: Fraction = Fraction(1, 2)
    chance: Fraction = Fraction(1, 100)
    judgements_at_once: int = 10
    answers_at_once: int = 30
    minutes_a_day: int = 480
    days_a_month: int = 20


THRESHOLDS = Thresholds()
