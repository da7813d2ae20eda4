"""The policies of each agency, from its register in the log: compiled once, kept by hash, refreshed at every use."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from copy import copy, deepcopy
from datetime import date
from threading import Lock

from cachetools import LRUCache
from msgspec import Struct, structs

from neraca.domain import policy_register, streams
from neraca.domain.command_rules import PolicyRef, ReportingRule, Rulebook
from neraca.domain.errors import NotOneInForce
from neraca.domain.period import Period
from neraca.domain.policy_register import PolicyPublished, ValidityPeriod, applicability
from neraca.domain.policy_register.events import PolicyProposed
from neraca.domain.vocabulary import PositionClass, Purpose
from neraca.policy.published import COMPILED, PolicyAltered, PublishedPolicy, compile_draft, terms
from neraca.service.event_reader import EventReader, RecordedEvent

_AGENCIES = 1_000
"""Registers that are kept."""


class Register(Struct, frozen=True):
    """An agency's policy register as of a version. Never changed: what is new makes another one of it.

    `looked_at` is a position of the log up to which it is known to be complete.
    """

    state: policy_register.State
    version: int
    published: Mapping[str, PolicyPublished]
    looked_at: int = 0


class PolicyRepository:
    """Safe to share between threads: the log is read and policies are compiled while no lock is held, so that no agency
    waits for another. Whatever takes a policy from it may raise PolicyAltered.
    """

    def __init__(self, reader: EventReader) -> None:
        self.reader = reader
        self._registers = _Registers(reader)
        self._read: Callable[[str], Register] = self._registers.newest

    def following(self, moved: Callable[[str], tuple[int, int]]) -> "PolicyRepository":
        """The same, but it reads a register only where that may have moved: `moved` tells up to which position the log
        of an agency was looked at, and the last one at which its register may have changed.
        """
        other = copy(self)
        other._read = lambda agency: self._registers.as_of(agency, *moved(agency))
        return other

    def in_force(
        self, agency: str, day: date, purpose: Purpose = "predicate", position_class: PositionClass | None = None
    ) -> PublishedPolicy | None:
        """The policy whose span holds the day. Reads what the register has gained since it was last looked at.

        None where none does. Raises NotOneInForce where two would, as for an unknown class where classes differ.
        """
        register = self._read(agency)
        ref = policy_register.in_force(register.state, day, purpose, position_class)
        return None if ref is None else self._take(register, ref.hash)

    def require_in_force(
        self, agency: str, day: date, purpose: Purpose = "predicate", position_class: PositionClass | None = None
    ) -> PublishedPolicy:
        """Raises NotOneInForce for none or two, naming the spans."""
        register = self._read(agency)
        ref = policy_register.require_in_force(register.state, day, purpose, position_class)
        return self._take(register, ref.hash)

    def ruling(self, agency: str, period: Period, position_class: PositionClass | None = None) -> PublishedPolicy:
        """By its policy date, which the policy in force at the end sets at the start or end.

        Raises NotOneInForce, naming the parts of a period that another rule cuts.
        """
        register = self._read(agency)
        spans = register.state.of("predicate")
        span = applicability.require_applicable(spans, period, position_class, self._terms_of(register))
        return self._take(register, span.hash)

    def judging(self, agency: str, period: Period) -> tuple[Rulebook, ...]:
        """By which the appraisals of a period are judged, of whatever class, each once; cut or not."""
        register = self._read(agency)
        found: dict[str, Rulebook] = {}
        for position_class in PositionClass:
            rules = self._judging(register, period, position_class)
            if rules is not None:
                found.setdefault(rules.policy.hash, rules)
        return tuple(found.values())

    def _judging(self, register: Register, period: Period, position_class: PositionClass) -> Rulebook | None:
        spans = register.state.of("predicate")
        try:
            span = applicability.by_policy_date(spans, period, position_class, self._terms_of(register))
        except NotOneInForce:
            return None
        return None if span is None else self._take(register, span.hash).rules

    def cut(self, agency: str, period: Period, position_class: PositionClass | None) -> bool:
        """Whether another rule begins within it. Raises NotOneInForce."""
        register = self._read(agency)
        spans = register.state.of("predicate")
        return applicability.is_split(spans, period, position_class, self._terms_of(register))

    def by_policy_date(
        self, agency: str, period: Period, purpose: Purpose, position_class: PositionClass | None = None
    ) -> PublishedPolicy | None:
        """The policy that is in force on the policy date of a period, whether another rule splits it or not.

        None where none is. Raises NotOneInForce for two.
        """
        register = self._read(agency)
        spans = register.state.of(purpose)
        span = applicability.by_policy_date(spans, period, position_class, self._terms_of(register))
        return None if span is None else self._take(register, span.hash)

    def joining(self, agency: str, day: date) -> frozenset[str]:
        """Hashes of what is in force on a day and says how parts of a period are joined."""
        register = self._read(agency)
        holding = [span for spans_ in register.state.spans.values() for span in spans_ if span.holds(day)]
        return frozenset(span.hash for span in holding if self._joins(register, span))

    def _terms_of(self, register: Register) -> applicability.TermsOf:
        return lambda span: terms(self._take(register, span.hash))

    def _joins(self, register: Register, span: ValidityPeriod) -> bool:
        return self._take(register, span.hash).rules.segments

    def cycles(self, agency: str, day: date) -> dict[str, str]:
        """The cycle of all that is in force on a day, for whatever purpose and class, by policy hash."""
        register = self._read(agency)
        holding = (span.hash for spans in register.state.spans.values() for span in spans if span.holds(day))
        return {hash_: self._take(register, hash_).rules.cycle for hash_ in holding}

    def by_hash(self, agency: str, hash_: str) -> PublishedPolicy:
        """Raises KeyError if the agency never published it."""
        return self._take(self._read(agency), hash_)

    def by_ref(self, agency: str, id_: str, version: int) -> PublishedPolicy:
        """Raises KeyError if the agency never published it."""
        register = self._read(agency)
        for published in register.published.values():
            if (published.policy.id, published.policy.version) == (id_, version):
                return self._take(register, published.policy.hash)
        raise KeyError(PolicyRef.written(id_, version))

    def latest(self, agency: str, id_: str) -> PublishedPolicy | None:
        """The last version the agency published of a policy."""
        register = self._read(agency)
        versions = [one.policy for one in register.published.values() if one.policy.id == id_]
        return self._take(register, max(versions, key=lambda one: one.version).hash) if versions else None

    def find(self, agency: str, ref: str) -> PublishedPolicy | None:
        """What the agency published under a hash, as `id@version`, or last under an id; None where it did not."""
        id_, version = PolicyRef.parsed(ref)
        versions = self.versions(agency, id_)
        if versions and (version is None or version in versions):
            return self.by_ref(agency, id_, max(versions) if version is None else version)
        try:
            return self.by_hash(agency, ref)
        except KeyError:
            return None

    def proposed(self, agency: str, proposal: str) -> tuple[PublishedPolicy, PolicyProposed]:
        """The text of a proposal as it stands, and when and for whom it is to rule. Raises KeyError, and Unsound."""
        proposed = self._read(agency).state.proposals[proposal].proposed
        return compile_draft(proposed.file, proposed.texts), proposed

    def shadows(self, agency: str) -> list[policy_register.Shadow]:
        """All that were named, in that order."""
        return deepcopy([*self._read(agency).state.shadows.values()])

    def shadowing(self, agency: str, shadow: str) -> tuple[PublishedPolicy, policy_register.Shadow]:
        """The rule that a shadow tries, and its days. Raises KeyError."""
        register = self._read(agency)
        found = register.state.shadows[shadow]
        named = found.named
        if not named.texts:
            return self._take(register, named.policy.hash), deepcopy(found)
        return COMPILED.get(named.policy.hash, named.file, named.texts), deepcopy(found)

    def spans(self, agency: str, purpose: Purpose = "predicate") -> list[ValidityPeriod]:
        """All that were, are and will be."""
        return list(self._read(agency).state.of(purpose))

    def joins(self, agency: str, span: ValidityPeriod) -> bool:
        """Whether the policy of a span says how parts of a period are joined."""
        return self._joins(self._read(agency), span)

    def knows(self, agency: str, id_: str, version: int) -> bool:
        """Whether the agency ever published it."""
        return version in self.versions(agency, id_)

    def refs(self, agency: str) -> list[str]:
        """Every policy the agency published, as `id@version`."""
        return [published.policy.name for published in self._read(agency).published.values()]

    def versions(self, agency: str, id_: str) -> list[int]:
        """Every version the agency published of a policy, in the order in which it did."""
        references = (published.policy for published in self._read(agency).published.values())
        return [ref.version for ref in references if ref.id == id_]

    def reporting_rules(self, agency: str) -> list[ReportingRule]:
        """Of every policy the agency published, but for those whose text was altered, which rule nothing."""
        register = self._read(agency)
        found: list[ReportingRule] = []
        for hash_ in register.published:
            with suppress(PolicyAltered):
                found.append(self._take(register, hash_).rules.reporting)
        return found

    def measured(self, agency: str, since: date, until: date) -> frozenset[str]:
        """The indicators and nodes of all that appraises, or will, on any of these days."""
        register = self._read(agency)
        meeting = {span.hash for span in register.state.of("predicate") if span.meets(since, until)}
        policies = [self._take(register, hash_).resolved.policy for hash_ in meeting]
        return frozenset(name for policy in policies for name in (*policy.indicators, *policy.nodes))

    def _take(self, register: Register, hash_: str) -> PublishedPolicy:
        published = register.published[hash_]
        return COMPILED.get(hash_, published.file, published.texts)


class _Registers:
    """Of each agency the newest register that was read."""

    def __init__(self, reader: EventReader) -> None:
        self._reader = reader
        self._known: LRUCache[str, Register] = LRUCache(_AGENCIES)
        self._mutex = Lock()

    def newest(self, agency: str) -> Register:
        """With all that was in the log when it was called."""
        known = self._get(agency)
        newer = self._reader.stream(agency, streams.policy_register(agency), after=known.version)
        return self._put(agency, _advanced(known, newer, known.looked_at)) if newer else known

    def as_of(self, agency: str, looked_at: int, moved_at: int) -> Register:
        """With all up to a position, where the last change that there may be up to it is told."""
        known = self._get(agency)
        # Position 0 is «never looked at», not «complete up to the beginning».
        if known.looked_at >= moved_at and known.looked_at:
            return known
        newer = self._reader.stream(agency, streams.policy_register(agency), after=known.version)
        return self._put(agency, _advanced(known, newer, looked_at))

    def _get(self, agency: str) -> Register:
        with self._mutex:
            return self._known.get(agency) or Register(policy_register.State(), 0, {})

    def _put(self, agency: str, register: Register) -> Register:
        """Whoever read later may have been here before: then that stays."""
        with self._mutex:
            known = self._known.get(agency)
            if known is None or (known.version, known.looked_at) < (register.version, register.looked_at):
                self._known[agency] = register
        return register


def _advanced(register: Register, newer: Sequence[RecordedEvent], looked_at: int) -> Register:
    if not newer:
        return structs.replace(register, looked_at=looked_at)
    # Others are reading the register that this one comes from, and folding changes a state in place.
    state, published = deepcopy(register.state), dict(register.published)
    for past in newer:
        state = policy_register.evolve(state, past.event)
        if isinstance(past.event, PolicyPublished):
            published[past.event.policy.hash] = past.event
    return Register(state, newer[-1].version, published, looked_at)
