"""A policy as a page people can read: each rule in words, where its values come from, its law, and its tests.

The page is built once, as values; render.py writes it as Markdown or as HTML.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import assert_never, cast

from msgspec import Struct
from msgspec.structs import replace

from neraca.domain.command_rules import PolicyRef
from neraca.policy import model
from neraca.policy.docs import descriptions
from neraca.policy.localised_text import NOTHING, LocalisedText
from neraca.policy.source.hashes import policy_hash
from neraca.policy.source.inheritance import Resolved
from neraca.policy.source.yaml_tree import Leaf, Map, Refused, Seq, Tree, find, read, value_of
from neraca.policy.testing import runner

_SAID_ELSEWHERE = frozenset({"label", "labels", "ref", "note", "guides"})


class Value(Struct, frozen=True):
    """One value as written: its path within the rule, what it says, the level of whoever says so, and the place."""

    path: str
    says: str
    level: LocalisedText
    place: str


class Law(Struct, frozen=True):
    """`warning` is said in capitals beside whatever rests on it; empty where somebody read the law itself."""

    key: str
    title: str
    article: str | None
    url: str | None
    status: LocalisedText
    warning: LocalisedText


class Rule(Struct, frozen=True):
    """`path` is where it stands in the policy; `law` None where it names none."""

    path: str
    title: LocalisedText
    said: LocalisedText
    values: tuple[Value, ...]
    law: Law | None
    note: str | None = None
    cites: bool = True


class Section(Struct, frozen=True):
    title: LocalisedText
    rules: tuple[Rule, ...]


class Tried(Struct, frozen=True):
    name: str
    expects: str
    passed: bool
    differences: tuple[str, ...]


class Page(Struct, frozen=True):
    """`chain` is where it comes from, topmost first: level and file. `warning` is what must be read before all else."""

    id: str
    version: int
    hash: str
    title: LocalisedText
    scope: str
    chain: tuple[tuple[LocalisedText, str], ...]
    warning: tuple[LocalisedText, ...]
    sections: tuple[Section, ...]
    laws: tuple[Law, ...]
    tests: tuple[Tried, ...]

    @property
    def name(self) -> str:
        """Of the file, without its ending."""
        return PolicyRef.written(self.id, self.version)


def page(resolved: Resolved) -> Page:
    policy, levels = resolved.policy, _levels(resolved)
    laws = {key: _law(key, one) for key, one in policy.references.items()}
    sections = tuple(section for section in _sections(_PageBuilder(resolved, levels, laws), policy) if section.rules)
    return Page(
        id=policy.id,
        version=policy.version,
        hash=policy_hash(resolved),
        title=_called(policy.title, policy.id),
        scope=f"{policy.scope.level} {policy.scope.code}",
        chain=tuple((levels[file], file) for file in resolved.chain),
        warning=tuple(_warnings(laws, sections)),
        sections=sections,
        laws=tuple(laws.values()),
        tests=tuple(_tests(resolved)),
    )


class _PageBuilder:
    """Writes rules with the places and the law of one policy."""

    def __init__(self, resolved: Resolved, levels: Mapping[str, LocalisedText], laws: Mapping[str, Law]) -> None:
        self._resolved = resolved
        self._levels = levels
        self._laws = laws

    def rule(
        self,
        path: str,
        title: LocalisedText,
        said: LocalisedText,
        ref: str | None = None,
        note: str | None = None,
        *,
        cites: bool = True,
    ) -> Rule:
        tree = find(self._resolved.document, path)
        values = () if tree is None else tuple(self._values(path, "", tree))
        law = self._laws.get(ref or self._lock(path) or "")
        return Rule(path.removeprefix("/"), title, said, values, law, note, cites)

    def _lock(self, path: str) -> str | None:
        """The reference of the lock on it, where the rule itself can't name one."""
        locks = (one for one in self._resolved.policy.locks if f"{path}/".startswith(f"{one.path}/"))
        return next((one.ref for one in locks if one.ref is not None), None)

    def _values(self, path: str, below: str, tree: Tree) -> Iterator[Value]:
        match tree:
            case Map():
                for key, entry in tree.entries.items():
                    if key not in _SAID_ELSEWHERE:
                        yield from self._values(f"{path}/{key}", f"{below}/{key}", entry.value)
            case Seq() if any(isinstance(item, Map) for item in tree.items):
                for index, item in enumerate(tree.items):
                    yield from self._values(f"{path}/{index}", f"{below}/{index}", item)
            case Seq() | Leaf() | Refused():
                origin = self._resolved.origins[path]
                yield Value(below.removeprefix("/"), _shown(value_of(tree)), self._levels[origin.file], str(origin))
            case _:
                assert_never(tree)


def _sections(pen: _PageBuilder, policy: model.Policy) -> Iterator[Section]:
    yield Section(LocalisedText("Umum", "In general"), tuple(_general(pen, policy)))
    yield Section(LocalisedText("Indikator", "Indicators"), tuple(_indicators(pen, policy)))
    yield _section(
        LocalisedText("Gabungan nilai", "How values are put together"),
        (
            pen.rule(f"/nodes/{name}", _called(one.label, name), descriptions.node(policy, name), one.ref)
            for name, one in policy.nodes.items()
        ),
    )
    yield Section(LocalisedText("Predikat", "The predicate"), tuple(_classes(pen, policy)))
    yield _section(
        LocalisedText("Panel penilai", "Panels of raters"),
        (pen.rule(f"/panels/{name}", _as_it_is(name), descriptions.panel(one)) for name, one in policy.panels.items()),
    )
    yield _section(
        LocalisedText("Skala", "Scales"),
        (pen.rule(f"/scales/{name}", _as_it_is(name), descriptions.scale(one)) for name, one in policy.scales.items()),
    )
    if policy.distribution is not None:
        yield Section(
            LocalisedText("Sebaran predikat", "Spread of predicates"), tuple(_spread(pen, policy.distribution))
        )
    if policy.ranking is not None:
        ranked = descriptions.ranking(policy.ranking)
        place = pen.rule("/ranking", LocalisedText("Cara", "How"), ranked, policy.ranking.ref)
        yield Section(LocalisedText("Peringkat", "Ranking"), (place,))
    if policy.training is not None:
        weak = descriptions.training(policy.training)
        rule = pen.rule("/training", LocalisedText("Nilai yang lemah", "Weak values"), weak, policy.training.ref)
        yield Section(LocalisedText("Kebutuhan pelatihan", "What asks for training"), (rule,))
    if policy.reporting is not None:
        said = descriptions.reporting(policy.reporting)
        entry = pen.rule("/reporting", LocalisedText("Irama", "Rhythm"), said, policy.reporting.ref)
        yield Section(LocalisedText("Pendokumentasian kinerja", "Documentation of progress"), (entry,))
    yield _section(
        LocalisedText("Angka kredit yang dibutuhkan", "Credit points that are asked for"),
        (
            pen.rule(f"/thresholds/{name}", _as_it_is(name), descriptions.credit_need(one), one.ref)
            for name, one in policy.thresholds.items()
        ),
    )
    if policy.workflow is not None:
        yield Section(LocalisedText("Alur kerja", "Workflow"), tuple(_workflow(pen, policy.workflow)))
    yield _section(
        LocalisedText("Syarat hukum", "Constraints of the law"),
        (
            pen.rule(f"/constraints/{name}", _as_it_is(name), descriptions.constraint(one), one.ref)
            for name, one in policy.constraints.items()
        ),
    )
    yield _section(
        LocalisedText("Kunci bagi kebijakan turunan", "Locks on policies below"),
        (
            pen.rule(f"/locks/{place}", _as_it_is(one.path), descriptions.lock(one), one.ref)
            for place, one in enumerate(policy.locks)
        ),
    )


def _section(title: LocalisedText, rules: Iterable[Rule]) -> Section:
    return Section(title, tuple(rules))


def _indicators(pen: _PageBuilder, policy: model.Policy) -> Iterator[Rule]:
    for name, one in policy.indicators.items():
        path, title = f"/indicators/{name}", _called(one.label, name)
        yield pen.rule(path, title, descriptions.indicator(policy, one), one.ref, one.note)
        if one.guides is not None:
            headed = LocalisedText(f"Panduan {title.id}", f"Guides to {title.en}")
            guides = pen.rule(f"{path}/guides", headed, descriptions.guides(one.guides), one.guides.ref)
            yield replace(guides, values=())  # they are told whole


def _general(pen: _PageBuilder, policy: model.Policy) -> Iterator[Rule]:
    yield pen.rule("/purpose", LocalisedText("Tujuan", "Purpose"), descriptions.purpose(policy), cites=False)
    if policy.candidacy is not None:
        title = LocalisedText("Pencalonan", "Candidacy")
        yield pen.rule("/candidacy", title, descriptions.candidacy(policy, policy.candidacy), policy.candidacy.ref)
    yield pen.rule(
        "/effective", LocalisedText("Masa berlaku", "In force"), descriptions.effective(policy.effective), cites=False
    )
    yield pen.rule("/period", LocalisedText("Periode", "Period"), descriptions.period(policy.period), policy.period.ref)
    yield pen.rule("/precision", LocalisedText("Ketelitian", "Precision"), descriptions.precision(policy.precision))


def _classes(pen: _PageBuilder, policy: model.Policy) -> Iterator[Rule]:
    if policy.predicates:
        yield pen.rule("/predicates", LocalisedText("Urutan", "Order"), descriptions.predicates(policy))
    for name, one in policy.classify.items():
        yield pen.rule(f"/classify/{name}", _as_it_is(name), descriptions.classifier(policy, one))
    yield pen.rule("/outcome", LocalisedText("Hasil", "Outcome"), descriptions.outcome(policy), cites=False)
    for name, one in policy.modifiers.items():
        yield pen.rule(f"/modifiers/{name}", _as_it_is(name), descriptions.modifier(one), one.ref)


def _spread(pen: _PageBuilder, one: model.Distribution) -> Iterator[Rule]:
    whole = pen.rule("/distribution", LocalisedText("Cara", "How"), descriptions.distribution(one), one.ref)
    own = tuple(value for value in whole.values if not value.path.startswith("curves/"))
    yield Rule(whole.path, whole.title, whole.said, own, whole.law)
    for name, curve in one.curves.items():
        yield pen.rule(f"/distribution/curves/{name}", _as_it_is(name), descriptions.curve(curve), one.ref)


def _workflow(pen: _PageBuilder, one: model.Workflow) -> Iterator[Rule]:
    for name, step in one.steps.items():
        yield pen.rule(f"/workflow/steps/{name}", _as_it_is(name), descriptions.step(step))
    objection = descriptions.objection(one.objection)
    if one.plan is not None:
        yield pen.rule("/workflow/plan", LocalisedText("Rencana", "Plan"), descriptions.plan(one.plan), one.plan.ref)
    if one.reminders is not None:
        said = descriptions.reminders(one.reminders)
        yield pen.rule("/workflow/reminders", LocalisedText("Pengingat", "Reminders"), said)
    if one.feedback is not None:
        said = descriptions.feedback(one.feedback)
        yield pen.rule("/workflow/feedback", LocalisedText("Umpan balik", "Feedback"), said, one.feedback.ref)
    if one.raters is not None:
        said = descriptions.assigning(one.raters)
        yield pen.rule("/workflow/raters", LocalisedText("Penilai", "Raters"), said, one.raters.ref)
    yield pen.rule("/workflow/objection", LocalisedText("Keberatan", "Objection"), objection, one.objection.ref)


_LEVELS = {
    "national": LocalisedText("nasional", "nation"),
    "province": LocalisedText("provinsi", "province"),
    "agency": LocalisedText("instansi", "agency"),
    "city": LocalisedText("kota", "city"),
    "district": LocalisedText("kecamatan", "district"),
    "unit": LocalisedText("unit kerja", "unit"),
}


def _levels(resolved: Resolved) -> dict[str, LocalisedText]:
    """File of the chain -> for whom it speaks; one that names no scope speaks for whom its parent does."""
    found: dict[str, LocalisedText] = {}
    level = NOTHING
    for file in resolved.chain:
        document, _ = read(file, resolved.sources[file])
        assert document is not None  # noqa: S101 - it was read before
        own = find(document, "/scope/level")
        if isinstance(own, Leaf):
            level = _LEVELS.get(str(own.value), _as_it_is(str(own.value)))
        found[file] = level
    return found


_STATUS = {
    "verified": (LocalisedText("diperiksa pada sumbernya", "read in the law itself"), NOTHING),
    "secondary": (LocalisedText("dari sumber kedua", "from a secondary source"), NOTHING),
    "unverified": (
        LocalisedText("belum diperiksa", "unverified"),
        LocalisedText(
            "BELUM DIPERIKSA: jangan dipakai sebelum dicocokkan", "UNVERIFIED: not to be relied on before it is checked"
        ),
    ),
    "illustrative": (
        LocalisedText("contoh", "illustrative"),
        LocalisedText("CONTOH, BUKAN HUKUM: angka dan aturan ini karangan", "ILLUSTRATIVE, NOT LAW: this is made up"),
    ),
}


def _law(key: str, one: model.Reference) -> Law:
    status, warning = _STATUS[one.status]
    return Law(key, one.title, one.article, one.url, status, warning)


def _warnings(laws: Mapping[str, Law], sections: Iterable[Section]) -> Iterator[LocalisedText]:
    rules = [rule for section in sections for rule in section.rules if rule.cites]
    made_up = sum(rule.law is not None and rule.law.warning != NOTHING for rule in rules)
    silent = sum(rule.law is None for rule in rules)
    if made_up:
        yield LocalisedText(
            f"{made_up} dari {len(rules)} aturan pada halaman ini bertumpu pada CONTOH atau yang BELUM DIPERIKSA.",
            f"{made_up} of the {len(rules)} rules on this page rest on references that are ILLUSTRATIVE or UNVERIFIED.",
        )
    elif any(law.warning != NOTHING for law in laws.values()):
        yield LocalisedText(
            "Sebagian rujukan kebijakan ini CONTOH atau BELUM DIPERIKSA.",
            "Some references of this policy are ILLUSTRATIVE or UNVERIFIED.",
        )
    if silent:
        yield LocalisedText(
            f"{silent} dari {len(rules)} aturan tidak menyebut rujukan hukum.",
            f"{silent} of the {len(rules)} rules name no legal reference.",
        )


def _tests(resolved: Resolved) -> Iterator[Tried]:
    for test, outcome in zip(resolved.policy.tests, runner.run(resolved), strict=True):
        yield Tried(test.name, _expected(test.expect), outcome.passed, outcome.differences)


def _expected(expect: model.Expectation) -> str:
    said = [] if expect.status is None else [expect.status]
    said += [] if expect.predicate is None else [expect.predicate]
    said += [] if expect.score is None else [f"score {_shown(expect.score)}"]
    said += [f"{name} {'missing' if value is None else _shown(value)}" for name, value in expect.nodes.items()]
    said += [f"{name} {level}" for name, level in expect.levels.items()]
    return ", ".join(said)


def _called(label: model.Label, name: str) -> LocalisedText:
    first = next(iter(label.values()), name)
    return LocalisedText(label.get("id", first), label.get("en", first))


def _as_it_is(name: str) -> LocalisedText:
    return LocalisedText(name, name)


def _shown(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ", ".join(_shown(one) for one in cast("list[object]", value))
    return value if isinstance(value, str) else descriptions.plain(value)
