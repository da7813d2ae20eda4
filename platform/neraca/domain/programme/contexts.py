"""What decisions about a programme may know besides its own stream."""

from collections.abc import Mapping

from msgspec import Struct

from neraca.domain.command_rules import Rulebook
from neraca.domain.contexts import Context
from neraca.domain.programme.events import Counting


class FedBy(Struct, frozen=True):
    """Another programme whose indicator becomes a fact, and how that counts."""

    programme: str
    counting: Counting


class TypedFact(Struct, frozen=True):
    """A fact that an official vouched for in an appraisal of a member."""

    employee: str
    period: str
    fact: str


class FeedingContext(Context, frozen=True, kw_only=True):
    """To take somebody in, or to say what an indicator becomes: the policies that judge each period that is named, what
    other programmes become the same facts, and what of those is typed already for members.

    Looked up after `feeding`.
    """

    applied: Mapping[str, tuple[Rulebook, ...]]
    fed: Mapping[str, FedBy]
    typed: tuple[TypedFact, ...]


class ConcludingContext(Context, frozen=True, kw_only=True):
    """To conclude a period: the log positions of each report, of its filing and its acceptance; the policies by which
    people are appraised in it, each once.

    Looked up after `concludable`.
    """

    positions: Mapping[str, tuple[int, ...]]
    applied: tuple[Rulebook, ...] = ()


__all__ = ["ConcludingContext", "FedBy", "FeedingContext", "TypedFact"]
