"""The group `neraca export`, whose verbs are imported when one of them, or their list, is asked for."""

from importlib import import_module

import click


class _Later(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        _complete()
        return super().list_commands(ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        _complete()
        return super().get_command(ctx, cmd_name)


def _complete() -> None:
    # They add themselves to the group.
    import_module("neraca.cli.payroll")
    import_module("neraca.cli.exports")


@click.group("export", cls=_Later, no_args_is_help=True)
def export() -> None:
    """Write what other programs take over, as files. The same log position gives the same bytes."""
