"""Pieces of work are shared with other processes, keep their order, and end at the first failure."""

import os
from time import sleep

import pytest

from neraca.projecting.workers import Workers


def slow(number: int) -> tuple[int, int]:
    sleep(0.05)
    return number, os.getpid()


def failing(number: int) -> int:
    if number == 2:
        raise ValueError("two")
    sleep(0.05)
    return number


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
