"""The face of the floor is loaded name by name."""

from types import ModuleType

import pytest
from eventsourcing.persistence import StoredEvent

from neraca import store
from neraca.store import shares


@pytest.mark.parametrize("name", store.__all__)
def test_every_name_of_the_face_can_be_had(name: str) -> None:
    space: dict[str, object] = {}
    exec(f"from neraca.store import {name}", space)
    given = space[name]

    if isinstance(given, ModuleType):
        assert given.__name__ == f"neraca.store.{name}"
    elif name == "NewEvent":
        assert given is StoredEvent
    elif name == "NOBODYS":
        assert given is shares.NOBODYS, "a value has no name of its own"
    else:
        assert getattr(given, "__name__", None) == name


def test_another_name_is_refused_as_of_any_module() -> None:
    with pytest.raises(AttributeError, match=r"^module 'neraca\.store' has no attribute 'Nonsense'$"):
        _ = store.Nonsense
