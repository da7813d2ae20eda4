"""What makes two policies the same: hashes of their text, of what they say, and of what can move a digit.

The canonical form is the resolved document as JSON: keys sorted, numbers in their shortest form, bands as ordered pairs
(their order has a meaning, that of other maps has none), tests and removals left out. It is taken from the document
as written, not from our types: a key with a default that we add later leaves every older hash as it is.
"""

from collections.abc import Callable, Collection
from hashlib import sha256
from typing import TypeAlias, cast

from msgspec.json import Encoder

from neraca.policy.source.inheritance import Resolved
from neraca.policy.source.yaml_tree import value_of

Document: TypeAlias = dict[str, object]

NOT_SAID = frozenset({"tests", "remove"})
"""What has done its work once the policy is resolved and checked."""

NOT_CALCULATED = frozenset(
    {
        *("schema", "id", "version", "extends", "abstract", "title", "scope", "effective"),
        *("references", "workflow", "reporting", "ranking", "training", "constraints", "locks"),
    }
)
WORDS = {
    "scales": frozenset({"labels"}),
    "predicates": frozenset({"label"}),
    "indicators": frozenset({"label", "unit", "ref", "note", "guides"}),
    "nodes": frozenset({"label", "ref"}),
    "modifiers": frozenset({"ref"}),
}
"""Per section, what its things say to people only."""

# As numbers: 60.5 must not hash like the word "60.5".
_ENCODER = Encoder(order="sorted", decimal_format="number")


def hashes(resolved: Resolved) -> tuple[str, str]:
    """`policy_hash` and `calc_hash`, of one canonical form built for both."""
    document = said(resolved)
    return _hex(document), _hex(calculated(document))


def policy_hash(resolved: Resolved) -> str:
    """Hex, of everything the resolved policy says. A comment, a line break or 105.0 for 105 does not move it."""
    return _hex(said(resolved))


def calc_hash(resolved: Resolved) -> str:
    """Hex, of what can move a digit: policies that share it score every case alike."""
    return _hex(calculated(said(resolved)))


def said(resolved: Resolved) -> Document:
    """The canonical form, before it is written as JSON."""
    entries = resolved.document.entries
    document: Document = {key: value_of(entry.value) for key, entry in entries.items() if key not in NOT_SAID}
    if "classify" not in document:
        return document
    return document | {"classify": _each(document["classify"], _bands_as_pairs)}


def calculated(said: Document) -> Document:
    """What can move a digit, of a canonical form."""
    document = _without(said, NOT_CALCULATED)
    for section, words in WORDS.items():
        if section in document:
            document[section] = _each(document[section], lambda thing, words=words: _without(thing, words))
    for section in ("distribution", "period"):
        if isinstance(document.get(section), dict):
            document[section] = _without(_map(document[section]), {"ref"})
    return document


def _hex(document: Document) -> str:
    return sha256(_ENCODER.encode(document)).hexdigest()


def _bands_as_pairs(classifier: Document) -> Document:
    if "bands" not in classifier:
        return classifier
    return classifier | {"bands": [[level, band] for level, band in _map(classifier["bands"]).items()]}


def _each(section: object, change: Callable[[Document], Document]) -> Document:
    return {name: change(_map(thing)) for name, thing in _map(section).items()}


def _without(document: Document, keys: Collection[str]) -> Document:
    return {key: value for key, value in document.items() if key not in keys}


def _map(value: object) -> Document:
    """A map, as every sound policy has it here."""
    return cast("Document", value)
