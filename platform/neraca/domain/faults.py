"""All that is wrong with what somebody wrote, gathered so that it is told at once."""

from types import TracebackType

from neraca.domain.errors import Fault, Invalid


class Faults:
    """What is Invalid within a `with` of it is kept, and the next thing looked at."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, refused: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if not isinstance(refused, Invalid):
            return False
        self._faults += refused.faults or [Fault(0, refused.field or "", refused.message)]
        return True

    def tell(self) -> None:
        """Raises Invalid with all that was gathered."""
        # What is asked of a part and of the whole may be the same.
        found = list(dict.fromkeys(self._faults))
        if found:
            first = found[0]
            raise Invalid(first.message, field=first.field or None, faults=found if len(found) > 1 else ())
