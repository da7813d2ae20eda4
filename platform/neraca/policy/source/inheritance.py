"""A child policy laid over its parent: what is inherited, what replaces what, and where each leaf was written.

Maps merge key by key; scalars, lists and a node's `of` replace whole, and so does a block whose `method` or `kind`
changes.
"""

from collections.abc import Mapping

from msgspec import Struct

from neraca.policy.findings import Finding, Origin, finding, suggestion
from neraca.policy.model import Policy
from neraca.policy.source.yaml_tree import Entry, Leaf, Map, Seq, find

OWN = ("id", "version", "extends", "abstract", "tests", "remove")
"""What a child never takes from its parent."""

DISCRIMINATORS = ("method", "kind")


class Resolved(Struct, frozen=True):
    """A policy with its parents merged in.

    `document` is the merged tree; `origins` tells where each path (`/nodes/hasil_kerja/of/kompetensi`) was written.
    `chain` names the files from the topmost parent down to the policy's own; `sources` holds their texts.
    """

    policy: Policy
    document: Map
    origins: Mapping[str, Origin]
    chain: tuple[str, ...]
    sources: Mapping[str, str]

    @property
    def file(self) -> str:
        return self.chain[-1]


def merge(child: Map, over: Map) -> tuple[Map, list[Finding]]:
    """The child's document over its resolved parent."""
    parent = Map(over.at, {key: entry for key, entry in over.entries.items() if key not in OWN})
    pruned, found = _prune(parent, child)
    merged = _merge(pruned, child, ())
    if (locks := _locks(over, child)) is not None:
        merged = Map(merged.at, {**merged.entries, "locks": locks})
    return merged, found


def _merge(parent: Map, child: Map, where: tuple[str, ...]) -> Map:
    # Keys of one method mean nothing to another.
    if any(parent.leaf(tag) != child.leaf(tag) for tag in DISCRIMINATORS if tag in child.entries):
        return child
    entries: dict[str, Entry] = {}
    restated = parent.entries.keys() <= child.entries.keys()
    for key in child.entries if restated else {**parent.entries, **child.entries}:
        above, below = parent.entries.get(key), child.entries.get(key)
        if above is None or below is None:
            entry = below or above
            assert entry is not None  # noqa: S101 - the key came from one of the two
            entries[key] = entry
        elif isinstance(above.value, Map) and isinstance(below.value, Map) and not _replaces((*where, key)):
            entries[key] = Entry(below.key, _merge(above.value, below.value, (*where, key)))
        else:
            entries[key] = below
    return Map(child.at, entries)


def _replaces(where: tuple[str, ...]) -> bool:
    # Weights belong together: some of a parent's beside some of a child's would sum to neither's 100.
    return len(where) == 3 and where[0] == "nodes" and where[2] == "of"


def _locks(parent: Map, child: Map) -> Entry | None:
    """Locks add up: a child can tighten what it was given, never loosen it."""
    above, below = parent.entries.get("locks"), child.entries.get("locks")
    if above is None or below is None or not isinstance(above.value, Seq) or not isinstance(below.value, Seq):
        return above or below if below is None or isinstance(below.value, Seq) else below
    return Entry(below.key, Seq(below.value.at, (*above.value.items, *below.value.items)))


def _prune(parent: Map, child: Map) -> tuple[Map, list[Finding]]:
    found: list[Finding] = []
    entry = child.entries.get("remove")
    if entry is None or not isinstance(entry.value, Seq):
        return parent, found
    pruned = parent
    for index, item in enumerate(entry.value.items):
        path = item.value if isinstance(item, Leaf) else None
        if not isinstance(path, str) or not path.startswith("/"):
            continue  # the shape check says so
        if path == "/locks" or path.startswith("/locks/"):
            what = "the locks of a parent cannot be removed"
            found.append(finding(item.at, f"/remove/{index}", what, "take this away"))
        elif find(parent, path) is None:
            at, known = f"/remove/{index}", _siblings(parent, path)
            found.append(finding(item.at, at, f"the parent has no '{path}' to remove", suggestion(path, known)))
        elif _stands_in_a_list(parent, path):
            what, remedy = (
                f"'{path}' stands in a list, which is never taken apart",
                "write the whole list again",
            )
            found.append(finding(item.at, f"/remove/{index}", what, remedy, "unfit"))
        else:
            pruned = _without(pruned, path.split("/")[1:])
    return pruned, found


def _stands_in_a_list(parent: Map, path: str) -> bool:
    parts = path.split("/")
    return any(isinstance(find(parent, "/".join(parts[:many])), Seq) for many in range(len(parts)))


def _without(tree: Map, parts: list[str]) -> Map:
    head, *rest = parts
    entry = tree.entries.get(head)
    if entry is None:
        return tree
    if not rest:
        return Map(tree.at, {key: value for key, value in tree.entries.items() if key != head})
    assert isinstance(entry.value, Map)  # noqa: S101 - it is there, and no list: asked before
    return Map(tree.at, {**tree.entries, head: Entry(entry.key, _without(entry.value, rest))})


def _siblings(tree: Map, path: str) -> list[str]:
    """The paths there are beside the one asked for."""
    above, _, _ = path.rpartition("/")
    beside = find(tree, above)
    return (
        [f"{above}/{key}" for key in beside.entries] if isinstance(beside, Map) else [f"/{key}" for key in tree.entries]
    )
