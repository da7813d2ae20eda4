"""`neraca report receipt`: whether the answer that a citizen has a receipt for was counted."""

import click

from neraca.cli.application import Application
from neraca.cli.options import settings
from neraca.cli.report_group import report
from neraca.cli.report_output import for_programs, print_rows
from neraca.domain.text_kinds import shown
from neraca.service.receipts import ReceiptStanding
from neraca.service.receipts import receipt as standing


@report.command(short_help="Tell whether an answer to a survey was counted.")
@click.argument("code")
@for_programs
@click.pass_obj
def receipt(application: Application, code: str, csv: bool, json: bool) -> None:
    """Tell where the answer is that the receipt CODE was given for: received, or counted at a position of the log.

    What was answered is told to nobody who has the code.
    """
    agency = code.strip().lower().partition(".")[0]
    with application.reports(settings(), agency) as source:
        found = standing(source, code)
    if found is None:
        raise click.ClickException(f"no receipt {shown(code)}; look whether it is written whole")
    print_rows(ReceiptStanding, [found], csv=csv, json=json)
