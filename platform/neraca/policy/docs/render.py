"""The page of a policy as Markdown, or as HTML that needs nothing beside itself: no script, no font, no network."""

import re
from collections.abc import Iterable, Iterator, Sequence
from html import escape

from neraca.policy.docs.page import Law, Page, Rule, Tried, Value
from neraca.policy.localised_text import NOTHING, LocalisedText

_CODE = re.compile(r"`([^`]*)`")
_MARKS = re.compile(r"([\\*_#|<>\[\]])")

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1b1b1b; }
h1, h2, h3 { line-height: 1.2; } h2 { border-bottom: 1px solid #bbb; margin-top: 2.5rem; } h3 { margin-top: 2rem; }
[lang=en] { color: #444; font-style: italic; }
.loud { background: #fff3cd; border-left: .4rem solid #b45309; padding: .5rem .8rem; font-weight: 600; color: #1b1b1b; }
.failed { background: #fde2e1; } .path { color: #555; font-size: .9rem; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; } caption { text-align: left; color: #555; }
th, td { border: 1px solid #ccc; padding: .25rem .5rem; text-align: left; vertical-align: top; }
th { background: #f2f2f2; } code { background: #f2f2f2; padding: 0 .2rem; overflow-wrap: anywhere; }
@media print { body { margin: 0; max-width: none; } h2, h3 { break-after: avoid; } tr { break-inside: avoid; } }
""".strip()

_VALUES = ("", "isi / says", "dari / from", "tempat / place")
_TESTS = ("", "uji / test", "harus / must be", "hasil / result")
_LAWS = ("", "rujukan / reference", "pasal / article", "status", "alamat / address")


def markdown(page: Page) -> str:
    return "\n".join(_markdown(page)) + "\n"


def html(page: Page) -> str:
    return _document(f"{page.title.id} - {page.name}", _html(page))


def markdown_index(pages: Iterable[Page]) -> str:
    rows = [(f"[{one.name}]({one.name}.md)", _plain(one.title.id), _plain(one.title.en)) for one in pages]
    lines = ["# Kebijakan / Policies", "", *_table(("", "judul", "title"), rows)]
    return "\n".join(lines) + "\n"


def html_index(pages: Iterable[Page]) -> str:
    items = [
        f'<li><a href="{escape(one.name)}.html">{escape(one.name)}</a>: {escape(one.title.id)} '
        f'<span lang="en">{escape(one.title.en)}</span></li>'
        for one in pages
    ]
    return _document("Kebijakan / Policies", ["<h1>Kebijakan / Policies</h1>", "<ul>", *items, "</ul>"])


def _markdown(page: Page) -> Iterator[str]:
    yield f"# {_plain(page.title.id)}"
    yield ""
    yield f"_{_plain(page.title.en)}_"
    yield ""
    yield f"`{page.name}`, {page.scope}, sha256 `{page.hash}`"
    for warning in page.warning:
        yield ""
        yield f"> **{_plain(warning.id)}**"
        yield f"> **{_plain(warning.en)}**"
    yield ""
    yield "Berasal dari / made of: " + ", ".join(f"{_both(level)} `{file}`" for level, file in page.chain)
    for section in page.sections:
        yield ""
        yield f"## {_both(section.title)}"
        for rule in section.rules:
            yield ""
            yield from _markdown_rule(rule)
    yield ""
    yield "## Rujukan / References"
    yield ""
    yield from _table(_LAWS, [_cells(_law(one)) for one in page.laws])
    yield ""
    yield "## Uji / Tests"
    yield ""
    yield from _table(_TESTS, [_cells(_test(place, one)) for place, one in enumerate(page.tests, 1)])


def _markdown_rule(rule: Rule) -> Iterator[str]:
    yield f"### {_both(rule.title)}"
    yield ""
    yield f"`{rule.path}`"
    yield ""
    yield _prose(rule.said.id)
    yield ""
    yield f"EN: {_prose(rule.said.en)}"
    if rule.note:
        yield ""
        yield _plain(rule.note)
    if rule.cites:
        yield ""
        warning, law = _resting(rule.law)
        yield f"> **{_plain(warning)}** {_plain(law)}".rstrip() if warning else _plain(law)
    if rule.values:
        yield ""
        yield from _table(_VALUES, [_cells(_value(one)) for one in rule.values])


def _html(page: Page) -> Iterator[str]:
    yield f"<h1>{escape(page.title.id)}</h1>"
    yield f'<p lang="en">{escape(page.title.en)}</p>'
    yield (f"<p><code>{escape(page.name)}</code>, {escape(page.scope)}, sha256 <code>{page.hash}</code></p>")
    for warning in page.warning:
        yield f'<p class="loud">{escape(warning.id)}<br><span lang="en">{escape(warning.en)}</span></p>'
    chain = ", ".join(f"{escape(_both(level))} <code>{escape(file)}</code>" for level, file in page.chain)
    yield f"<p>Berasal dari / made of: {chain}</p>"
    for section in page.sections:
        yield f"<h2>{escape(_both(section.title))}</h2>"
        for rule in section.rules:
            yield from _html_rule(rule)
    yield "<h2>Rujukan / References</h2>"
    yield from _html_table(_LAWS, [_law(one) for one in page.laws])
    yield "<h2>Uji / Tests</h2>"
    yield from _html_table(_TESTS, [_test(place, one) for place, one in enumerate(page.tests, 1)])


def _html_rule(rule: Rule) -> Iterator[str]:
    yield f'<h3 id="{escape(rule.path, quote=True)}">{escape(_both(rule.title))}</h3>'
    yield f'<p class="path"><code>{escape(rule.path)}</code></p>'
    yield f"<p>{_coded(rule.said.id)}</p>"
    yield f'<p lang="en">{_coded(rule.said.en)}</p>'
    if rule.note:
        yield f"<p>{escape(rule.note)}</p>"
    if rule.cites:
        warning, law = _resting(rule.law)
        yield f'<p class="loud">{escape(warning)} {escape(law)}</p>' if warning else f"<p>{escape(law)}</p>"
    if rule.values:
        yield from _html_table(_VALUES, [_value(one) for one in rule.values])


def _html_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """The first column heads its row, in code."""
    yield "<table>"
    yield "<thead><tr>" + "".join(f'<th scope="col">{escape(one)}</th>' for one in head) + "</tr></thead>"
    yield "<tbody>"
    for first, *rest in rows:
        cells = "".join(f"<td>{escape(cell)}</td>" for cell in rest)
        yield f'<tr><th scope="row"><code>{escape(first)}</code></th>{cells}</tr>'
    yield "</tbody>"
    yield "</table>"


def _document(title: str, body: Iterable[str]) -> str:
    lines = [
        "<!doctype html>",
        '<html lang="id">',
        "<head>",
        '<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(title)}</title>",
        f"<style>\n{_STYLE}\n</style>",
        "</head>",
        "<body>",
        "<main>",
        *body,
        "</main>",
        "</body>",
        "</html>",
    ]
    return "\n".join(lines) + "\n"


def _value(one: Value) -> Sequence[str]:
    return one.path, one.says, _both(one.level), one.place


def _law(one: Law) -> Sequence[str]:
    status = one.warning if one.warning != NOTHING else one.status
    return one.key, one.title, one.article or "", _both(status), one.url or ""


def _test(place: int, one: Tried) -> Sequence[str]:
    passed = "lulus / passed" if one.passed else "GAGAL / FAILED: " + "; ".join(one.differences)
    return str(place), one.name, one.expects, passed


def _resting(law: Law | None) -> tuple[str, str]:
    """What is to be said loudly, and on what the rule rests."""
    if law is None:
        return "TANPA RUJUKAN / NO REFERENCE NAMED", ""
    words = f"{law.title}, {law.article}" if law.article else law.title
    said = f"{words} ({law.key}; {_both(law.status)})"
    return (_both(law.warning), said) if law.warning != NOTHING else ("", f"Dasar / rests on: {said}")


def _both(said: LocalisedText) -> str:
    return said.id if said.id == said.en else f"{said.id} / {said.en}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield "| " + " | ".join(head) + " |"
    yield "|" + " --- |" * len(head)
    for row in rows:
        yield "| " + " | ".join(row) + " |"


def _cells(row: Sequence[str]) -> list[str]:
    """The first one in code, where a bar would end the cell even so."""
    first, *rest = row
    code = first.replace("|", "\\|")
    return [f"`{code}`" if code else "", *(_plain(cell) for cell in rest)]


def _plain(text: str) -> str:
    """Text that Markdown leaves as it is."""
    return _MARKS.sub(r"\\\1", " ".join(text.split())).replace("`", "\\`")


def _prose(text: str) -> str:
    """The same, where names in backticks stay code."""
    parts = _CODE.split(text)
    return "".join(f"`{part}`" if place % 2 else _plain_keeping_space(part) for place, part in enumerate(parts))


def _plain_keeping_space(text: str) -> str:
    return _MARKS.sub(r"\\\1", text)


def _coded(text: str) -> str:
    return _CODE.sub(r"<code>\1</code>", escape(text))
