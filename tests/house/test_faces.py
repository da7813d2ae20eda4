"""A package's `__all__` is its face: what code elsewhere takes from it, by name or by module; all of it is there."""

import ast
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOTS = {"neraca": ROOT / "platform" / "neraca", "projections": ROOT / "projections"}


def _module(file: Path) -> str:
    root = next(name for name, folder in ROOTS.items() if file.is_relative_to(folder))
    parts = (root, *file.relative_to(ROOTS[root]).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


FILES = {_module(file): file for folder in ROOTS.values() for file in sorted(folder.rglob("*.py"))}
PACKAGES = sorted(name for name, file in FILES.items() if file.name == "__init__.py")


def _face(package: str) -> list[str]:
    return getattr(import_module(package), "__all__", [])


def _is_there(package: str, name: str) -> bool:
    return f"{package}.{name}" in FILES or hasattr(import_module(package), name)


def _imported(module: str) -> Iterator[str]:
    """Yields the full name of everything of ours that a module imports, wherever in it."""
    for node in ast.walk(ast.parse(FILES[module].read_text())):
        if isinstance(node, ast.ImportFrom) and node.module is not None and node.module.split(".")[0] in ROOTS:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def unannounced(module: str, wanted: str, face: dict[str, list[str]]) -> Iterator[str]:
    """Yields each package between a module and what it imports that does not name the way on, or the thing itself."""
    parts = wanted.split(".")
    for depth in range(1, len(parts)):
        package = ".".join(parts[:depth])
        inside = module == package or module.startswith(f"{package}.")
        if package in face and package not in ROOTS and not inside and not {parts[depth], parts[-1]} & {*face[package]}:
            yield package


def test_each_package_has_a_face() -> None:
    assert len(PACKAGES) > 25
    assert [package for package in PACKAGES if not hasattr(import_module(package), "__all__")] == []


@pytest.mark.parametrize("package", PACKAGES)
def test_a_face_names_what_is_there_once_and_in_order(package: str) -> None:
    face = _face(package)

    assert [name for name in face if not _is_there(package, name)] == []
    assert face == sorted(set(face), key=lambda name: (not name.isupper(), not name[0].isupper(), name))


def test_what_is_imported_from_elsewhere_is_on_the_faces_on_the_way() -> None:
    faces = {package: _face(package) for package in PACKAGES}
    missing = {
        f"{package} does not name {wanted}, which {module} imports"
        for module in FILES
        for wanted in _imported(module)
        for package in unannounced(module, wanted, faces)
    }

    assert missing == set()


def test_a_face_that_hides_a_module_is_noticed() -> None:
    faces = {"neraca.policy": ["library"], "neraca.policy.source": []}

    assert [*unannounced("neraca.cli.policy", "neraca.policy.library.Library", faces)] == []
    assert [*unannounced("neraca.cli.policy", "neraca.policy.source.diff.diff", faces)] == [
        "neraca.policy",
        "neraca.policy.source",
    ]
    assert [*unannounced("neraca.policy.library", "neraca.policy.source.diff.diff", faces)] == ["neraca.policy.source"]


@pytest.mark.parametrize("root", ROOTS)
def test_types_are_shipped(root: str) -> None:
    """With the package, for whoever checks their own code against it (PEP 561)."""
    assert (ROOTS[root] / "py.typed").read_bytes() == b""
