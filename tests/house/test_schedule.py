"""Which worker takes which tests, and when: what is lived once is read in one, and what takes longest comes first."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from xdist.scheduler import LoadFileScheduling

ROOT = Path(__file__).parents[2]
CONFTEST = ROOT / "tests" / "conftest.py"


@pytest.fixture(scope="module")
def house(pytestconfig: pytest.Config) -> Any:
    """tests/conftest.py as pytest has it."""
    plugins: list[Any] = [*pytestconfig.pluginmanager.get_plugins()]
    [found] = [one for one in plugins if getattr(one, "__file__", None) == str(CONFTEST)]
    return found


def items(*names: str) -> list[Any]:
    return [SimpleNamespace(nodeid=name) for name in names]


def test_each_of_the_longest_is_there_and_reads_no_seeded_year(house: Any) -> None:
    assert [name for name in house.LONGEST if not (ROOT / name).is_file()] == []
    assert len({*house.LONGEST}) == len(house.LONGEST)
    assert [name for name in house.LONGEST if "seeded_year: " in (ROOT / name).read_text()] == []


def test_in_a_worker_the_seeded_year_comes_first_then_the_longest_and_then_the_rest_as_it_was(house: Any) -> None:
    longest = f"{house.LONGEST[1]}::test_it"
    before = ["tests/api/test_app.py::test_b", "tests/api/test_app.py::test_a", longest]
    before += ["tests/acceptance/test_digits.py::test_it[a::b]", "tests/wording/test_language.py::test_it"]
    in_a_worker, alone = items(*before), items(*before)

    house.pytest_collection_modifyitems(SimpleNamespace(workerinput={}), in_a_worker)
    house.pytest_collection_modifyitems(SimpleNamespace(), alone)

    assert [one.nodeid for one in in_a_worker] == [before[3], longest, *before[:2], before[4]]
    assert [one.nodeid for one in alone] == before


def test_workers_collect_from_both_ends_and_come_to_the_same_order(house: Any) -> None:
    files = [
        f"tests/{name}.py" for name in ("api/test_app", "api/test_http", "store/embedded/test_locks", "test_settings")
    ]
    collected = [[*items(f"{file}::test_b", f"{file}::test_a")] for file in files]
    forwards, backwards = ([one for file in order for one in file] for order in (collected, collected[::-1]))

    for order in (forwards, backwards):
        house.pytest_collection_modifyitems(SimpleNamespace(workerinput={}), order)

    assert forwards == backwards
    folder = object.__new__(pytest.Dir)
    for worker, found in (("gw0", files), ("gw1", files[::-1]), ("gw2", files)):
        folder.config = SimpleNamespace(workerinput={"workerid": worker})  # type: ignore[assignment]
        running = house.pytest_make_collect_report(folder)
        next(running)
        with pytest.raises(StopIteration) as done:
            running.send(SimpleNamespace(result=[*files]))
        assert done.value.value.result == found


def test_a_city_of_the_tests_has_one_database_and_whoever_asks_for_another_is_told(house: Any) -> None:
    def asking(*fixtures: str) -> list[Any]:
        return [SimpleNamespace(nodeid="tests/api/test_app.py::test_it", fixturenames=("staged", *fixtures))]

    for other in ("database", "followed_database", "file_database"):
        house.pytest_collection_modifyitems(SimpleNamespace(), asking(other))
        with pytest.raises(pytest.UsageError, match=r"its house\.url.*test_app\.py::test_it"):
            house.pytest_collection_modifyitems(SimpleNamespace(), asking("fixture_agencies", other))
    house.pytest_collection_modifyitems(SimpleNamespace(), asking("fixture_agencies", "new_database"))


def test_files_that_read_the_seeded_year_are_one_piece_of_work_and_every_other_is_its_own(house: Any) -> None:
    split = house.Schedule._split_scope
    schedule = object.__new__(house.Schedule)

    assert isinstance(schedule, LoadFileScheduling)
    reading = ("tests/acceptance/test_digits.py", "tests/demo/test_insight.py", "tests/cli/test_reports.py")
    assert {split(schedule, f"{file}::test_it[a::b]") for file in reading} == {"seeded_year"}
    assert split(schedule, "tests/api/test_app.py::test_it") == "tests/api/test_app.py"
