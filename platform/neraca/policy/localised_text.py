"""A sentence in plain Indonesian and plain English, and the turns of phrase that many sentences share."""

from collections.abc import Iterable
from decimal import Decimal

from msgspec import Struct

from neraca.policy.blocks import Cap
from neraca.policy.findings import plain


class LocalisedText(Struct, frozen=True):
    id: str
    en: str

    def __add__(self, other: "LocalisedText") -> "LocalisedText":
        return LocalisedText(f"{self.id} {other.id}".strip(), f"{self.en} {other.en}".strip())


NOTHING = LocalisedText("", "")


def listed(words: Iterable[str]) -> str:
    return ", ".join(words)


def given(source: str | Decimal) -> LocalisedText:
    """A fact by its name, or the number itself."""
    if isinstance(source, str):
        return LocalisedText(f"fakta `{source}`", f"the fact `{source}`")
    return LocalisedText(plain(source), plain(source))


def bounded(cap: Cap) -> LocalisedText:
    """What a cap does; nothing where there is none."""
    if cap.min is not None and cap.max is not None:
        low, high = plain(cap.min), plain(cap.max)
        return LocalisedText(f"Dibatasi antara {low} dan {high}.", f"Held between {low} and {high}.")
    if cap.min is not None:
        return LocalisedText(f"Paling sedikit {plain(cap.min)}.", f"At least {plain(cap.min)}.")
    if cap.max is not None:
        return LocalisedText(f"Paling banyak {plain(cap.max)}.", f"At most {plain(cap.max)}.")
    return NOTHING
