"""What tries a policy out: cases from outside, the tests inside policy files, synthetic cases, sensitivity."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from neraca.policy.testing import cases, expectations, runner, sensitivity

__all__ = ["cases", "expectations", "runner", "sensitivity"]
