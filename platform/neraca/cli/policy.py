"""`neraca policy ...`: what staff do with policy files; only what names an agency needs its database."""

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import IO

import click
import msgspec

from neraca.cli import policy_lifecycle
from neraca.cli.application import Application
from neraca.cli.distribution import distribution
from neraca.cli.options import Root, as_json, root_option, settings
from neraca.cli.policy_docs import docs
from neraca.cli.policy_group import policy
from neraca.cli.root import ENDINGS, library
from neraca.cli.simulation import simulate
from neraca.domain.case import Case
from neraca.domain.command_rules import PolicyRef
from neraca.domain.text_kinds import counted
from neraca.policy.compiled.compilation import CompiledPolicy, compile_resolved
from neraca.policy.compiled.result import EvaluationResult, Explanation, Step
from neraca.policy.docs import json_schema
from neraca.policy.engine import vectorised
from neraca.policy.engine.evaluation import evaluate, explain
from neraca.policy.findings import errors
from neraca.policy.library import NoSuchPolicy, Unsound
from neraca.policy.source.diff import Change, diff
from neraca.policy.source.inheritance import Resolved
from neraca.policy.testing import cases, expectations, runner

_JSON = msgspec.json.Encoder()
_AT_ONCE = {"explain": 1, "vectorised": 4096}
"""How many cases each engine judges at a time."""


policy.add_command(simulate)
policy.add_command(distribution)
policy.add_command(docs)
for verb in policy_lifecycle.VERBS:
    policy.add_command(verb)


@policy.command("list")
@click.option(
    "--agency",
    default=None,
    help="List the register of this agency instead: proposals, versions, what is in force when.",
)
@root_option
@as_json
@click.pass_obj
def list_(application: Application, agency: str | None, root: Root, json: bool) -> None:
    """List policies: of files, or of an agency. Each has id, version, dates, parent and file."""
    if agency is not None:
        policy_lifecycle.print_register(application, agency, json)
        return
    known, _, _ = library(root)
    rows: dict[str, Mapping[str, object]] = {}
    for id_ in known.ids():
        for version in known.versions(id_):
            try:
                row = _listed(known.get(id_, version))
            except Unsound as unsound:
                row = {"id": id_, "version": version, "sound": False, "mistakes": len(unsound.findings)}
            rows[PolicyRef.written(id_, version)] = row
    if json:
        _print_json([*rows.values()])
        return
    for ref, row in rows.items():
        what = (
            f"{row['from']} to {row['to'] or '...'}  {row['file']}" if "from" in row else "has mistakes: neraca check"
        )
        click.echo(f"{ref}  {what}")


@policy.command()
@click.argument("policies", nargs=-1)
@click.option(
    "--write", is_flag=True, help="Propose a new expected number for each test that fails, with its sum, one by one."
)
@root_option
@as_json
def test(policies: tuple[str, ...], write: bool, root: Root, json: bool) -> None:
    """Run the tests inside policy files. Those of all files under --root, or of POLICIES. Exit 1 if one fails.

    A folder stands for the policy files in it.
    """
    policies = tuple(one for named in policies for one in _in_folder(named))
    sources = _PolicySources(root, policies)
    wanted = [sources.resolved(name) for name in policies] or list(sources.sound())
    if write:
        for one in wanted:
            _rewrite(one, root)
        # Read again: what was written must pass as it now stands in the file.
        sources = _PolicySources(root, policies)
        wanted = [sources.resolved(name) for name in policies] or list(sources.sound())
    results = [(one, outcome) for one in wanted for outcome in runner.run(one)]
    failed = [(one, outcome) for one, outcome in results if not outcome.passed]
    if json:
        _print_json(
            [
                {"policy": _ref(one), "test": o.name, "passed": o.passed, "differences": o.differences}
                for one, o in results
            ]
        )
    else:
        for one, outcome in failed:
            click.echo(f"{one.file}: «{outcome.name}» failed")
            for difference in outcome.differences:
                click.echo(f"    {difference}")
        click.echo(
            f"{counted(len(wanted), 'policy', 'policies')}, {counted(len(results), 'test')}, {len(failed)} failed"
        )
    mistakes = errors(sources.found) if not policies else []
    if mistakes:
        click.echo(
            f"{counted(len(mistakes), 'mistake keeps', 'mistakes keep')} files from being tested: run neraca check",
            err=True,
        )
    if failed or mistakes:
        raise SystemExit(1)


def _in_folder(named: str) -> Sequence[str]:
    """The policy files of a folder; whatever else is named stays as it is."""
    if not Path(named).is_dir():
        return (named,)
    if not (files := sorted(str(one) for one in Path(named).rglob("*") if one.suffix in ENDINGS)):
        raise click.UsageError(f"no policy files in {named}")
    return files


def _rewrite(resolved: Resolved, root: Path) -> None:
    """Asks for each number that came out otherwise whether it is to be written, and writes those that are."""
    chosen: list[expectations.Proposed] = []
    for one in expectations.proposals(resolved):
        click.echo(f"{resolved.file}:{one.line}: «{one.test}» {one.path}: {one.written} -> {one.becomes}")
        if one.sum:
            click.echo(f"    {one.sum}")
        if click.confirm("    write it?", default=False):
            chosen.append(one)
    if chosen:
        text = expectations.rewritten(resolved.sources[resolved.file], chosen)
        (root / resolved.file).write_text(text, encoding="utf-8")
        click.echo(f"{resolved.file}: {len(chosen)} numbers written, each with its sum in a comment")


@policy.command("evaluate")
@click.argument("name", metavar="POLICY")
@click.option(
    "--cases",
    "source",
    type=click.File("rb"),
    default="-",
    help="File of JSON Lines, one case each; - is standard input.",
)
@click.option(
    "--engine",
    type=click.Choice(list(_AT_ONCE)),
    default="explain",
    show_default=True,
    help="explain judges case by case, vectorised thousands at once; the digits are the same.",
)
@root_option
def evaluate_(name: str, source: IO[bytes], engine: str, root: Root) -> None:
    """Score cases, one JSON line in, one JSON line out.

    The order of the lines stays. A case is a policy test without `expect`: {"facts": {}, "ratings": {}, "items": {},
    "surveys": {}}. Numbers may be JSON numbers or strings of digits ("96.5"), as GraphQL gives them; both are exact.
    The answer has status (final, blocked, or refused for a case that cannot be read), score, predicate, levels, nodes
    and reason. Exit 1 if a case was refused; its reason names the line and the place.
    """
    plan = compile_resolved(_PolicySources(root, [name]).resolved(name))
    refused = 0
    lines = _lines(source)
    while batch := list(islice(lines, _AT_ONCE[engine])):
        read = [_read(plan, number, line) for number, line in batch]
        # Only what could be read is judged; the order of the lines is restored below.
        sheets = _judged(plan, [one for one in read if isinstance(one, Case)], engine)
        for one in read:
            answer = next(sheets).to_builtins() if isinstance(one, Case) else _refused(one)
            refused += not isinstance(one, Case)
            sys.stdout.buffer.write(_JSON.encode(answer) + b"\n")
    sys.stdout.buffer.flush()
    if refused:
        click.echo(f"{refused} cases were refused; each answer says why", err=True)
        raise SystemExit(1)


@policy.command("explain")
@click.argument("name", metavar="POLICY")
@click.option(
    "--cases",
    "source",
    type=click.File("rb"),
    default=None,
    help="File of JSON Lines, one case each; - is standard input.",
)
@click.option("--test", "test_name", default=None, help="Explain this test of the policy instead of a case.")
@root_option
@as_json
def explain_(name: str, source: IO[bytes] | None, test_name: str | None, root: Root, json: bool) -> None:
    """Show each step from facts to predicate.

    A step has its formula, inputs, value, line of the policy and legal reference.
    """
    resolved = _PolicySources(root, [name]).resolved(name)
    plan = compile_resolved(resolved)
    for title, case in _cases(resolved, plan, source, test_name):
        wrong = cases.refusals(plan, case)
        if wrong:
            raise click.ClickException(f"{title}: " + "; ".join(wrong))
        told = explain(plan, case)
        if json:
            _print_json({"case": title, **told.sheet.to_builtins(), "steps": told.steps})
        else:
            _tell(title, told)


@policy.command("diff")
@click.argument("before")
@click.argument("after")
@click.option(
    "--agency",
    default=None,
    help="Look up what is no file in the log of this agency: an id, id@version, or the agency itself.",
)
@root_option
@as_json
@click.pass_obj
def diff_(application: Application, before: str, after: str, agency: str | None, root: Root, json: bool) -> None:
    """Compare two resolved policies by meaning.

    Tells which value changed, by how much, and under which reference. Exit 1 if one did.

    Against what rules, name its --agency: the log has the text that counts, a file may have been edited since.
    """
    sources = _PolicySources(root, [before, after])
    files = {name: sources.resolved(name) for name in (before, after) if agency is None or name.endswith(ENDINGS)}
    if agency is not None:
        with application.lifecycle(settings()) as lifecycle:
            files |= {name: lifecycle.published(agency, name) for name in (before, after) if name not in files}
    found = diff(files[before], files[after])
    if json:
        _print_json(found)
    else:
        for change in found.changes:
            click.echo(_changed(change))
        same = "every case is judged alike" if found.same_result else "results may differ"
        click.echo(f"{found.before} -> {found.after}: {counted(len(found.changes), 'difference')}; {same}")
    if found.changes:
        raise SystemExit(1)


def _changed(change: Change) -> str:
    moved = f"{change.before or 'nothing'} -> {change.after or 'nothing'}" + (f" ({change.by})" if change.by else "")
    words = "" if change.calculates else "  [words only]"
    law = f"  [{change.ref_title}]" if change.ref_title else ""
    return f"{change.origin_after or change.origin_before}: {change.path}: {moved}{words}{law}"


def _read(plan: CompiledPolicy, number: int, line: bytes) -> Case | str:
    """The case, or why it is refused."""
    try:
        case = cases.read(line, plan)
        faults = cases.refusals(plan, case)
    except cases.CaseRefused as error:
        faults = error.faults
    else:
        if not faults:
            return case
    return f"line {number}: " + "; ".join(faults)


def _judged(plan: CompiledPolicy, given: list[Case], engine: str) -> Iterator[EvaluationResult]:
    if engine == "vectorised":
        return iter(vectorised.evaluate(plan, vectorised.load(given)))
    return (evaluate(plan, case) for case in given)


@policy.command("schema")
@click.option(
    "--overlay",
    is_flag=True,
    help="Print the schema of a file that extends another one and leaves out what its parent says.",
)
def schema_(overlay: bool) -> None:
    """Print the JSON Schema of policy files for editors. Draft-07, as those in policies/schema/ are kept like this."""
    click.echo(json_schema.text(overlay=overlay), nl=False)


def _refused(reason: str) -> dict[str, object]:
    return {"status": "refused", "score": None, "predicate": None, "levels": {}, "nodes": {}, "reason": reason}


def _cases(
    resolved: Resolved, plan: CompiledPolicy, source: IO[bytes] | None, test_name: str | None
) -> Iterator[tuple[str, Case]]:
    if source is not None:
        for number, line in _lines(source):
            try:
                yield f"case {number}", cases.read(line, plan)
            except cases.CaseRefused as error:
                raise click.ClickException(f"line {number}: " + "; ".join(error.faults)) from None
        return
    tests = [test for test in resolved.policy.tests if test_name in (None, test.name)]
    if not tests:
        names = ", ".join(f"«{test.name}»" for test in resolved.policy.tests) or "none"
        raise click.UsageError(f"no such test in {resolved.file}; there are {names}; or give --cases")
    for test in tests:
        yield test.name, cases.of_test(test)


def _tell(title: str, told: Explanation) -> None:
    click.echo(f"# {title}")
    for step in told.steps:
        click.echo(_line(step))
    line = told.sheet.to_builtins()
    click.echo(f"= {line['status']}: {line['predicate'] or line['reason']}  score {line['score']}\n")


def _line(step: Step) -> str:
    given = ", ".join(
        f"{one.name}={'?' if one.value is None else one.value}{f' x{one.weight}' if one.weight else ''}"
        for one in step.inputs
    )
    before = f" (before: {step.before})" if step.before not in (None, step.value) else ""
    law = f"  [{step.ref_title}]" if step.ref_title else ""
    note = f"  {step.note}" if step.note else ""
    return f"  {step.path}: {step.formula}({given}) -> {step.value or 'none'}{before}{note}  {step.origin or ''}{law}"


class _PolicySources:
    """The policies under a root, and files beside it that the user named."""

    def __init__(self, root: Path, named: Iterable[str]) -> None:
        beside = [Path(name) for name in named if name.endswith(ENDINGS)]
        self._root = root
        self._known, self.found, self._texts = library(root, beside)

    def resolved(self, name: str) -> Resolved:
        try:
            if name.endswith(ENDINGS):
                return self._known.by_file(self._as_shown(name))
            return self._known.get(*PolicyRef.parsed(name))
        except Unsound as unsound:
            raise click.ClickException(f"{name} has mistakes:\n{unsound}") from None
        except NoSuchPolicy as missing:
            raise click.ClickException(str(missing)) from None

    def sound(self) -> Iterator[Resolved]:
        for file in self._texts:
            try:
                yield self._known.by_file(file)
            except (Unsound, NoSuchPolicy):
                continue

    def _as_shown(self, name: str) -> str:
        """The library knows a file by its path from the root; the user may have typed another way to it."""
        wanted = Path(name).resolve()
        return next((file for file in self._texts if (self._root / file).resolve() == wanted), name)


def _listed(resolved: Resolved) -> dict[str, object]:
    one = resolved.policy
    parent = PolicyRef.written(one.extends.id, one.extends.version) if one.extends else None
    dates: dict[str, object] = {"from": one.effective.from_, "to": one.effective.to}
    return {
        "id": one.id,
        "version": one.version,
        "sound": True,
        **dates,
        "extends": parent,
        "abstract": one.abstract,
        "file": resolved.file,
    }


def _ref(resolved: Resolved) -> str:
    return PolicyRef.written(resolved.policy.id, resolved.policy.version)


def _lines(source: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    return ((number, line) for number, line in enumerate(source, 1) if line.strip())


def _print_json(value: object) -> None:
    sys.stdout.buffer.write(_JSON.encode(value) + b"\n")
