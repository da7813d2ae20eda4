"""Pure, and empty so far: the proofs that a ledger is unaltered will stand here."""

__all__: list[str] = []
