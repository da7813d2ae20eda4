"""What a user has: the attributes of RFC 7643 that a roster knows, and those of its own that it needs besides.

An attribute of RFC 7643 that the roster does not keep, such as an address, is passed over where it comes in, as the
standard allows: programs send all that they have.
"""

import re
from collections.abc import Mapping
from typing import Literal, TypeAlias, assert_never

from msgspec import Struct

from neraca.api.scim.refusals import ScimRefusal
from neraca.domain.agency import Agency
from neraca.domain.text_kinds import KEY, NAME, PROSE, TITLE, shown
from neraca.domain.validation import suggestion
from neraca.domain.vocabulary import EmploymentType, PositionClass
from neraca.service.imports import fields
from neraca.service.imports.fields import Reader

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
ROSTER = "urn:neraca:params:scim:schemas:extension:roster:1.0:User"

SCHEMAS = {
    USER: ("User", "Who is on the roster of an agency"),
    ENTERPRISE: ("EnterpriseUser", "Where and under whom they serve"),
    ROSTER: ("RosterUser", "What the roster has of them besides, and what a change of it needs"),
}

Mutability: TypeAlias = Literal["readOnly", "readWrite", "immutable", "writeOnly"]


class Attribute(Struct, frozen=True):
    """`field` is what it is in the roster, and `read` how a text is read as that; `choice` says what it is one of."""

    schema: str
    name: str
    field: str
    description: str
    mutability: Mutability = "readWrite"
    required: bool = False
    read: Reader | None = None
    choice: Literal["units", "employment", "classes", "today"] | None = None

    @property
    def key(self) -> str:
        """Its name in a path."""
        return self.name if self.schema == USER else f"{self.schema}:{self.name}"


_EMPLOYMENT = tuple(str(one) for one in EmploymentType if one is not EmploymentType.STATE_OFFICIAL)
"""A state official has no class, which a user must have: there are few, and they are registered by a command."""

ATTRIBUTES = (
    Attribute(
        USER,
        "userName",
        "employee",
        "Number of the employee, which the user has for an id too",
        "immutable",
        True,
        fields.employee,
    ),
    Attribute(USER, "displayName", "name", "Whole name", required=True, read=fields.text(NAME)),
    Attribute(
        USER, "title", "position", "Title of the post, changed by a decree", required=True, read=fields.text(TITLE)
    ),
    Attribute(
        USER,
        "userType",
        "employment_type",
        "Kind of employment",
        "immutable",
        True,
        fields.choice(EmploymentType, {}),
        "employment",
    ),
    Attribute(USER, "active", "active", "False from their last day of service on", required=True),
    Attribute(ENTERPRISE, "employeeNumber", "employee", "Number of the employee", "readOnly"),
    Attribute(ENTERPRISE, "organization", "agency", "The agency", "readOnly"),
    Attribute(
        ENTERPRISE,
        "department",
        "unit",
        "Office in which they serve today",
        required=True,
        read=fields.text(KEY),
        choice="units",
    ),
    Attribute(ENTERPRISE, "manager", "supervisor", "Whom they report to today", read=fields.employee),
    Attribute(
        ROSTER,
        "positionClass",
        "position_class",
        "Class of the post, changed by a decree",
        required=True,
        read=fields.choice(PositionClass, {}),
        choice="classes",
    ),
    Attribute(
        ROSTER,
        "careerLevel",
        "career_level",
        "Level of a functional post, changed by a decree",
        read=fields.text(NAME),
    ),
    Attribute(
        ROSTER,
        "since",
        "since",
        "First day of service; today where a registration does not say it",
        "immutable",
        read=fields.day,
        choice="today",
    ),
    Attribute(ROSTER, "lastDay", "retired", "Last day of service, where it is known", "readOnly"),
    Attribute(
        ROSTER,
        "effective",
        "effective",
        "Day from which a change holds, today where it is not said; of active it is the last day or the first again",
        "writeOnly",
        read=fields.day,
        choice="today",
    ),
    Attribute(
        ROSTER,
        "decree",
        "decree",
        "Decree of a change of post, or by which somebody is taken in again",
        "writeOnly",
        read=fields.text(TITLE),
    ),
    Attribute(
        ROSTER,
        "reason",
        "reason",
        "Why something is changed; the name of the program where it is not said",
        "writeOnly",
        read=fields.text(PROSE),
    ),
)

BY_KEY: Mapping[str, Attribute] = {one.key: one for one in ATTRIBUTES}
_BY_NAME = {(one.schema.lower(), one.name.lower()): one for one in ATTRIBUTES}
_SCHEMAS = {one.lower(): one for one in SCHEMAS}

NOT_KEPT: Mapping[str, frozenset[str]] = {
    USER: frozenset(
        [
            "schemas",
            "id",
            "externalid",
            "meta",
            "name",
            "nickname",
            "profileurl",
            "preferredlanguage",
            "locale",
            "timezone",
            "password",
            "emails",
            "phonenumbers",
            "ims",
            "photos",
            "addresses",
            "groups",
            "entitlements",
            "roles",
            "x509certificates",
        ]
    ),
    ENTERPRISE: frozenset({"schemas", "costcenter", "division"}),
    ROSTER: frozenset({"schemas"}),
}
"""Names of RFC 7643, in lower case, that may be sent and say nothing here."""

_PATH = re.compile(
    r"(?:(?P<schema>urn:[^\[\]\s]+):)?(?P<name>[A-Za-z$][\w$-]*)(?:\[[^\]]*\])?(?:\.(?P<sub>[A-Za-z$][\w$-]*))?",
    re.ASCII,
)
LONGEST_PATH = 300


def schema_named(name: str) -> str | None:
    """As it is written here; None where there is no such schema. Names are of any case (RFC 7643, 2.1)."""
    return _SCHEMAS.get(name.lower())


def resolve(path: str) -> tuple[Attribute, str | None] | None:
    """The attribute and, of a complex one, what of it; None for one that is not kept. Raises ScimRefusal."""
    found = _PATH.fullmatch(path) if len(path) <= LONGEST_PATH else None
    schema = schema_named(found["schema"] or USER) if found else None
    if found is None or schema is None:
        raise ScimRefusal("invalidPath", f"{shown(path)} names no attribute of a user; /Schemas tells which there are")
    attribute = _BY_NAME.get((schema.lower(), found["name"].lower()))
    if attribute is not None:
        return attribute, found["sub"]
    if found["name"].lower() in NOT_KEPT[schema]:
        return None
    there = sorted(one.name for one in ATTRIBUTES if one.schema == schema)
    raise ScimRefusal(
        "invalidPath", f"a user has no attribute {shown(found['name'])}; {suggestion(found['name'], there)}"
    )


def choices(attribute: Attribute, agency: Agency, today: str) -> tuple[str, ...]:
    """What may be taken for it, as far as that is known."""
    match attribute.choice:
        case "units":
            return tuple(sorted(agency.units))
        case "employment":
            return _EMPLOYMENT
        case "classes":
            return tuple(map(str, PositionClass))
        case "today":
            return (today,)
        case None:
            return ()
        case _:
            assert_never(attribute.choice)
