"""What a verb of the command line brings in: whoever asks for a report does not wait for the server's libraries."""

import subprocess
import sys

import click
import pytest

from neraca.cli.report_group import VERBS, report

SERVER = ("litestar", "strawberry", "graphql", "uvicorn", "joserfc", "numpy")


@pytest.mark.parametrize("modules", ["neraca.composition", "neraca.cli.verbs, neraca.cli.report_group"])
def test_neither_the_composition_root_nor_the_verbs_bring_in_what_serves(modules: str) -> None:
    code = f"import sys, {modules}; print([name for name in {SERVER} if name in sys.modules])"

    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)

    assert told.stdout.strip() == "[]"


def test_a_report_is_found_in_the_module_that_has_its_name_or_in_whichever_has_it() -> None:
    """A module that is named like the verb of another would hide it."""
    context = click.Context(report)
    of_others = {
        name
        for name in report.list_commands(context)
        if (module := name.replace("-", "_")) in VERBS
        and (command := report.get_command(context, name)) is not None
        and command.callback is not None
        and command.callback.__module__ != f"neraca.cli.reports.{module}"
    }

    assert of_others == set()
