"""Python's collector of cycles, kept off work that makes none."""

import gc
from collections.abc import Generator
from contextlib import contextmanager


@contextmanager
def no_cycles() -> Generator[None]:
    """A fold only adds rows, and a reading only trees: the collector would walk them all again and again.

    Threads may overlap: whoever found it at work sets it to work again.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()
