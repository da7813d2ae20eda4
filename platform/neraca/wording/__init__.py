"""What is refused, in the languages of those who read it. The code speaks English; a catalogue has the rest."""

from neraca.wording import language
from neraca.wording.catalogue import Translation, translated

__all__ = ["Translation", "language", "translated"]
