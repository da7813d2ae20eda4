"""Where a file says otherwise than the log of what rules: the log counts, and editing the file changes nothing.

So it is said wherever somebody might look, with the way in which a change comes into force.
"""

from collections.abc import Iterator
from datetime import date
from typing import get_args

from neraca.domain.vocabulary import Purpose
from neraca.policy.findings import Finding, plain
from neraca.policy.library import Library, NoSuchPolicy, Unsound
from neraca.policy.published import PolicyAltered, PublishedPolicy
from neraca.policy.source.diff import diff
from neraca.policy.source.hashes import policy_hash
from neraca.policy.source.inheritance import Resolved
from neraca.service.policies import PolicyRepository


def drifts(policies: PolicyRepository, agency: str, library: Library, today: date) -> Iterator[Finding]:
    """A warning for every version that rules today or later, of which the files have another text. Comments, layout and
    tests don't count: they decide nothing.
    """
    spans = [span for purpose in get_args(Purpose) for span in policies.spans(agency, purpose)]
    for hash_ in dict.fromkeys(span.hash for span in spans if span.until is None or span.until >= today):
        try:
            ruling = policies.by_hash(agency, hash_)
            file = library.get(ruling.ref.id, ruling.ref.version)
        except (PolicyAltered, NoSuchPolicy, Unsound):
            continue  # the audit tells the first, the check the last
        if policy_hash(file) != hash_:
            yield _drift(agency, ruling, file, library)


def _drift(agency: str, ruling: PublishedPolicy, file: Resolved, library: Library) -> Finding:
    changes = diff(ruling.resolved, file).changes
    name = ruling.ref.name
    first = f": {changes[0].path}: {_value(changes[0].before)} -> {_value(changes[0].after)}" if changes else ""
    more = f" and {len(changes) - 1} more" if len(changes) > 1 else ""
    place = (changes[0].origin_after or changes[0].origin_before or "") if changes else ""
    where, line, col = place.rsplit(":", 2) if place.count(":") >= 2 else (file.file, "1", "1")
    free = max(library.versions(ruling.ref.id)) + 1
    return Finding(
        where,
        int(line),
        int(col),
        "",
        f"{name} rules in {agency} as the log has it (policy {ruling.ref.hash[:12]}), and this file says otherwise "
        f"({policy_hash(file)[:12]}){first}{more}; editing it changes nothing",
        f"put the text back, give the new one version: {free} in a file of its own, and propose that: neraca policy "
        f"propose FILE --agency {agency} --since DATE",
        "warning",
    )


def _value(said: str | None) -> str:
    return "nothing" if said is None else plain(said) if said.replace(".", "", 1).isdecimal() else said
