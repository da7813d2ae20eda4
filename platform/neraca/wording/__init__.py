"""What is refused, in the languages of those who read it. The code speaks English; a catalogue has the rest."""

from collections.abc import Mapping

from neraca.wording import language
from neraca.wording.catalogue import Translation, explained, translated

__all__ = ["Translation", "explained", "language", "spoken", "translated"]


def spoken(message: str, variables: Mapping[str, str]) -> str:
    """A sentence in the language of whoever sits at the terminal, by the environment's `variables`."""
    return translated(message).text if language.of_environment(variables) == "id" else message
