"""All policies of a set of files: read, resolved over their parents and checked, with every mistake in any of them."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from functools import lru_cache
from types import MappingProxyType

from msgspec import Struct

from neraca.domain.agency import Agency
from neraca.domain.collector import no_cycles
from neraca.policy.check import check
from neraca.policy.check.subject import Subject
from neraca.policy.findings import Finding, errors, finding, in_order, suggestion
from neraca.policy.model import Policy
from neraca.policy.source import agency_files
from neraca.policy.source.binding import correct_keys, fill, survey
from neraca.policy.source.inheritance import Resolved, merge
from neraca.policy.source.yaml_tree import Entry, Leaf, Map, paths, read

POLICY = "asn-policy/1"

Ref = tuple[str, int]


class NoSuchPolicy(LookupError):
    """No file has this policy, or not in this version."""


class Unsound(ValueError):
    """The policy is there, but it or a parent has errors: `findings`."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join(map(str, self.findings)))


class Library:
    """Policies by id and version, and agencies by id: those without errors. Immutable once read."""

    def __init__(
        self,
        resolved: Mapping[str, Resolved],
        refs: Mapping[Ref, str],
        unsound: Mapping[str, tuple[Finding, ...]],
        agencies: Mapping[str, Agency],
    ) -> None:
        self._resolved = resolved
        self._refs = refs
        self._unsound = unsound
        self.agencies = agencies

    @classmethod
    def read(
        cls, files: Mapping[str, str], time_zones: Collection[str] | None = None, today: date | None = None
    ) -> tuple["Library", list[Finding]]:
        """What is sound in these files (name to show -> text), and everything wrong in any of them, by place.

        `time_zones` are the names the machine knows, `today` is the day for which calendars must be there; without
        them those of agencies go unchecked.
        """
        zones = None if time_zones is None else frozenset(time_zones)
        library, found = _read(tuple(files.items()), zones, today)
        return library, list(found)

    @classmethod
    def published(cls, files: Mapping[str, str]) -> "Library":
        """Of texts that passed the checks of their day, as their hash tells whoever asks: a check that came later is
        for what comes later, so nothing but the shape is asked.
        """
        with no_cycles():
            return _Reading(files, checks=False).library(None, None)[0]

    def ids(self) -> tuple[str, ...]:
        return tuple(sorted({id_ for id_, _ in self._refs}))

    def versions(self, id_: str) -> tuple[int, ...]:
        return tuple(sorted(version for known, version in self._refs if known == id_))

    def get(self, id_: str, version: int | None = None) -> Resolved:
        """Without a version, the latest. Raises NoSuchPolicy or Unsound."""
        versions = self.versions(id_)
        if not versions:
            raise NoSuchPolicy(f"no policy '{id_}' - {suggestion(id_, self.ids())}")
        wanted = versions[-1] if version is None else version
        if wanted not in versions:
            there = ", ".join(map(str, versions))
            raise NoSuchPolicy(f"policy '{id_}' has no version {wanted} - there is {there}")
        return self.by_file(self._refs[id_, wanted])

    def among(self, names: Iterable[str]) -> Iterable[Resolved]:
        """The sound policies of these files."""
        return (self._resolved[name] for name in names if name in self._resolved)

    def by_file(self, name: str) -> Resolved:
        """Raises NoSuchPolicy or Unsound."""
        if name in self._unsound:
            raise Unsound(self._unsound[name])
        if name not in self._resolved:
            raise NoSuchPolicy(f"no policy in '{name}' - {suggestion(name, self._resolved)}")
        return self._resolved[name]


# A verb or a command asks several times of the same texts: of the whole library, and of a draft with its parents. Few
# are kept, as each holds the trees of all its files.
@lru_cache(maxsize=4)
def _read(
    files: tuple[tuple[str, str], ...], time_zones: frozenset[str] | None, today: date | None
) -> tuple[Library, tuple[Finding, ...]]:
    with no_cycles():
        library, found = _Reading(dict(files)).library(time_zones, today)
    return library, tuple(found)


class _Merged(Struct, frozen=True):
    """A document over its parents, filled and checked; `found` also has what is wrong in the parents."""

    subject: Subject
    chain: tuple[str, ...]
    found: tuple[Finding, ...]


class _Reading:
    def __init__(self, files: Mapping[str, str], *, checks: bool = True) -> None:
        self.files = files
        self.checks = checks
        self.own: dict[str, list[Finding]] = {}
        self.documents: dict[str, Map] = {}
        self.refs: dict[Ref, str] = {}
        self.laid: dict[str, _Merged | None] = {}
        self.agencies: dict[str, Map] = {}
        self.filled: dict[int, object] = {}

    def library(self, time_zones: Collection[str] | None, today: date | None) -> tuple[Library, list[Finding]]:
        for file, text in self.files.items():
            self.take(file, text)
        for file in self.documents:
            self.merge(file, ())
        resolved: dict[str, Resolved] = {}
        unsound: dict[str, tuple[Finding, ...]] = {}
        for file, laid in self.laid.items():
            wrong = errors(self.own[file] if laid is None else laid.found)
            if laid is None or wrong:
                unsound[file] = tuple(in_order(wrong))
            else:
                resolved[file] = self.resolved(laid)
        agencies = self.read_agencies(resolved, time_zones, today)
        library = Library(MappingProxyType(resolved), MappingProxyType(self.refs), unsound, agencies)
        return library, in_order(one for own in self.own.values() for one in own)

    def read_agencies(
        self, resolved: Mapping[str, Resolved], time_zones: Collection[str] | None, today: date | None
    ) -> Mapping[str, Agency]:
        sound: dict[str, Agency] = {}
        first: dict[str, str] = {}
        clients: dict[tuple[str, str], str] = {}

        def find(id_: str, version: int) -> Resolved | agency_files.Missed:
            file = self.refs.get((id_, version))
            if file is None:
                return agency_files.Missed(*self.missed(id_, version))
            what = f"policy '{id_}' version {version} has errors"
            return resolved.get(file) or agency_files.Missed("id", what, f"mend {file} first")

        for file, document in self.agencies.items():
            source, found = agency_files.read(document)
            found += agency_files.check(source, find, time_zones, today)
            agency = source.agency
            if first.setdefault(agency.id, file) != file and "/id" not in source.broken:
                found.append(source.at("/id", f"'{agency.id}' is also in {first[agency.id]}", "give each its own id"))
            if (one := agency.sign_in) is not None and clients.setdefault((one.issuer, one.client), file) != file:
                what = f"'{one.client}' of that issuer is also in {clients[one.issuer, one.client]}"
                found.append(source.at("/sign_in/client", what, "give each agency a client of its own"))
            self.own[file] += found
            if not errors(self.own[file]):
                sound[agency.id] = agency
        return MappingProxyType(sound)

    def resolved(self, laid: _Merged) -> Resolved:
        subject = laid.subject
        sources = {file: self.files[file] for file in laid.chain}
        return Resolved(subject.policy, subject.document, subject.origins, laid.chain, sources)

    def take(self, file: str, text: str) -> None:
        document, found = read(file, text)
        self.own[file] = found
        if document is None:
            self.laid[file] = None
            return
        schema = document.leaf("schema")
        if schema == agency_files.SCHEMA:
            self.agencies[file] = document
            return
        if schema != POLICY:
            entry = document.entries.get("schema")
            at, path = (document.at, "") if entry is None else (entry.value.at, "/schema")
            what = "missing key 'schema'" if entry is None else f"unknown schema '{schema}'"
            found.append(finding(at, path, what, f"write schema: {POLICY} or {agency_files.SCHEMA}"))
            self.laid[file] = None
            return
        document, found = correct_keys(document, Policy)
        self.own[file] += found
        self.documents[file] = document
        ref = _ref(document)
        if ref is not None and (first := self.refs.setdefault(ref, file)) != file:
            place = document.entries["version"].value.at
            what = f"'{ref[0]}' version {ref[1]} is also in {first}"
            self.own[file].append(
                finding(place, "/version", what, "give it the next version, or delete one of the two")
            )

    def merge(self, file: str, below: tuple[str, ...]) -> _Merged | None:
        """The file over its parents; None where they can't be had, which is then among its findings."""
        if file in self.laid:
            return self.laid[file]
        own, document = self.own[file], self.documents[file]
        parent, found = self.parent(file, (*below, file))
        own += found
        if parent is None and _extends(document) is not None:
            own += survey(document, Policy)
            self.laid[file] = None
            return None
        inherited = parent.found if parent is not None else ()
        merged = document
        if parent is not None:
            merged, found = merge(document, parent.subject.document)
            own += found
        policy, found, broken = fill(merged, Policy, self.filled)
        origins = paths(merged)
        subject = Subject(policy, merged, document, origins, broken, parent.subject if parent is not None else None)
        own += _news([*found, *(check(subject) if self.checks else ())], inherited)
        chain = (*parent.chain, file) if parent is not None else (file,)
        laid = _Merged(subject, chain, (*inherited, *own))
        self.laid[file] = laid
        return laid

    def parent(self, file: str, below: tuple[str, ...]) -> tuple[_Merged | None, list[Finding]]:
        entry = _extends(self.documents[file])
        if entry is None or not isinstance(entry.value, Map):
            return None, []
        ref = _ref(entry.value)
        if ref is None:
            missing = [key for key in ("id", "version") if key not in entry.value.entries]
            what, remedy = "missing key '{}'", "say which version of which policy"
            return None, [finding(entry.key, "/extends", what.format(key), remedy) for key in missing]
        if ref not in self.refs:
            return None, [self.no_parent(entry.value, ref)]
        name = self.refs[ref]
        # On the way down: a circle is told as what it is, and not as a recursion that went too deep.
        if name in below:
            round_ = " -> ".join((*below[below.index(name) :], name))
            what = f"extends itself in a circle: {round_}"
            return None, [finding(entry.key, "/extends", what, "let the topmost of them extend nothing")]
        laid = self.merge(name, below)
        if laid is None:
            what = f"its parent '{ref[0]}' version {ref[1]} cannot be resolved"
            return None, [finding(entry.key, "/extends", what, f"mend {name} first")]
        return laid, []

    def no_parent(self, extends: Map, ref: Ref) -> Finding:
        part, what, remedy = self.missed(*ref)
        return finding(extends.entries[part].value.at, f"/extends/{part}", what, remedy)

    def missed(self, id_: str, version: int) -> tuple[str, str, str]:
        """Why there is no such policy: the key at fault, what is wrong, the remedy."""
        versions = sorted(number for known, number in self.refs if known == id_)
        if versions:
            return "version", f"'{id_}' has no version {version}", f"there is {', '.join(map(str, versions))}"
        return "id", f"no policy '{id_}'", suggestion(id_, sorted({known for known, _ in self.refs}))


def _extends(document: Map) -> Entry | None:
    entry = document.entries.get("extends")
    return None if entry is None or (isinstance(entry.value, Leaf) and entry.value.value is None) else entry


def _ref(block: Map) -> Ref | None:
    id_, version = block.leaf("id"), block.leaf("version")
    if isinstance(id_, str) and not isinstance(version, bool | str | None) and version == int(version):
        return id_, int(version)
    return None


def _news(found: Iterable[Finding], inherited: Iterable[Finding]) -> list[Finding]:
    """What was not already found in a parent."""
    places, lacks = set[tuple[object, ...]](), set[tuple[str, str]]()
    for one in inherited:
        places.add((one.file, one.line, one.col, one.path, one.what))
        if one.what.startswith("missing key"):
            lacks.add((one.path, one.what))
    return [
        one
        for one in found
        if (one.file, one.line, one.col, one.path, one.what.partition(" (as inherited by ")[0]) not in places
        and (one.path, one.what) not in lacks
    ]
