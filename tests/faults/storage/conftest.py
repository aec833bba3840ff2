import pytest

from engine.ports.boundary import watch_boundaries


@pytest.fixture
def path(tmp_path):
    return tmp_path / "desk.sqlite"


@pytest.fixture
def boundaries():
    """The names of the boundaries passed."""
    names = []
    watch_boundaries(names.append)
    yield names
    watch_boundaries(None)
