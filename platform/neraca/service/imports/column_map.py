"""How the file of one source is read: which column is which field, what is the same in every line, and how the source
writes its words, numbers and days. Without one, columns are known by their titles.
"""

from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

from neraca.policy.findings import Finding, finding
from neraca.policy.source import binding, yaml_tree
from neraca.service.imports.fields import Field, Style, days_pattern
from neraca.service.imports.tables import plain


class ColumnMap(Struct, frozen=True):
    """What the file says. `columns` has the title of each field's column, `constants` the text of a field that is alike
    in all lines, `values` of a field what the source's words stand for; `days` is how it writes days: `DD/MM/YYYY`.
    `title_line` is that of the titles, counted from 1, where others stand above it; `sheet` is of a workbook.
    """

    columns: dict[str, str] = {}
    constants: dict[str, str] = {}
    values: dict[str, dict[str, str]] = {}
    days: str | None = None
    decimal: Literal[".", ","] | None = None
    delimiter: str | None = None
    title_line: int | None = None
    sheet: str | None = None

    @property
    def style(self) -> Style:
        return Style(self.decimal, self.days)

    def meant(self, field: Field, said: str) -> str:
        """What a word of the source stands for; itself where the mapping says nothing of it."""
        known = self.values.get(field.name, {})
        return known.get(said, next((to for one, to in known.items() if plain(one) == plain(said)), said))


def read(file: str, text: str, fields: Sequence[Field]) -> tuple[ColumnMap, list[Finding]]:
    """Returns a mapping and all that is wrong in it; `file` is its name in what is said."""
    tree, found = yaml_tree.read(file, text)
    if tree is None:
        return ColumnMap(), found
    mapping, wrong, _ = binding.fill(tree, ColumnMap)
    return mapping, [*found, *wrong, *_misfits(tree, mapping, fields)]


def _misfits(tree: yaml_tree.Map, mapping: ColumnMap, fields: Sequence[Field]) -> list[Finding]:
    known = {field.name for field in fields}
    named = [
        (f"{part}.{name}", name)
        for part, names in (("columns", mapping.columns), ("constants", mapping.constants), ("values", mapping.values))
        for name in names
    ]
    wrong = [
        (path, f"no field '{name}'", f"there are {', '.join(sorted(known))}")
        for path, name in named
        if name not in known
    ]
    wrong += [
        (f"constants.{name}", f"'{name}' has a column too", "leave one of them out")
        for name in mapping.constants
        if name in mapping.columns
    ]
    if mapping.days is not None and not days_pattern(mapping.days):
        wrong.append(("days", f"'{mapping.days}' says no way to write days", "write it such as DD/MM/YYYY"))
    if mapping.delimiter is not None and (len(mapping.delimiter) != 1 or mapping.delimiter in '"\r\n'):
        wrong.append(("delimiter", "a delimiter is one sign", 'write it such as ";"'))
    if mapping.title_line is not None and mapping.title_line < 1:
        wrong.append(("title_line", "lines are counted from 1", "name the line of the titles"))
    places = yaml_tree.paths(tree)
    return [
        finding(places.get("/" + path.replace(".", "/"), tree.at), path, what, remedy) for path, what, remedy in wrong
    ]
