"""The group `neraca report`, whose verbs are imported when one of them, or their list, is asked for."""

from collections.abc import Sequence
from importlib import import_module

import click

VERBS = (
    "before_after",
    "budget",
    "durations",
    "cascade",
    "development",
    "forensics",
    "indicators",
    "lateness",
    "participation",
    "raters",
    "programme",
    "receipt",
    "ranks",
    "satisfaction",
    "shadow",
    "strengths",
    "trend",
)
"""Each is a module of `neraca.cli.reports`, which adds its verb to the group."""


class _Later(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        _complete()
        return super().list_commands(ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        module = cmd_name.replace("-", "_")
        _complete((module,) if module in VERBS else VERBS)  # one may hold several verbs
        return super().get_command(ctx, cmd_name)


def _complete(verbs: Sequence[str] = VERBS) -> None:
    for verb in verbs:
        import_module(f"neraca.cli.reports.{verb}")


@click.group("report", cls=_Later, no_args_is_help=True)
def report() -> None:
    """Tell what the results of an agency come to.

    Each is printed as a table, or written as CSV or JSON for other programs. Nothing is written to the log.
    """
