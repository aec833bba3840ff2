from functools import partial

import pytest

from connectors.storage.inline import inline, threaded
from tests.unit.connectors.storage.desk import with_stores


@pytest.fixture
def path(tmp_path):
    return tmp_path / "desk.sqlite"


@pytest.fixture(params=[threaded, inline], ids=["threaded", "inline"])
def desk(request, path):
    """Runs a coroutine function on the stores of one file; each call is a new start."""
    return partial(with_stores, path, creator=request.param)
