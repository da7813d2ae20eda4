"""The policies of each agency, from its policy book in the log: compiled once, kept by hash, refreshed at every use."""

from collections.abc import Mapping
from datetime import date
from threading import Lock

from msgspec import Struct

from neraca.domain import policy_register, streams
from neraca.domain.command_rules import PolicyRef, Rulebook
from neraca.domain.errors import NotOneInForce
from neraca.domain.period import Period
from neraca.domain.policy_register import PolicyPublished, ValidityPeriod, validity
from neraca.domain.policy_register.events import PolicyProposed
from neraca.domain.vocabulary import PositionClass, Purpose
from neraca.policy.compiled.compilation import CompiledPolicy, compile_policy
from neraca.policy.compiled.rulebook import rulebook
from neraca.policy.library import Library, NoSuchPolicy, Unsound
from neraca.policy.source.hashes import calc_hash, policy_hash
from neraca.policy.source.inheritance import Resolved
from neraca.service.event_reader import EventReader


class PublishedPolicy(Struct, frozen=True):
    """A published policy, ready to judge by."""

    ref: PolicyRef
    resolved: Resolved
    plan: CompiledPolicy
    rules: Rulebook


class PolicyAltered(Exception):
    """The text in the policy book is no longer the one that was published under this hash: nothing is judged by it."""


class _Book(Struct):
    state: policy_register.State
    version: int
    published: dict[str, PolicyPublished]


class PolicyRepository:
    """Safe to share between threads. Whatever takes a policy from it may raise PolicyAltered."""

    def __init__(self, history: EventReader) -> None:
        self._reader = history
        self._books: dict[str, _Book] = {}
        self._shelved: dict[str, PublishedPolicy] = {}
        self._mutex = Lock()

    def in_force(
        self, agency: str, day: date, purpose: Purpose = "predicate", position_class: PositionClass | None = None
    ) -> PublishedPolicy | None:
        """The policy whose span holds the day. Reads what the book has gained since it was last looked at.

        None where none does. Raises NotOneInForce where two would, as for an unknown class where classes differ.
        """
        with self._mutex:
            book = self._read(agency)
            ref = policy_register.in_force(book.state, day, purpose, position_class)
            return None if ref is None else self._take(book, ref.hash)

    def require_in_force(
        self, agency: str, day: date, purpose: Purpose = "predicate", position_class: PositionClass | None = None
    ) -> PublishedPolicy:
        """Raises NotOneInForce for none or two, naming the spans."""
        with self._mutex:
            book = self._read(agency)
            ref = policy_register.require_in_force(book.state, day, purpose, position_class)
            return self._take(book, ref.hash)

    def ruling(self, agency: str, period: Period, position_class: PositionClass | None = None) -> PublishedPolicy:
        """By its policy date, which the policy in force at the end sets at the start or end.

        Raises NotOneInForce, naming the parts of a period that another rule cuts.
        """
        with self._mutex:
            book = self._read(agency)
            found = self._take(
                book, policy_register.require_in_force(book.state, period.ends, "predicate", position_class).hash
            )
            if found.rules.policy_date == "period_start":
                ref = policy_register.require_in_force(book.state, period.starts, "predicate", position_class)
                return self._take(book, ref.hash)
            validity.require_unsplit(
                book.state.of("predicate"), period, position_class, lambda one: self._joins(book, one)
            )
            return found

    def judging(self, agency: str, period: Period) -> tuple[Rulebook, ...]:
        """By which the appraisals of a period are judged, of whatever class, each once; cut or not."""
        with self._mutex:
            book = self._read(agency)
            found: dict[str, Rulebook] = {}
            for position_class in PositionClass:
                rules = self._judging(book, period, position_class)
                if rules is not None:
                    found.setdefault(rules.policy.hash, rules)
            return tuple(found.values())

    def _judging(self, book: _Book, period: Period, position_class: PositionClass) -> Rulebook | None:
        for day in (period.ends, period.starts):
            try:
                ref = policy_register.in_force(book.state, day, "predicate", position_class)
            except NotOneInForce:
                return None
            if ref is None:
                return None
            rules = self._take(book, ref.hash).rules
            if rules.policy_date == "period_end":
                break
        return rules

    def cut(self, agency: str, period: Period, position_class: PositionClass | None) -> bool:
        """Whether another rule begins within it. Raises NotOneInForce."""
        with self._mutex:
            book = self._read(agency)
            found = policy_register.in_force(book.state, period.ends, "predicate", position_class)
            if found is None or self._take(book, found.hash).rules.policy_date == "period_start":
                return False
            ruling = book.state.of("predicate")
            return len(validity.parts(ruling, period, position_class, lambda one: self._joins(book, one))) > 1

    def joining(self, agency: str, day: date) -> frozenset[str]:
        """Hashes of what is in force on a day and says how parts of a period are joined."""
        with self._mutex:
            book = self._read(agency)
            holding = [span for spans_ in book.state.spans.values() for span in spans_ if span.holds(day)]
            return frozenset(span.hash for span in holding if self._joins(book, span))

    def _joins(self, book: _Book, span: ValidityPeriod) -> bool:
        return self._take(book, span.hash).rules.segments

    def cycles(self, agency: str, day: date) -> dict[str, str]:
        """The cycle of all that is in force on a day, for whatever purpose and class, by policy hash."""
        with self._mutex:
            book = self._read(agency)
            holding = (span.hash for spans in book.state.spans.values() for span in spans if span.holds(day))
            return {hash_: self._take(book, hash_).rules.cycle for hash_ in holding}

    def by_hash(self, agency: str, hash_: str) -> PublishedPolicy:
        """Raises KeyError if the agency never published it."""
        with self._mutex:
            return self._take(self._read(agency), hash_)

    def by_ref(self, agency: str, id_: str, version: int) -> PublishedPolicy:
        """Raises KeyError if the agency never published it."""
        with self._mutex:
            book = self._read(agency)
            for published in book.published.values():
                if (published.policy.id, published.policy.version) == (id_, version):
                    return self._take(book, published.policy.hash)
        raise KeyError(f"{id_}@{version}")

    def latest(self, agency: str, id_: str) -> PublishedPolicy | None:
        """The last version the agency published of a policy."""
        with self._mutex:
            book = self._read(agency)
            versions = [one.policy for one in book.published.values() if one.policy.id == id_]
            return self._take(book, max(versions, key=lambda one: one.version).hash) if versions else None

    def proposed(self, agency: str, proposal: str) -> tuple[PublishedPolicy, PolicyProposed]:
        """The text of a proposal as it stands, and when and for whom it is to rule. Raises KeyError, and Unsound."""
        with self._mutex:
            proposed = self._read(agency).state.proposals[proposal].proposed
        return compile_published(proposed.file, proposed.texts), proposed

    def spans(self, agency: str, purpose: Purpose = "predicate") -> list[ValidityPeriod]:
        """All that were, are and will be."""
        with self._mutex:
            return list(self._read(agency).state.of(purpose))

    def joins(self, agency: str, span: ValidityPeriod) -> bool:
        """Whether the policy of a span says how parts of a period are joined."""
        with self._mutex:
            return self._joins(self._read(agency), span)

    def knows(self, agency: str, id_: str, version: int) -> bool:
        """Whether the agency ever published it."""
        return f"{id_}@{version}" in self.refs(agency)

    def refs(self, agency: str) -> list[str]:
        """Every policy the agency published, as `id@version`."""
        with self._mutex:
            published = self._read(agency).published.values()
            return [f"{one.policy.id}@{one.policy.version}" for one in published]

    def _read(self, agency: str) -> _Book:
        book = self._books.setdefault(agency, _Book(policy_register.State(), 0, {}))
        for past in self._reader.stream(agency, streams.policy_register(agency), after=book.version):
            book.state = policy_register.evolve(book.state, past.event)
            book.version = past.version
            if isinstance(past.event, PolicyPublished):
                book.published[past.event.policy.hash] = past.event
        return book

    def _take(self, book: _Book, hash_: str) -> PublishedPolicy:
        shelved = self._shelved.get(hash_)
        if shelved is None:
            published = book.published[hash_]
            shelved = self._shelved[hash_] = _as_published(published)
        return shelved


def _as_published(published: PolicyPublished) -> PublishedPolicy:
    ref = published.policy
    try:
        resolved = Library.published(published.texts).by_file(published.file)
    except (Unsound, NoSuchPolicy) as wrong:
        raise PolicyAltered(f"the text of {ref.id}@{ref.version} cannot be what was published: {wrong}") from None
    found = policy_hash(resolved)
    if found != ref.hash:
        raise PolicyAltered(f"the text of {ref.id}@{ref.version} has hash {found[:12]}, published was {ref.hash[:12]}")
    return ready(resolved)


def compile_published(file: str, texts: Mapping[str, str]) -> PublishedPolicy:
    """Raises `Unsound` with every finding, or `NoSuchPolicy`."""
    library, _ = Library.read(texts)
    return ready(library.by_file(file))


def ready(resolved: Resolved) -> PublishedPolicy:
    """Compiled, with the rules for commands."""
    plan = compile_policy(resolved.policy, resolved.origins, policy_hash(resolved), calc_hash(resolved))
    rules = rulebook(plan, resolved.policy)
    return PublishedPolicy(rules.policy, resolved, plan, rules)
