"""Which users are asked for (RFC 7644, 3.4.2.2): by what is equal, one or several joined by `and`."""

import re

from msgspec import Struct

from neraca.api.scim.attributes import ENTERPRISE, resolve
from neraca.api.scim.refusals import ScimRefusal
from neraca.domain.text_kinds import shown

LONGEST = 1_000

_AND = re.compile(r"\s+and\s+", re.IGNORECASE)
_EQUAL = re.compile(
    r'(?P<path>\S+)\s+eq\s+(?:"(?P<text>[^"\\\x00-\x1f\x7f]*)"|(?P<truth>true|false))', re.IGNORECASE | re.ASCII
)


class UserFilter(Struct, frozen=True):
    """None what may be anything."""

    number: str | None = None
    active: bool | None = None
    unit: str | None = None
    supervisor: str | None = None
    none: bool = False


def read(text: str | None) -> UserFilter:
    """Raises ScimRefusal `invalidFilter`."""
    if text is None:
        return UserFilter()
    if len(text) > LONGEST:
        raise ScimRefusal("invalidFilter", f"the filter has {len(text):,} characters; at most {LONGEST:,} are read")
    found: dict[str, str | bool] = {}
    for part in _AND.split(text.strip()):
        name, value = _equal(part)
        if found.setdefault(name, value) != value:
            return UserFilter(none=True)
    return UserFilter(**found)  # pyright: ignore[reportArgumentType] -- each is of its own kind


_ALSO = {
    "id": "userName",
    **dict.fromkeys(("manager", "manager.value"), f"{ENTERPRISE}:manager"),
    "department": f"{ENTERPRISE}:department",
}
"""How programs name what is meant as well."""

_FIELDS = {"employee": "number", "active": "active", "unit": "unit", "supervisor": "supervisor"}


def _equal(part: str) -> tuple[str, str | bool]:
    found = _EQUAL.fullmatch(part.strip())
    if found is None:
        raise _unknown(part)
    path, truth = found["path"], found["truth"]
    there = resolve(_ALSO.get(path.lower(), path))
    name = None if there is None else _FIELDS.get(there[0].field)
    if name is None or (truth is not None) != (name == "active"):
        raise _unknown(part)
    return name, truth.lower() == "true" if truth is not None else found["text"]


def _unknown(part: str) -> ScimRefusal:
    told = (
        f'{shown(part)} can\'t be looked for; write such as userName eq "198501012010011001" or active eq true, '
        "joined by and"
    )
    return ScimRefusal("invalidFilter", told)
