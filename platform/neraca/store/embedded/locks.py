"""Kernel locks on files (`flock`), and waiting for them.

A lock lives as long as some process holds the open file, so `kill -9` releases it and nothing on disk can be stale.
Locks are released by closing only, never by LOCK_UN: a forked child shares its parent's lock and must not give it away.
"""

import fcntl
import os
import select
import time
from pathlib import Path

from neraca.store.embedded.layout import private_file

MILLISECONDS = 1_000_000


class Deadline:
    """A moment some seconds ahead on the monotonic clock."""

    def __init__(self, seconds: int) -> None:
        self._at = time.monotonic_ns() + seconds * 1000 * MILLISECONDS

    @property
    def passed(self) -> bool:
        return time.monotonic_ns() >= self._at

    @property
    def milliseconds_left(self) -> int:
        return max(0, (self._at - time.monotonic_ns()) // MILLISECONDS)


class StillHeld(Exception):
    """Another process kept the lock until the deadline."""


def pause(milliseconds: int) -> None:
    select.poll().poll(milliseconds)


def take(path: Path, *, shared: bool = False, until: Deadline) -> int:
    """The open descriptor that holds the lock: close it to release. Raises StillHeld."""
    descriptor = _opened(path)
    try:
        while not _try(descriptor, fcntl.LOCK_SH if shared else fcntl.LOCK_EX):
            if until.passed:
                raise StillHeld(path)
            pause(15)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def take_now(path: Path) -> int | None:
    """The exclusive lock, or None when any other process holds it in any way."""
    descriptor = _opened(path)
    if _try(descriptor, fcntl.LOCK_EX):
        return descriptor
    os.close(descriptor)
    return None


def is_held(path: Path) -> bool:
    """Whether a process holds the lock exclusively."""
    if not path.exists():
        return False
    descriptor = _opened(path)
    try:
        # Shared, for an instant: two who ask at once don't take each other for the holder.
        return not _try(descriptor, fcntl.LOCK_SH)
    finally:
        os.close(descriptor)


def _opened(path: Path) -> int:
    return private_file(path, os.O_RDWR)


def _try(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
