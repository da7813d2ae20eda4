from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def samples() -> dict[str, str]:
    """The worked samples: file name to text."""
    folder = Path(__file__).parent / "samples"
    return {file.name: file.read_text() for file in sorted(folder.glob("*.yaml"))}
