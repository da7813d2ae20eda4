from neraca.policy.check.subject import Check

CHECKS: tuple[Check, ...] = ()
