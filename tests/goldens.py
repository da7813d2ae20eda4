"""Writes anew what the code prints and people read: `make goldens`. Then read the difference before it is committed.

None of it is written by hand: the schemas of policy files and of GraphQL, the shapes and words of the domain, every
refusal it gives, the first example of a new event, what the samples make of made-up people, the stories of scores.
What an event's golden file has is for ever: one that is there is left as it is.
"""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NERACA = Path(sys.executable).with_name("neraca")

PRINTED = {
    "policies/schema/asn-policy.schema.json": ("policy", "schema"),
    "policies/schema/asn-policy-overlay.schema.json": ("policy", "schema", "--overlay"),
    "platform/EXPORTS.md": ("export", "columns"),
    "platform/RULES.md": ("rules",),
    "tests/golden/schema.graphql": ("schema",),
}
"""What a verb of `neraca` prints."""

TOLD = {
    "tests/domain/shapes.txt": "tests/domain/test_stored_shapes.py",
    "tests/domain/vocabulary.txt": "tests/domain/test_vocabulary.py",
    "tests/golden/events/": "tests/domain/test_events.py",
    "tests/domain/refusals.txt": "tests/domain",
    "tests/policy/made_up_people.txt": "tests/policy/test_made_up_people.py",
    "platform/SCHEMA.md": "tests/house/test_schema_changes.py",
    "tests/projections/score_stories.txt": "tests/projections/test_score_stories.py",
}
"""What a test writes where NERACA_WRITE_GOLDENS is set."""

FILES = (*PRINTED, *TOLD)


def main() -> int:
    for file, verb in PRINTED.items():
        (ROOT / file).write_bytes(subprocess.run([NERACA, *verb], cwd=ROOT, check=True, capture_output=True).stdout)
    # Refusals are met in many tests, and each adds its own.
    (ROOT / "tests/domain/refusals.txt").write_text("")
    told = [sys.executable, "-m", "pytest", "-q", *dict.fromkeys(TOLD.values())]
    done = subprocess.run(told, cwd=ROOT, check=False, env={**os.environ, "NERACA_WRITE_GOLDENS": "1"}).returncode
    subprocess.run(["git", "status", "--short", "--", *FILES], cwd=ROOT, check=False)
    return done


if __name__ == "__main__":
    sys.exit(main())
