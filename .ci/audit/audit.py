"""Whether a locked package has a vulnerability that is known and not accepted in accepted.toml.

Asks by pip-audit, from a place of its own, the registry's list of vulnerabilities, or that of a server that speaks as
OSV does: `make audit ARGS="--osv-url URL"`. Where nobody can be asked, as behind a mirror of packages alone, nothing is
known: that is said and fails nothing. What was found and is not accepted fails, and so does what is accepted without
need, or longer than it was to be.
"""

import argparse
import json
import subprocess
import sys
import tomllib
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
PLACE = ROOT / ".venv" / "audit"
UV = [str(ROOT / ".venv" / "bin" / "uv"), "--quiet"]
PATIENCE = 300


def judged(report: dict[str, Any], accepted: list[dict[str, Any]], today: date) -> tuple[list[str], list[str]]:
    """What is wrong, and what else to say, of a report as pip-audit writes it."""
    told = [one for one in report["dependencies"] if "skip_reason" not in one]
    untold = sorted(one["name"] for one in report["dependencies"] if "skip_reason" in one)
    if not told:
        return _form(accepted), [f"Audited nothing: no source of known vulnerabilities told of {len(untold)} packages"]
    wrong, needed = _form(accepted), set[int]()
    for one in told:
        for found in one["vulns"]:
            names = {found["id"], *found["aliases"]}
            by = [
                at
                for at, lived in enumerate(accepted)
                if lived.get("id") in names and lived.get("package") == one["name"]
            ]
            needed |= {*by}
            if not by:
                mended = f"; mended in {', '.join(found['fix_versions'])}" if found["fix_versions"] else ""
                wrong.append(f"{one['name']} {one['version']}: {', '.join(sorted(names))}{mended}")
    known = {one["name"] for one in told}
    for at, lived in enumerate(accepted):
        if isinstance(lived.get("until"), date) and lived["until"] < today:
            wrong.append(f"{lived.get('id')} of {lived.get('package')} was accepted until {lived['until']}")
        if at not in needed and lived.get("package") not in untold:
            why = "is told no more" if lived.get("package") in known else "is of no locked package"
            wrong.append(f"{lived.get('id')} of {lived.get('package')} {why}: take it out of accepted.toml")
    said = [f"Audited {len(told)} packages"]
    return wrong, said + ([f"Not audited, for nothing was told of them: {', '.join(untold)}"] if untold else [])


def _form(accepted: list[dict[str, Any]]) -> list[str]:
    return [
        f"accepted.toml: {lived} needs an id, a package, a reason and a day until which it holds"
        for lived in accepted
        if not all(isinstance(lived.get(name), str) and lived[name] for name in ("id", "package", "reason"))
        or not isinstance(lived.get("until"), date)
    ]


def asked(osv_url: str | None = None) -> dict[str, Any] | None:
    """The report on requirements.lock, None where nobody could be asked."""
    source = [] if osv_url is None else ["--vulnerability-service", "osv", "--osv-url", osv_url]
    try:
        _run([*UV, "venv", "--allow-existing", str(PLACE)])
        lock = ["--system-certs", "--require-hashes", "--python", str(PLACE), str(HERE / "requirements.lock")]
        _run([*UV, "pip", "sync", *lock])
        lock = ["--requirement", str(ROOT / "requirements.lock"), "--require-hashes", "--disable-pip"]
        told = _run(
            [str(PLACE / "bin" / "pip-audit"), *lock, *source, "--format", "json", "--progress-spinner", "off"], 1
        )
        return json.loads(told)
    except (subprocess.SubprocessError, json.JSONDecodeError) as failed:
        said = str(getattr(failed, "stderr", None) or failed).strip().splitlines()
        print(f"Audited nothing: {said[-1] if said else failed}")
        return None


def _run(command: list[str], *well: int) -> str:
    """What it prints; raises a SubprocessError that has the reason where it ended otherwise than well."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)  # noqa: S603
    if done.returncode not in (0, *well):
        raise subprocess.CalledProcessError(done.returncode, command, done.stdout, done.stderr)
    return done.stdout


def main(osv_url: str | None = None) -> None:
    if (report := asked(osv_url)) is None:
        return
    accepted = tomllib.loads((HERE / "accepted.toml").read_text("utf-8")).get("accepted", [])
    wrong, said = judged(report, accepted, datetime.now(UTC).date())
    print("\n".join([*said, *wrong]))
    if wrong:
        sys.exit(1)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--osv-url", metavar="URL", help="whom to ask, in the place of the registry")
    main(parser.parse_args().osv_url)
