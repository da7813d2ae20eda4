"""The policy under a check, with its places: how a check says where something is wrong."""

from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

from msgspec import Struct

from neraca.policy.findings import Finding, Origin, Severity, finding, suggestion
from neraca.policy.model import Policy
from neraca.policy.source.yaml_tree import Leaf, Map, find


class Subject(Struct, frozen=True):
    """`own` is the policy's own document before its parent was merged in; `broken` the paths of the wrong shape."""

    policy: Policy
    document: Map
    own: Map
    origins: Mapping[str, Origin]
    broken: frozenset[str]
    parent: "Subject | None" = None

    @property
    def file(self) -> str:
        return self.own.at.file

    def at(self, path: str, what: str, remedy: str, *, severity: Severity = "error") -> Finding:
        """A finding at the key that stands at this path, or at the nearest above it."""
        return self._finding(self.origin(path), path, what, remedy, severity)

    def value(self, path: str, what: str, remedy: str, *, severity: Severity = "error") -> Finding:
        """A finding at the value that stands at this path, if it is a plain one; else as `at`."""
        tree = find(self.document, path)
        place = tree.at if isinstance(tree, Leaf) else self.origin(path)
        return self._finding(place, path, what, remedy, severity)

    def _finding(self, place: Origin, path: str, what: str, remedy: str, severity: Severity) -> Finding:
        heir = "" if place.file == self.file else f" (as inherited by {self.file})"
        return finding(place, path, what + heir, remedy, severity, self.law(path))

    def law(self, path: str) -> str | None:
        """The `ref` of the block this path lies in: the law its number rests on."""
        while path:
            block = find(self.document, path)
            ref = block.leaf("ref") if isinstance(block, Map) else None
            if isinstance(ref, str):
                return ref if ref in self.policy.references else None
            path = path.rpartition("/")[0]
        return None

    def origin(self, path: str) -> Origin:
        while path:
            if (origin := self.origins.get(path)) is not None:
                return origin
            path = path.rpartition("/")[0]
        return self.document.at

    def unknown(self, path: str, kind: str, word: str, known: Iterable[str]) -> Iterable[Finding]:
        """A finding if the word at this path names nothing."""
        words = list(known)
        if word not in words:
            yield self.value(path, f"unknown {kind} '{word}'", suggestion(word, words))

    def wrote(self, path: str) -> bool:
        """Whether the policy itself, not a parent, wrote what stands at this path."""
        return self.origin(path).file == self.file

    def follows_from_broken(self, path: str) -> bool:
        return any(
            broken == path or broken.startswith(f"{path}/") or path.startswith(f"{broken}/") for broken in self.broken
        )

    def broken_in(self, *patterns: str) -> bool:
        """Whether something is broken at, above or below a path like `/nodes/*/of`."""
        return any(_meets(pattern.split("/"), path.split("/")) for pattern in patterns for path in self.broken)


def _meets(pattern: list[str], path: list[str]) -> bool:
    return all(wanted in ("*", part) for wanted, part in zip(pattern, path, strict=False))


Check: TypeAlias = Callable[[Subject], Iterable[Finding]]
