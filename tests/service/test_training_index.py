"""What somebody completed is told as of a position, and nothing of the log is read twice."""

from collections.abc import Collection, Iterator
from datetime import date

from neraca.domain.development.training_plan import TrainingCompleted
from neraca.service.training_index import Completed, TrainingIndex


def completed(employee: str, position: int) -> Completed:
    event = TrainingCompleted(
        unit="dinkes", period="2025", item="i1", employee=employee, on=date(2026, 2, 1), hours=8, certificate="S 1"
    )
    return Completed(position, event)


class Log:
    def __init__(self, *past: Completed) -> None:
        self.past = [*past]
        self.read: list[int] = []

    def of_types(self, agency: str, tags: Collection[str], after: int = 0) -> Iterator[Completed]:
        assert (agency, [*tags]) == ("uji", ["training.completed"])
        for one in self.past:
            if one.position > after:
                self.read.append(one.position)
                yield one


def test_of_each_what_was_completed_up_to_a_position() -> None:
    log = Log(completed("ani", 3), completed("budi", 5), completed("ani", 8))
    index = TrainingIndex(log)

    told = {
        (who, at): [one.position for one in index.of("uji", who, at)] for who in ("ani", "budi") for at in (2, 5, 9)
    }
    log.past.append(completed("ani", 11))
    later = [one.position for one in index.of("uji", "ani", 12)]

    assert told == {
        ("ani", 2): [], ("ani", 5): [3], ("ani", 9): [3, 8], ("budi", 2): [], ("budi", 5): [5], ("budi", 9): [5],
    }  # fmt: skip
    assert later == [3, 8, 11]
    assert log.read == [3, 5, 8, 11]
