"""A policy's page says everything the policy says, and says loudly what is not law."""

from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner

from neraca.cli.policy_docs import docs
from neraca.policy import model
from neraca.policy.docs.page import Page, page
from neraca.policy.docs.render import html, markdown, markdown_index
from neraca.policy.library import Library
from neraca.policy.localised_text import LocalisedText
from neraca.policy.source.inheritance import Resolved

TESTS = Path(__file__).parents[1]
TOWN = TESTS / "fixture_agency" / "kota-uji.yaml"
GOLDEN = TESTS / "golden" / "pages"


def town(*edits: tuple[str, str]) -> Page:
    text = TOWN.read_text()
    for old, new in edits:
        assert old in text
        text = text.replace(old, new, 1)
    return page(Library.read({TOWN.name: text})[0].by_file(TOWN.name))


def every(shipped: Library) -> Iterator[Resolved]:
    for id_ in shipped.ids():
        yield from (shipped.get(id_, version) for version in shipped.versions(id_))


@pytest.mark.parametrize(("form", "write"), [("md", markdown), ("html", html)])
def test_the_page_is_what_it_was(form: str, write: object) -> None:
    """Change tests/golden/pages on purpose only: read what became of the sentences."""
    said = markdown(town()) if write is markdown else html(town())

    assert said == (GOLDEN / f"kota-uji.{form}").read_text()


def test_everything_a_policy_has_is_on_its_page(shipped: Library) -> None:
    for resolved in every(shipped):
        made = page(resolved)
        for said in (markdown(made), html(made)):
            missing = [thing for thing in things(resolved.policy) if thing not in said]
            assert missing == [], f"{made.name}: {missing}"


def things(policy: model.Policy) -> Iterator[str]:
    """Paths of rules, and the words for which there is no path."""
    yield from (f"indicators/{name}" for name in policy.indicators)
    yield from (f"nodes/{name}" for name in policy.nodes)
    yield from (f"panels/{name}" for name in policy.panels)
    yield from (f"scales/{name}" for name in policy.scales)
    yield from (f"modifiers/{name}" for name in policy.modifiers)
    yield from (f"constraints/{name}" for name in policy.constraints)
    yield from (lock.path for lock in policy.locks)
    yield from policy.references
    for name, classifier in policy.classify.items():
        yield f"classify/{name}"
        if isinstance(classifier, model.Bands):
            yield from (f"bands/{level}/from" for level in classifier.bands)
        else:
            yield from (f"table/{row}/{col}" for row, cols in classifier.table.items() for col in cols)
    for node in policy.nodes.values():
        yield from (f"of/{child}" for child in node.of)
    if policy.workflow is not None:
        yield from (f"workflow/steps/{name}" for name in policy.workflow.steps)
        yield "workflow/objection"
    if policy.distribution is not None:
        yield from (f"distribution/curves/{name}" for name in policy.distribution.curves)


def test_every_leaf_of_a_rule_has_its_place_and_its_level(shipped: Library) -> None:
    for resolved in every(shipped):
        for section in page(resolved).sections:
            for rule in section.rules:
                assert rule.said.id
                assert rule.said.en
                for value in rule.values:
                    assert value.place.startswith(resolved.chain), f"{rule.path}/{value.path}"
                    assert value.level != LocalisedText("", ""), f"{rule.path}/{value.path}"


def test_a_value_says_whether_nation_city_or_district_set_it(shipped: Library) -> None:
    made = page(shipped.get("id.jateng.kota-semarang.gajahmungkur"))

    levels = {value.level.en for section in made.sections for rule in section.rules for value in rule.values}
    assert levels == {"nation", "city", "district"}
    assert [level.id for level, _ in made.chain] == ["nasional", "kota", "kecamatan"]


def test_what_is_made_up_is_said_loudly_beside_the_rule_and_at_the_top() -> None:
    said = markdown(town())

    assert "ILLUSTRATIVE, NOT LAW" in said.partition("## Indikator")[2].partition("### Sikap melayani")[0]
    assert "rest on references that are ILLUSTRATIVE or UNVERIFIED" in said.partition("## Umum")[0]


def test_an_unverified_reference_is_loud_and_a_verified_one_is_not() -> None:
    unverified = markdown(town(("status: illustrative", "status: unverified")))
    verified = markdown(town(("status: illustrative", "status: verified")))

    assert "UNVERIFIED: not to be relied on before it is checked" in unverified
    assert "ILLUSTRATIVE" not in verified
    assert "UNVERIFIED" not in verified


def test_a_test_that_fails_is_shown_to_fail() -> None:
    made = town(("baik: {from: 85}", "baik: {from: 99}"))

    assert any(not test.passed for test in made.tests)
    assert "GAGAL / FAILED: predicate: expected baik, got cukup" in markdown(made)


def test_a_page_of_html_needs_nothing_beside_itself_and_is_closed(shipped: Library) -> None:
    for resolved in every(shipped):
        said = html(page(resolved))
        for outside in ("<script", "<link", "<img", "src=", "@import", "url("):
            assert outside not in said
        Closed().feed(said)


class Closed(HTMLParser):
    """Fails where a tag is closed that was not open."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_words_of_a_policy_are_text_and_never_markup() -> None:
    made = town(("id: Rencana hasil kerja, en:", 'id: "<b>Rencana</b> | *hasil*", en:'))

    assert "&lt;b&gt;Rencana&lt;/b&gt;" in html(made)
    assert "\\<b\\>Rencana\\</b\\> \\| \\*hasil\\*" in markdown(made)


def test_the_index_lists_every_page(shipped: Library) -> None:
    said = markdown_index(page(resolved) for resolved in every(shipped))

    for resolved in every(shipped):
        assert f"({resolved.policy.id}@{resolved.policy.version}.md)" in said


@pytest.mark.parametrize("form", ["md", "html"])
def test_the_verb_writes_a_page_and_an_index(tmp_path: Path, form: str) -> None:
    given = [str(TOWN), "--out", str(tmp_path / "pages"), "--format", form, "--root", str(TOWN.parent)]

    ran = CliRunner().invoke(docs, given)

    assert (ran.exit_code, sorted(file.name for file in (tmp_path / "pages").iterdir())) == (
        0,
        [f"index.{form}", f"kota-uji@1.{form}"],
    )


def test_an_unknown_policy_is_refused(tmp_path: Path) -> None:
    ran = CliRunner().invoke(docs, ["kota-uj", "--out", str(tmp_path), "--root", str(TOWN.parent)])

    assert (ran.exit_code, ran.output) == (1, "Error: no policy 'kota-uj' - did you mean 'kota-uji'?\n")
