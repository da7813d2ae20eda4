"""Writes the reference pages, made from docstrings: `make reference`, without a network, into dist/reference.

The faces of the packages are laid out by pdoc. Events and the schema are laid out here, since what counts of them (the
stored type, fields with their defaults, an example of the stored bytes) is in the registry and not in a module's text.
"""

import sys
from collections.abc import Iterator
from html import escape
from importlib import import_module
from inspect import cleandoc
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType
from typing import Any, get_type_hints

import msgspec
from msgspec import Struct

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = ROOT / "tests" / "golden" / "events"
FLOORS = (
    "neraca.main",
    "neraca.composition",
    "neraca.settings",
    "neraca.cli",
    "neraca.demo",
    "neraca.api",
    "neraca.web",
    "neraca.service",
    "neraca.projecting",
    "neraca.store",
    "neraca.document",
    "neraca.audit",
    "neraca.policy",
    "neraca.domain",
    "neraca.wording",
    "projections",
)
HEAD = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>{title}</title>
<style>
body {{ font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }}
pre, code {{ font-family: ui-monospace, monospace }} pre {{ background: #f4f4f4; padding: .7rem; overflow-x: auto }}
td, th {{ text-align: left; vertical-align: top; padding: .1rem 1rem .1rem 0 }}
</style>
<p><a href="index.html">Reference</a> · <a href="events.html">events</a> · <a href="schema.html">GraphQL</a></p>
<h1>{title}</h1>
"""


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in own_pages().items():
        (folder / name).write_text(text, encoding="utf-8")
    _lay_out_faces(folder)
    print(f"{folder / 'index.html'}")


def own_pages() -> dict[str, str]:
    """Returns the pages that are laid out here, by file name: the index of the faces, the events and the schema."""
    from neraca.api.graphql.schema import build

    sdl = build().as_str()
    return {
        "index.html": "".join(_index()),
        "events.html": "".join(_events()),
        "schema.html": HEAD.format(title="GraphQL schema") + f"<pre>{escape(sdl)}</pre>\n",
        "schema.graphql": sdl + "\n",
    }


def faces() -> Iterator[tuple[str, ModuleType]]:
    """Yields each package, and each module that one shows to the others, from the composition root down."""
    for floor in FLOORS:
        yield from _shown(floor)


def _shown(name: str) -> Iterator[tuple[str, ModuleType]]:
    module = import_module(name)
    yield name, module
    if not hasattr(module, "__path__"):
        return
    for shown in module.__all__:
        try:
            # A face that is loaded when asked for is not in the module's dictionary, where pdoc looks.
            setattr(module, shown, value := getattr(module, shown))
        except AttributeError:
            value = import_module(f"{name}.{shown}")
        if isinstance(value, ModuleType):
            yield from _shown(value.__name__)
    for room in iter_modules(module.__path__):
        if room.ispkg and room.name not in module.__all__:
            yield from _shown(f"{name}.{room.name}")


def _lay_out_faces(folder: Path) -> None:
    import pdoc

    # pdoc follows `__all__` by itself; what no face names, such as the rooms of a projection, is named to it.
    named = {f"{name}.{shown}" for name, module in faces() for shown in getattr(module, "__all__", ())}
    modules = list(dict.fromkeys(name for name, _ in faces() if name not in named))
    pdoc.render.configure(docformat="markdown", search=False, show_source=False)
    pdoc.pdoc(*modules, output_directory=folder / "modules")


def _index() -> Iterator[str]:
    yield HEAD.format(title="Reference")
    yield "<p>What each package shows to the others. platform/README.md tells how they hang together.</p>\n"
    yield "<table>\n"
    for name, module in dict(faces()).items():
        link = f"modules/{name.replace('.', '/')}.html"
        yield f'<tr><td><a href="{link}"><code>{name}</code></a><td>{escape(_first_paragraph(module))}\n'
    yield "</table>\n"


def _events() -> Iterator[str]:
    from neraca.domain.registry import EVENTS

    yield HEAD.format(title="Events")
    yield "<p>Every type that a ledger may hold. A stored event has the fields below, and is never changed.</p>\n"
    for tag, kind in sorted(EVENTS.items()):
        yield f'<h2 id="{tag}"><code>{tag}</code></h2>\n<p>{kind.__name__}. {escape(_first_paragraph(kind))}</p>\n'
        yield "<table><tr><th>field<th>type<th>if absent\n"
        yield from _fields(kind)
        yield "</table>\n"
        example = EXAMPLES / f"{tag}.json"
        if example.exists():
            yield f"<pre>{escape(example.read_text(encoding='utf-8').strip())}</pre>\n"


def _fields(kind: type[Struct]) -> Iterator[str]:
    types = get_type_hints(kind)
    for field in msgspec.structs.fields(kind):
        absent = "required" if field.required else repr(_default(field))
        yield f"<tr><td><code>{field.encode_name}</code><td>{escape(_type(types[field.name]))}<td>{escape(absent)}\n"


def _default(field: msgspec.structs.FieldInfo) -> object:
    factory: Any = field.default_factory
    return field.default if factory is msgspec.NODEFAULT else factory()


def _type(hint: Any) -> str:
    return (
        hint.__name__
        if isinstance(hint, type) and not getattr(hint, "__args__", None)
        else str(hint).replace("typing.", "")
    )


def _first_paragraph(thing: Any) -> str:
    return cleandoc(thing.__doc__ or "").split("\n\n")[0].replace("\n", " ")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "dist" / "reference")
