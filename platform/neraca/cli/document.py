"""`neraca document` prints the evaluation document of a final result, `neraca verify-document` holds one to the log."""

import sys
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click
import msgspec

from neraca.cli.application import Application
from neraca.cli.options import as_json, settings
from neraca.document import verification
from neraca.document.verification import Marks

if TYPE_CHECKING:
    from neraca.service.evaluation_documents import Verification


def parted(appraisal: str) -> tuple[str, str]:
    """Whose appraisal of which period is written as NIP/PERIOD."""
    employee, _, period = appraisal.partition("/")
    if not employee or not period:
        raise click.UsageError(f"'{appraisal}' names no appraisal; write NIP/PERIOD, such as 198501012010011001/2025")
    return employee, period


@click.command()
@click.argument("appraisal", metavar="NIP/PERIOD")
@click.option("--agency", required=True, help="The agency whose log is read.")
@click.option(
    "--language",
    type=click.Choice(["id", "en"]),
    default="id",
    show_default=True,
    help="In Indonesian, as it is signed, or translated into English.",
)
@click.option("--pdf", is_flag=True, help="As PDF instead of HTML.")
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), default=None, help="The file to write.")
@click.pass_obj
def document(
    application: Application,
    appraisal: str,
    agency: str,
    language: Literal["id", "en"],
    pdf: bool,
    output: Path | None,
) -> None:
    """Print the evaluation document of a final result.

    As HTML or PDF, from the log alone: the same log gives the same bytes on any day and machine. Without --output it
    goes to standard output.
    """
    employee, period = parted(appraisal)
    file = application.document(settings(), agency, employee, period, language, "pdf" if pdf else "html")
    if output is None:
        sys.stdout.buffer.write(file)
    else:
        output.write_bytes(file)


@click.command("verify-document", short_help="Hold an evaluation document against the log.")
@click.argument("file", required=False, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--agency", required=True, help="The agency whose log is asked.")
@click.option("--number", default=None, help="The number on a printed document, where there is no file.")
@click.option("--code", default=None, help="The verification code on it.")
@as_json
@click.pass_obj
def verify_document(
    application: Application, file: Path | None, agency: str, number: str | None, code: str | None, json: bool
) -> None:
    """Hold an evaluation document against the log.

    Of a FILE, or of a number and code: which result it shows, whether that one stands still, and whether the file is
    what the log gives, byte for byte. Exit 1 if there is no such document, or the file or the log was altered.
    """
    read = None if file is None else file.read_bytes()
    marks = Marks(number, code) if number and code else None if read is None else verification.marks(read)
    if marks is None and read is None:
        raise click.UsageError("name a FILE, or give both --number and --code as they stand on the document")
    found = None
    if marks is not None:
        digest = None if read is None else sha256(read).hexdigest()
        found = application.verified(settings(), agency, marks, digest)
    if json:
        sys.stdout.buffer.write(msgspec.json.encode(found) + b"\n")
    elif found is None:
        of = "the file has no number and code of ours" if marks is None else f"{marks.number} with code {marks.code}"
        click.echo(f"no such document in the log of {agency}: {of}")
    else:
        _tell(found)
    if found is None or found.unaltered is False or not found.recorded:
        raise SystemExit(1)


def _tell(found: "Verification") -> None:
    stands = "the result stands" if found.current else "NO LONGER CURRENT: the result was opened again since"
    click.echo(f"{found.number} of {found.issued}: {found.employee}/{found.period}, {found.predicate}; {stands}")
    if found.unaltered is not None:
        click.echo(
            "the file is what the log gives" if found.unaltered else "the file is NOT what the log gives: ALTERED"
        )
    if not found.recorded:
        click.echo("the log gives another document than was signed: the log was ALTERED; `neraca replay` says where")
