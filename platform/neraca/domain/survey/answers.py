"""Whether what a citizen answered can count."""

from decimal import Decimal

from neraca.domain import validation
from neraca.domain.errors import Invalid

LOWEST, HIGHEST = Decimal(1), Decimal(4)
"""The scale of an answer (PermenPANRB 14/2017)."""


def sound(survey: str, answers: dict[str, Decimal], elements: list[str], within: str = "") -> dict[str, Decimal]:
    """The answers, if there are any, each to an element of the survey and one of 1, 2, 3 and 4. Raises Invalid.

    `within` is the JSON pointer to what holds them.
    """
    if not answers:
        raise Invalid(f"{within}/answers: there is no answer; record only who answered", field=f"{within}/answers")
    for element, answer in answers.items():
        at = within + validation.pointer("answers", element)
        validation.known(element, elements, at, f"survey '{survey}' has no element {{}}")
        validation.exact(answer, at)
        if not LOWEST <= answer <= HIGHEST:
            raise Invalid(f"{at}: {answer} is not within {LOWEST} to {HIGHEST}", field=at)
        # In older ledgers there may be halves; they count as they stand.
        if answer % 1:
            raise Invalid(f"{at}: {answer} is no answer; the scale has 1, 2, 3 and 4 only", field=at)
    return answers
