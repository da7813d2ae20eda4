from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def drafts() -> dict[str, str]:
    """The nine worked drafts: file name to text."""
    folder = Path(__file__).parent / "drafts"
    return {file.name: file.read_text() for file in sorted(folder.glob("*.yaml"))}
