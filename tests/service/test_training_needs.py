"""From where on a value asks for training: as the policy says, with the line that says it, or else by our rule."""

from decimal import Decimal
from typing import Any

from neraca.policy.published import ready
from neraca.service.training_needs import WeakBelow, weak_below


def test_what_is_weak_is_what_the_policy_says_by_its_line_and_else_the_middle_of_what_can_be(shipped: Any) -> None:
    policy = ready(shipped.get("id.kaltim.kota-samarinda"))
    file = "policies/samarinda/kota-samarinda.yaml"
    line = next(
        number for number, text in enumerate(policy.resolved.sources[file].splitlines(), 1) if "weak: {" in text
    )

    found = weak_below(policy)

    assert found["kompetensi"] == WeakBelow(Decimal(90), f"{file}:{line}:10")
    assert found["rencana_hasil_kerja"] == WeakBelow(Decimal(75), f"{file}:{line}:26")
    assert found["target_dinas"] == WeakBelow(Decimal(60))
