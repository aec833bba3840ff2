import shutil
from functools import partial

import pytest

from connectors.storage.driver import inline
from connectors.storage.schema import migrate
from tests.unit.connectors.storage.desk import with_stores


@pytest.fixture(scope="session")
def template(tmp_path_factory):
    """A database with tables and no rows, made once because Alembic takes its time."""
    path = tmp_path_factory.mktemp("template") / "desk.sqlite"
    migrate(path)
    return path


@pytest.fixture
def fresh(tmp_path):
    """The path of a database that is not there yet."""
    return tmp_path / "desk.sqlite"


@pytest.fixture
def path(fresh, template):
    """The path of an empty database."""
    return shutil.copy(template, fresh)


@pytest.fixture(params=[None, inline], ids=["threaded", "inline"])
def desk(request, path):
    """Runs a coroutine function on the stores of one file; each call is a new start."""
    return partial(with_stores, path, creator=request.param)


@pytest.fixture(scope="session")
def new_path(template, tmp_path_factory):
    """Gives the path of an empty database each time, for properties."""

    def make():
        return shutil.copy(template, tmp_path_factory.mktemp("desk") / "desk.sqlite")

    return make
