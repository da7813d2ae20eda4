"""From the texts of a policy to what judges by it: read, held to its hash or to today's checks, compiled, and kept.

Commands, scores, replays and pages all come through here, so that one text is one policy wherever it is used.
"""

from collections.abc import Mapping
from concurrent.futures import Future
from contextlib import AbstractContextManager
from threading import Lock
from typing import TypeAlias

from cachetools import LRUCache
from msgspec import Struct

from neraca.domain.command_rules import PolicyRef, Rulebook
from neraca.domain.policy_register import applicability
from neraca.policy.compiled.compilation import CompiledPolicy, compile_resolved
from neraca.policy.compiled.rulebook import rulebook
from neraca.policy.library import Library, NoSuchPolicy, Unsound
from neraca.policy.source.inheritance import Resolved

MOST = 256
"""Compiled policies that a process keeps: all that rule in a country of cities that adopt the same few dozen."""


_Key: TypeAlias = tuple[str, str, frozenset[tuple[str, str]]]


class PublishedPolicy(Struct, frozen=True):
    """A published policy, ready to judge by."""

    ref: PolicyRef
    resolved: Resolved
    plan: CompiledPolicy
    rules: Rulebook


class PolicyAltered(Exception):
    """The policy register has another text under this hash than was published: nothing is scored by it."""


class CompiledPolicies:
    """Keeps the last used policies by their hash and texts: who asks while one is compiled waits for it, and for no
    other. By the texts too, so that an altered one is found out where another agency has it whole.

    `mutex` is held for the moment of a look-up, never while anything is compiled: a lock where threads share this.
    """

    def __init__(self, mutex: AbstractContextManager[object]) -> None:
        self._compiled: LRUCache[_Key, Future[PublishedPolicy]] = LRUCache(MOST)
        self._mutex = mutex

    def at_hand(self, hash_: str, file: str, texts: Mapping[str, str]) -> PublishedPolicy | None:
        """None where it must be compiled first, or is being compiled: for who may not wait."""
        with self._mutex:
            promised = self._compiled.get(_key(hash_, file, texts))
        return promised.result() if promised is not None and promised.done() else None

    def get(self, hash_: str, file: str, texts: Mapping[str, str]) -> PublishedPolicy:
        """Raises PolicyAltered. What cannot be compiled is tried again by the next who asks."""
        key = _key(hash_, file, texts)
        with self._mutex:
            promised = self._compiled.get(key)
            ours = promised is None
            if promised is None:
                promised = self._compiled[key] = Future()
        if ours:
            try:
                promised.set_result(compile_published(file, texts, hash_))
            except BaseException as failed:
                with self._mutex:
                    if self._compiled.get(key) is promised:
                        del self._compiled[key]
                # After it is forgotten: whoever waited for this one is told, and whoever comes now tries again.
                promised.set_exception(failed)
        return promised.result()


def _key(hash_: str, file: str, texts: Mapping[str, str]) -> _Key:
    return hash_, file, frozenset(texts.items())


COMPILED = CompiledPolicies(Lock())
"""The one of this process: commands, pages and scores compile a policy once for each other."""


def compile_published(file: str, texts: Mapping[str, str], hash_: str) -> PublishedPolicy:
    """The published text of this hash, whatever today's checks would say of it. Raises PolicyAltered."""
    try:
        policy = ready(Library.published(texts).by_file(file))
    except (Unsound, NoSuchPolicy) as wrong:
        raise PolicyAltered(f"the text published as {hash_[:12]} cannot be what was published: {wrong}") from None
    if policy.ref.hash != hash_:
        raise PolicyAltered(f"the text of {file} has hash {policy.ref.hash[:12]}, published was {hash_[:12]}")
    return policy


def compile_draft(file: str, texts: Mapping[str, str]) -> PublishedPolicy:
    """A text not yet published, held to today's checks. Raises `Unsound` with every finding, or `NoSuchPolicy`."""
    library, _ = Library.read(texts)
    return ready(library.by_file(file))


def ready(resolved: Resolved) -> PublishedPolicy:
    """Compiled, with the rules for commands."""
    plan = compile_resolved(resolved)
    rules = rulebook(plan, resolved.policy)
    return PublishedPolicy(rules.policy, resolved, plan, rules)


def terms(policy: PublishedPolicy) -> applicability.Terms:
    """What a policy says of the periods it is for, as the question of which one applies needs it."""
    return applicability.Terms(policy.rules.policy_date == "period_start", policy.rules.segments)
