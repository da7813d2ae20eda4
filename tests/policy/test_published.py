"""What is published is compiled once for all who ask, held to its hash, and tried again after a failure."""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Lock

import pytest
from msgspec.structs import replace

from neraca.policy import published
from neraca.policy.library import NoSuchPolicy, Unsound
from neraca.policy.published import (
    CompiledPolicies,
    PolicyAltered,
    PublishedPolicy,
    compile_draft,
    compile_published,
    terms,
)

PAGES = Path(__file__).parent / "pages"
FILE = "tunjangan.yaml"
TEXTS = {FILE: (PAGES / FILE).read_text()}
SPOILT = {FILE: TEXTS[FILE].replace("nodes:", "nodes: no")}
HASH = "3d838c4c69b33e5ce661badf366c4f66dfb9ede66e147a6b9800c0b527b4aa43"
OTHER = "0123456789abcdef" * 4


def test_a_published_text_is_compiled_with_its_rules() -> None:
    policy = compile_published(FILE, TEXTS, HASH)

    assert (policy.ref.id, policy.ref.version, policy.ref.hash) == ("tunjangan", 1, HASH)
    assert policy.rules.policy == policy.ref
    assert (policy.resolved.file, policy.plan.policy_hash) == (FILE, HASH)


def test_terms_say_by_which_day_a_policy_is_chosen() -> None:
    texts = {FILE: TEXTS[FILE].replace("policy_date: period_end", "policy_date: period_start, segments: {}")}

    said = [terms(compile_draft(FILE, each)) for each in (TEXTS, texts)]

    assert [(one.at_start, one.prorates) for one in said] == [(False, False), (True, True)]


@pytest.mark.parametrize(
    ("texts", "hash_", "why"),
    [
        (TEXTS, OTHER, "the text of tunjangan.yaml has hash 3d838c4c69b3, published was 0123456789ab"),
        (
            {},
            OTHER,
            "the text published as 0123456789ab cannot be what was published: "
            "no policy in 'tunjangan.yaml' - there is none like it: declare it, or name another",
        ),
        (
            SPOILT,
            OTHER,
            "the text published as 0123456789ab cannot be what was published: tunjangan.yaml:17:8: not YAML: "
            "mapping values are not allowed in this context - look at the indentation, brackets and quotes here and "
            "just above",
        ),
    ],
)
def test_a_text_that_is_not_what_was_published_judges_nothing(texts: Mapping[str, str], hash_: str, why: str) -> None:
    with pytest.raises(PolicyAltered) as refused:
        compile_published(FILE, texts, hash_)

    assert str(refused.value) == why


def test_what_was_published_is_held_to_no_later_check_and_a_draft_is() -> None:
    texts = {FILE: TEXTS[FILE].replace("of: {dasar: 1}, combine: product", "of: {dasar: 90}")}

    with pytest.raises(Unsound, match=r"weights sum to 90, must be 100"):
        compile_draft(FILE, texts)
    with pytest.raises(PolicyAltered, match=r"^the text of tunjangan\.yaml has hash [0-9a-f]{12}, published was "):
        compile_published(FILE, texts, OTHER)
    with pytest.raises(NoSuchPolicy):
        compile_draft("x.yaml", texts)


class Compiler:
    """Stands for the compiler: counts who asks, and does as it is told."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked: list[str] = []
        self.fails = False
        self.held: Event | None = None
        self.begun = Event()
        self.made = compile_draft(FILE, TEXTS)
        monkeypatch.setattr(published, "compile_published", self)

    def __call__(self, file: str, texts: Mapping[str, str], hash_: str) -> PublishedPolicy:
        self.asked.append(f"{file} {hash_} {len(texts)}")
        self.begun.set()
        if self.held is not None:
            assert self.held.wait(10)
        if self.fails:
            raise PolicyAltered(f"call {len(self.asked)}")
        return replace(self.made, ref=replace(self.made.ref, version=len(self.asked)))


@pytest.fixture
def compiler(monkeypatch: pytest.MonkeyPatch) -> Compiler:
    return Compiler(monkeypatch)


def test_a_policy_is_compiled_once_for_all_who_ask(compiler: Compiler) -> None:
    kept = CompiledPolicies(Lock())

    first, again, other = (kept.get(hash_, FILE, TEXTS) for hash_ in ("a", "a", "b"))

    assert again is first
    assert other is not first
    assert compiler.asked == [f"{FILE} a 1", f"{FILE} b 1"]


def test_a_text_altered_in_one_agency_is_found_out_where_another_has_it_whole() -> None:
    kept = CompiledPolicies(Lock())
    whole = kept.get(HASH, FILE, TEXTS)

    with pytest.raises(PolicyAltered, match=r"^the text of tunjangan\.yaml has hash [0-9a-f]{12}, published was "):
        kept.get(HASH, FILE, {FILE: TEXTS[FILE].replace("dasar: 1", "dasar: 2")})
    assert kept.get(HASH, FILE, dict(TEXTS)) is whole


def test_who_may_not_wait_has_what_is_compiled_and_nothing_else(compiler: Compiler) -> None:
    kept = CompiledPolicies(Lock())
    compiler.held = Event()

    assert kept.at_hand("a", FILE, TEXTS) is None
    with ThreadPoolExecutor(1) as threads:
        first = threads.submit(kept.get, "a", FILE, TEXTS)
        assert compiler.begun.wait(10)
        assert kept.at_hand("a", FILE, TEXTS) is None
        compiler.held.set()
        assert kept.at_hand("a", FILE, TEXTS) in (None, first.result(10))
    assert kept.at_hand("a", FILE, TEXTS) is first.result()
    assert len(compiler.asked) == 1


def test_a_failure_is_told_and_the_next_who_asks_tries_anew(compiler: Compiler) -> None:
    kept = CompiledPolicies(Lock())
    compiler.fails = True

    for call in (1, 2):
        with pytest.raises(PolicyAltered, match=rf"^call {call}$"):
            kept.get("a", FILE, TEXTS)
    compiler.fails = False

    assert kept.get("a", FILE, TEXTS).ref.version == 3


@pytest.mark.parametrize("fails", [False, True])
def test_who_asks_meanwhile_waits_for_the_same_and_for_no_other(compiler: Compiler, fails: bool) -> None:
    kept = CompiledPolicies(Lock())
    compiler.held, compiler.fails = Event(), fails

    with ThreadPoolExecutor(3) as threads:
        first = threads.submit(kept.get, "a", FILE, TEXTS)
        assert compiler.begun.wait(10)
        again = threads.submit(kept.get, "a", FILE, TEXTS)
        with pytest.raises(TimeoutError):
            again.result(timeout=0.05)
        compiler.held.set()
        ends = [each.exception(10) for each in (first, again)]

    assert [str(end) for end in ends] == (["call 1", "call 1"] if fails else ["None", "None"])
    assert compiler.asked == [f"{FILE} a 1"]


def test_the_lock_is_held_for_a_look_up_and_never_while_compiling(compiler: Compiler) -> None:
    log: list[str] = []

    @contextmanager
    def lock() -> Iterator[None]:
        log.append("locked")
        yield
        log.append("free")

    class Relock:
        def __enter__(self) -> None:
            self.inside = lock()
            self.inside.__enter__()

        def __exit__(self, *wrong: object) -> None:
            self.inside.__exit__(None, None, None)

    kept = CompiledPolicies(Relock())  # pyright: ignore[reportArgumentType]
    kept.get("a", FILE, TEXTS)
    compiler.fails = True
    with pytest.raises(PolicyAltered):
        kept.get("b", FILE, TEXTS)

    assert log == ["locked", "free"] * 3


def test_only_the_last_used_are_kept(compiler: Compiler, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(published, "MOST", 2)
    kept = CompiledPolicies(Lock())

    for hash_ in ("a", "b", "a", "c", "a", "b"):
        kept.get(hash_, FILE, TEXTS)

    assert [asked.split()[1] for asked in compiler.asked] == ["a", "b", "c", "b"]


def test_a_failure_forgets_its_own_promise_and_no_later_one(
    compiler: Compiler, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With room for one: while `a` is compiled `b` takes its place, and `a` is asked for and promised again."""
    monkeypatch.setattr(published, "MOST", 1)
    kept = CompiledPolicies(Lock())
    compiler.held, compiler.fails = Event(), True
    with ThreadPoolExecutor(1) as threads:
        first = threads.submit(kept.get, "a", FILE, TEXTS)
        assert compiler.begun.wait(10)
        held, compiler.held, compiler.fails = compiler.held, None, False
        kept.get("b", FILE, TEXTS)
        later = kept.get("a", FILE, TEXTS)
        compiler.fails = True
        held.set()
        assert isinstance(first.exception(10), PolicyAltered)

    assert kept.get("a", FILE, TEXTS) is later
