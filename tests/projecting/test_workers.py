"""Pieces of work are shared with other processes, keep their order, and end at the first failure."""

import os
import subprocess
import sys
from pathlib import Path
from time import sleep

import pytest

from neraca.projecting import errors
from neraca.projecting.workers import Workers


def slow(number: int) -> tuple[int, int]:
    sleep(0.05)
    return number, os.getpid()


def failing(number: int) -> int:
    if number == 2:
        raise ValueError("two")
    sleep(0.05)
    return number


def ending_elsewhere(process: int) -> None:
    sleep(0.05)
    if os.getpid() != process:
        os._exit(3)


def is_running(process: int) -> bool:
    """A process that has ended may still wait for somebody to take notice."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_outcomes_come_in_the_order_of_the_tasks_from_here_and_from_elsewhere() -> None:
    with Workers(2) as workers:
        first = workers.map(slow, range(40))
        again = workers.map(slow, range(40))

    assert [number for number, _ in first] == [number for number, _ in again] == list(range(40))
    processes = {process for _, process in first + again}
    assert len(processes) == 2, "the other process is kept for the second time"
    assert os.getpid() in processes


def test_one_worker_is_this_process() -> None:
    with Workers(1) as workers:
        assert {process for _, process in workers.map(slow, range(3))} == {os.getpid()}


def test_after_a_failure_nothing_is_begun() -> None:
    begun: list[int] = []

    def work(number: int) -> int:
        begun.append(number)
        return failing(number)

    with pytest.raises(ValueError, match="two"):
        Workers(1).map(work, range(5))

    assert begun == [0, 1, 2]


def test_a_failure_elsewhere_is_raised_here() -> None:
    with Workers(2) as workers, pytest.raises(ValueError, match="two"):
        workers.map(failing, range(50))


def test_a_helper_that_is_gone_is_told() -> None:
    with Workers(2) as workers, pytest.raises(ChildProcessError, match="was it killed"):
        workers.map(ending_elsewhere, [os.getpid()] * 50)


def test_helpers_end_with_the_process_that_was_killed() -> None:
    lines = (
        "import multiprocessing, time",
        "from neraca.projecting.workers import Workers",
        "with Workers(3):",
        "    print(*(child.pid for child in multiprocessing.active_children()), flush=True)",
        "    time.sleep(60)",
    )
    process = subprocess.Popen([sys.executable, "-c", "\n".join(lines)], stdout=subprocess.PIPE, encoding="utf-8")
    assert process.stdout is not None
    helpers = [int(word) for word in process.stdout.readline().split()]

    process.kill()
    process.communicate()

    assert len(helpers) == 2
    for _ in range(500):
        if not any(map(is_running, helpers)):
            return
        sleep(0.02)
    pytest.fail("a helper waits for work that nobody will give it")


TROUBLES = [
    errors.WrongTable("no such column"),
    errors.PoisonEvent("scores", "bandung", 7, "no"),
    errors.CorruptRow("scores.appraisal", ValueError("no number")),
    errors.ForeignRow("of another agency"),
    errors.Superseded("scores"),
    errors.RebuildRunning("scores"),
]


def troubled(task: tuple[int, int]) -> None:
    asks, number = task
    if os.getpid() != asks:
        raise TROUBLES[number]
    sleep(0.5)  # the other process has the other task meanwhile


@pytest.mark.parametrize("number", range(len(TROUBLES)), ids=[type(trouble).__name__ for trouble in TROUBLES])
def test_whatever_fails_in_another_process_says_here_what_it_said_there(number: int) -> None:
    expected = TROUBLES[number]
    with Workers(2) as workers, pytest.raises(type(expected)) as raised:
        workers.map(troubled, [(os.getpid(), number)] * 2)

    assert str(raised.value) == str(expected)
    assert {**vars(raised.value), "__notes__": None} == {**vars(expected), "__notes__": None}


def test_no_failure_is_left_out_above() -> None:
    assert {type(trouble) for trouble in TROUBLES} == set(errors.ProjectingError.__subclasses__())
