"""Which language somebody reads, by what their program says of it."""

from collections.abc import Mapping
from typing import Literal, TypeAlias, get_args

Language: TypeAlias = Literal["en", "id"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
DEFAULT: Language = "en"

_LONGEST = 500
_OLD = {"in": "id"}
"""Some programs still say Indonesian as ISO 639 had it before 1989."""


def accepted(header: str | None) -> Language:
    """The language that Accept-Language (RFC 9110, 12.5.4) likes best of those that there are; English else.

    What is written wrongly is passed over: nobody is refused an answer for the language they ask it in.
    """
    if not header or len(header) > _LONGEST:
        return DEFAULT
    asked = dict[str, float]()
    for part in header.split(","):
        name, _, weight = part.partition(";")
        asked.setdefault(_primary(name), _weight(weight))
    anything = asked.get("*", 0.0)
    # Of those that are liked alike the one named first, and one that is named before one that is not.
    order = [*(name for name in asked if name != "*"), *LANGUAGES]
    liked = {one: asked.get(one, anything) for one in LANGUAGES}
    best = max(LANGUAGES, key=lambda one: (liked[one], -order.index(one)))
    return best if liked[best] > 0 else DEFAULT


def of_environment(variables: Mapping[str, str]) -> Language:
    """The language of the one who sits at the terminal: the first of NERACA_LANGUAGE, LC_ALL, LC_MESSAGES and LANG that
    says one.
    """
    names = ("NERACA_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
    said = next((variables[name] for name in names if variables.get(name)), "")
    return _known(_primary(said.partition(".")[0].replace("_", "-"))) or DEFAULT


def _primary(name: str) -> str:
    first = name.strip().lower().partition("-")[0]
    return _OLD.get(first, first)


def _known(name: str) -> Language | None:
    return next((one for one in LANGUAGES if one == name), None)


def _weight(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if not name:
        return 1.0
    try:
        return min(max(float(value), 0.0), 1.0) if name.strip().lower() == "q" else 1.0
    except ValueError:
        return 0.0
