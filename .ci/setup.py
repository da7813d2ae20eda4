"""Makes .venv from requirements.lock, unless it is already what the lock, pyproject.toml and this place call for.

The last thing written is .venv/ready, which says for what .venv was made: a set-up that was cut short has none and is
done anew. Standard library only, and no syntax that an older Python cannot read, so that it can say what is wrong.
"""

import fcntl
import hashlib
import importlib.util
import os
import platform
import shutil
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(VENV, "bin", "python")
READY = os.path.join(VENV, "ready")
OLDEST = (3, 11)
PIP = ["-m", "pip", "--quiet", "--quiet", "--disable-pip-version-check", "--no-input", "install"]


def wanted():
    """What .venv is made from, a line each: the packages, this place, this Python, the project's own description."""
    digests = {name: _digest(name) for name in ("requirements.lock", "pyproject.toml")}
    python = f"{os.path.realpath(sys.base_prefix)} {platform.python_version()}"
    return [digests["requirements.lock"], ROOT, python, digests["pyproject.toml"]]


def made():
    """The same of the .venv that is there, or nothing where it is not whole."""
    if not os.path.exists(PYTHON) or not os.path.exists(READY):
        return []
    with open(READY, encoding="utf-8") as ready:
        return ready.read().splitlines()


def main():
    want, have = wanted(), made()
    if "--with-this-python" not in sys.argv and len(have) == len(want):
        want[2] = have[2]
    if have == want:
        return
    began = time.monotonic()
    if have[:3] != want[:3]:
        _look_at_python()
        print("Setting up .venv from requirements.lock; this takes half a minute to two minutes.", flush=True)
        shutil.rmtree(VENV, ignore_errors=True)
        _run([sys.executable, "-m", "venv", VENV], "Python cannot make a virtual environment here")
        lock = ["--require-hashes", "-r", os.path.join(ROOT, "requirements.lock")]
        _run([PYTHON, *PIP, *lock], "the packages of requirements.lock did not install")
    elif os.path.exists(READY):
        os.remove(READY)
    _run([PYTHON, *PIP, "--no-deps", "--no-build-isolation", "--editable", ROOT], "Neraca itself did not install")
    with open(READY, "w", encoding="utf-8") as ready:
        ready.write("\n".join(want) + "\n")
    print(f"Set up in {time.monotonic() - began:.0f} s.", flush=True)


def _look_at_python():
    if sys.version_info < OLDEST:
        sys.exit(
            f"Neraca needs Python 3.11 or later, and {sys.executable} is {platform.python_version()}; "
            "name another: make PYTHON=python3.11 ..."
        )
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        sys.exit(
            f"{sys.executable} has no venv or no ensurepip; install them (on Debian and Ubuntu: "
            "apt install python3-venv) or name another Python: make PYTHON=/path/to/python3 ..."
        )


def _digest(name):
    with open(os.path.join(ROOT, name), "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def _run(command, trouble):
    if subprocess.call(command) != 0:  # noqa: S603 - every word of it is ours
        sys.exit(f"{trouble}; the lines above say why. Mend that and run the same command again.")


with open(__file__, "rb") as only_one_at_a_time:
    fcntl.flock(only_one_at_a_time, fcntl.LOCK_EX)
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("Set-up was interrupted; the next run starts it anew.")
