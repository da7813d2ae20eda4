"""`neraca policy docs`: policies as pages that people can read, in Indonesian and English."""

from collections.abc import Callable
from pathlib import Path

import click

from neraca.cli.options import Root, root_option
from neraca.cli.root import ENDINGS, library
from neraca.domain.command_rules import PolicyRef
from neraca.domain.text_kinds import counted
from neraca.policy.docs.page import Page, page
from neraca.policy.docs.render import html, html_index, markdown, markdown_index
from neraca.policy.library import Library, NoSuchPolicy, Unsound
from neraca.policy.source.inheritance import Resolved


@click.command("docs")
@click.argument("names", metavar="[POLICY]...", nargs=-1)
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder to write the pages to; made if missing.",
)
@click.option("--format", "form", type=click.Choice(["md", "html"]), default="html", show_default=True)
@root_option
def docs(names: tuple[str, ...], out: Path, form: str, root: Root) -> None:
    """Write a page for each POLICY, and an index. Without any, for every version of every policy under --root.

    A page says each rule in words, where its values come from, on what law it rests and what its tests expect. It
    needs nothing beside itself: an HTML page can be mailed or printed.
    """
    pages = [page(one) for one in (_named(names, root) if names else _every(root))]
    write: Callable[[Page], str] = html if form == "html" else markdown
    out.mkdir(parents=True, exist_ok=True)
    for one in pages:
        _put(out / f"{one.name}.{form}", write(one))
    _put(out / f"index.{form}", html_index(pages) if form == "html" else markdown_index(pages))
    failed = [f"{one.name}: «{test.name}»" for one in pages for test in one.tests if not test.passed]
    for line in failed:
        click.echo(f"{line} fails; the page says so", err=True)
    click.echo(f"{counted(len(pages), 'policy', 'policies')} in {out}")


def _every(root: Path) -> list[Resolved]:
    known, _, _ = library(root)
    return [_sound(lambda id_=id_, version=version: known.get(id_, version)) for id_, version in _refs(known)]


def _named(names: tuple[str, ...], root: Path) -> list[Resolved]:
    known, _, texts = library(root, [Path(name) for name in names if name.endswith(ENDINGS)])
    return [_sound(lambda name=name: _take(known, texts, name, root)) for name in names]


def _take(known: Library, texts: dict[str, str], name: str, root: Path) -> Resolved:
    if name.endswith(ENDINGS):
        wanted = Path(name).resolve()
        return known.by_file(next((file for file in texts if (root / file).resolve() == wanted), name))
    return known.get(*PolicyRef.parsed(name))


def _sound(take: Callable[[], Resolved]) -> Resolved:
    try:
        return take()
    except Unsound as unsound:
        raise click.ClickException(f"a policy has mistakes; run neraca check:\n{unsound}") from None
    except NoSuchPolicy as missing:
        raise click.ClickException(str(missing)) from None


def _refs(known: Library) -> list[tuple[str, int]]:
    return [(id_, version) for id_ in known.ids() for version in known.versions(id_)]


def _put(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise click.ClickException(f"{file}: cannot be written: {error}") from None
