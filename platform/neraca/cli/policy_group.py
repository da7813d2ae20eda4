"""The group `neraca policy`, whose verbs are imported when one of them, or their list, is asked for."""

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
    import_module("neraca.cli.policy")  # its verbs add themselves to the group


@click.group("policy", cls=_Later, no_args_is_help=True)
def policy() -> None:
    """Try, explain, propose and approve policies.

    A POLICY is a file, or an id, or id@version among the files under --root.
    """
