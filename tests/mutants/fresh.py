"""Stands as `sitecustomize` in an interpreter of its own, and of every Python that its tests start: where one file is
imported, it gives the mutated text instead.
"""

import os
import sys
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType


def _mutate(told: str) -> None:
    file, mutant = told.split(os.pathsep)
    get_code = SourceFileLoader.get_code

    def mutated(loader: SourceFileLoader, fullname: str) -> CodeType | None:
        if loader.path == file:
            return compile(Path(mutant).read_text(), file, "exec", dont_inherit=True)
        return get_code(loader, fullname)

    SourceFileLoader.get_code = mutated  # type: ignore[method-assign]


if _told := os.environ.get("NERACA_MUTANT"):
    _mutate(_told)


def run_tests() -> None:
    """The tests named in a folder's file, in that order; the first that fails is told in `told.json`."""
    import pytest

    folder = Path(sys.argv[1])
    names = folder.joinpath("tests").read_text().splitlines()
    wanted = {name: at for at, name in enumerate(names)}

    class Choice:
        def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
            items[:] = sorted((item for item in items if item.nodeid in wanted), key=lambda item: wanted[item.nodeid])

        def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
            if report.failed:
                folder.joinpath("told.json").write_text(report.nodeid)

    files = list(dict.fromkeys(name.split("::")[0] for name in names))
    arguments = ["-x", "-q", "-p", "no:cacheprovider", "--hypothesis-seed=0", *files]
    sys.exit(pytest.main(arguments, plugins=[Choice()]))
