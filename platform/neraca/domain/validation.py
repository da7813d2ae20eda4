"""What any value of a command must be before a rule looks at it: exact, written out, known by name."""

import re
from collections.abc import Collection
from decimal import Decimal
from difflib import get_close_matches
from unicodedata import category, normalize

from neraca.domain.case import MICRO, Micro
from neraca.domain.errors import Invalid
from neraca.domain.period import Period, parse
from neraca.domain.text_kinds import PERIOD, fault, shown

_KEY = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]*")
_LARGEST = 18
_OF_A_PERSON = re.compile(r"\d{16,18}")
"""An employee number (NIP) has 18 digits, that of a resident (NIK) 16."""


def exact(number: Decimal, field: str) -> Micro:
    """Micro of a number as written: more than six decimals are refused, never rounded."""
    if not number.is_finite() or number.adjusted() >= _LARGEST:
        raise Invalid(f"{field}: {number} is not a number below 10^{_LARGEST}", field=field)
    # Before it is multiplied: the decimal context rounds a product of more than 28 digits without a word.
    if len(number.as_tuple().digits) > _LARGEST + 6:
        raise Invalid(f"{field}: {number} has more than six decimals; round it where it is recorded", field=field)
    scaled = number * MICRO
    if scaled != int(scaled):
        raise Invalid(f"{field}: {number} has more than six decimals; round it where it is recorded", field=field)
    return int(scaled)


def written(text: str, field: str, what: str) -> str:
    """`what` says in a refusal what is missing: «the reason»."""
    if not text.strip():
        raise Invalid(f"{field}: {what} is empty; write it out", field=field)
    return text


def token(text: str) -> str:
    """The one form of a token or name by which it counts once: `w1` for «W1», «w1 » and full-width letters alike."""
    plain = normalize("NFKC", "".join(one for one in text if category(one) != "Cf"))
    return " ".join(normalize("NFKC", plain.casefold()).split())


def of_a_person(token: str) -> bool:
    """Whether it is the number of a person, however it is divided: a token must tell of nobody."""
    return _OF_A_PERSON.fullmatch(re.sub(r"[\W_]", "", token)) is not None


def key(text: str, field: str, what: str) -> str:
    """Keys become part of a stream's id, so they hold letters, digits, `.`, `_` and `-` only."""
    if not _KEY.fullmatch(text):
        raise Invalid(f"{field}: {shown(text)} can't be {what}: use letters, digits, '.', '_' and '-'", field=field)
    return text


def period(label: str) -> Period:
    """Stricter than what is read of stored events: whole, in ASCII digits, and of a year in which anybody serves."""
    try:
        found = parse(label)
    except ValueError as refused:
        raise Invalid(f"/period: {refused}", field="/period") from None
    if (wrong := fault(PERIOD, label)) is not None:
        raise Invalid(f"/period: {wrong}", field="/period")
    return found


def known(name: str, names: Collection[str], field: str, lacks: str) -> None:
    """Refuses a name that isn't among the names, with the nearest that is. `lacks` is a sentence, with `{}` where the
    name is to stand: «policy x has no fact {}».
    """
    if name not in names:
        raise Invalid(f"{field}: {lacks.replace('{}', shown(name))}; {suggestion(name, names)}", field=field)


def pointer(*parts: object) -> str:
    """The JSON pointer (RFC 6901) to what these names lead to, in which «~» and «/» of a name are written out."""
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in parts)


def suggestion(name: str, names: Collection[str]) -> str:
    near = get_close_matches(name, names, n=1)
    if near:
        return f"did you mean '{near[0]}'?"
    return f"there are {', '.join(sorted(names))}" if names else "there are none"
