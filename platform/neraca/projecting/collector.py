"""Python's collector of cycles, kept off work that makes none."""

import gc
from collections.abc import Generator
from contextlib import contextmanager


@contextmanager
def no_cycles() -> Generator[None]:
    """A fold only adds rows and makes no cycles; the collector would walk them all again and again."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()
