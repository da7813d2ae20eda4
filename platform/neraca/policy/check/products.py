"""Products: what each factor is divided by, and what has no meaning in them."""

from collections.abc import Iterable

from neraca.policy.check.subject import Check, Subject
from neraca.policy.findings import Finding, plain


def divisors_are_above_zero(subject: Subject) -> Iterable[Finding]:
    for name, node in subject.policy.nodes.items():
        for child, divisor in node.of.items() if node.combine == "product" else ():
            if divisor <= 0:
                what, remedy = f"divisor is {plain(divisor)}", "write 100 for a percentage, 1 for a plain number"
                yield subject.value(f"/nodes/{name}/of/{child}", what, remedy)


def nothing_else_weighs(subject: Subject) -> Iterable[Finding]:
    for name, node in subject.policy.nodes.items():
        if node.combine == "product" and node.min_weight_present > 0:
            what = "the factors of a product have no weight that could be present (silent no-effect)"
            remedy = "take it away, and say 'missing: block' of what it can't do without"
            yield subject.at(f"/nodes/{name}/min_weight_present", what, remedy)


CHECKS: tuple[Check, ...] = (divisors_are_above_zero, nothing_else_weighs)
