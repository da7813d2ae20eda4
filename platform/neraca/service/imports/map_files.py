"""Mappings that an agency keeps: `imports/<kind>/<source>.yaml` beside its `agency.yaml`, one for each source."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import structs

from neraca.domain.text_kinds import KEY, fault, shown
from neraca.domain.validation import suggestion
from neraca.policy.findings import Finding
from neraca.service.imports.column_map import ColumnMap, read
from neraca.service.imports.fields import Field
from neraca.service.imports.plans import ImportKind

FOLDER = "imports"
_ENDING = ".yaml"


class NoSuchSource(LookupError):
    """The message lists the sources there are."""


def wrong_maps(agencies: Path, kinds: Mapping[str, ImportKind]) -> list[Finding]:
    """What is wrong in any of them."""
    found: list[Finding] = []
    for file in sorted(agencies.glob(f"*/{FOLDER}/*/*{_ENDING}")):
        kind = kinds.get(file.parent.name)
        found += _read(agencies, file, () if kind is None else kind.fields)[1]
    return found


def saved_map(agencies: Path, agency: str, kind: ImportKind, source: str) -> tuple[ColumnMap, list[Finding]]:
    """The mapping and all that is wrong in it. Raises NoSuchSource.

    A source that the rows are to name is the one that the log knows: it may write as everybody does.
    """
    folder = agencies / agency / FOLDER / kind.name
    there = sorted(file.stem for file in folder.glob(f"*{_ENDING}"))
    if fault(KEY, source) is not None or (source not in there and kind.source is None):
        raise NoSuchSource(f"{agency} has no source {shown(source)} of {kind.name}; {suggestion(source, there)}")
    known, found = ColumnMap(), list[Finding]()
    if source in there:
        known, found = _read(agencies, folder / f"{source}{_ENDING}", kind.fields)
    if kind.source is not None and kind.source not in known.columns:
        known = structs.replace(known, constants={kind.source: source, **known.constants})
    return known, found


def _read(agencies: Path, file: Path, fields: Sequence[Field]) -> tuple[ColumnMap, list[Finding]]:
    text = file.read_text(encoding="utf-8-sig", errors="surrogateescape")
    return read(str(file.relative_to(agencies.parent)), text, fields)
