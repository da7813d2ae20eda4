"""Facts that are measured of a unit and hold for its people, before what is told of the same in an appraisal.

What is told is kept aside: it counts again for whoever leaves the unit, or where the measuring is taken back.
"""

from msgspec import Struct, field

from neraca.domain.case import Case, Fact, Sources


class Told(Struct):
    """A value, and the positions it rests on."""

    value: Fact
    at: list[int]


class Measured(Struct):
    """`names` are the facts that are measured, `aside` what was told of them. Changes in place."""

    names: list[str] = field(default_factory=list[str])
    aside: dict[str, Told] = field(default_factory=dict[str, Told])

    def take(self, name: str, value: Fact, at: list[int], case: Case, sources: Sources) -> str:
        """Puts a measured value in the place of what was told, and returns the path that moved."""
        path = f"facts/{name}"
        if name in case.facts:
            self.aside[name] = Told(case.facts[name], sources[path])
        case.facts[name], sources[path] = value, at
        self.names.append(name)
        return path

    def leave(self, case: Case, sources: Sources) -> list[str]:
        """Takes all that was measured away, puts back what was told, and returns the paths that moved."""
        moved: list[str] = []
        for name in self.names:
            path = f"facts/{name}"
            moved.append(path)
            if (told := self.aside.get(name)) is not None:
                case.facts[name], sources[path] = told.value, told.at
            else:
                del case.facts[name], sources[path]
        return moved

    def hear(self, name: str, value: Fact, at: list[int]) -> bool:
        """Keeps aside what is told of a fact that is measured, and returns whether it is."""
        if name not in self.names:
            return False
        self.aside[name] = Told(value, at)
        return True

    def forget(self, name: str) -> bool:
        """Drops what was told of a fact that is measured, and returns whether it is."""
        if name not in self.names:
            return False
        self.aside.pop(name, None)
        return True
