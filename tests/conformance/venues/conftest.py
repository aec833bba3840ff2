"""Every venue goes through the same cards."""

import pytest

from engine.ports.boundary import watch_boundaries
from tests.conformance.venues.ccxt_harness import CCXT_HARNESSES
from tests.conformance.venues.desk import Desk
from tests.conformance.venues.dtc_harness import DtcHarness
from tests.conformance.venues.harness import PaperHarness
from tests.conformance.venues.ibkr_harness import IbkrHarness

HARNESSES = {"paper": PaperHarness, "ibkr": IbkrHarness, "dtc": DtcHarness, **CCXT_HARNESSES}


@pytest.fixture(params=sorted(HARNESSES))
def desk(request):
    """A desk before one venue."""
    yield Desk(HARNESSES[request.param]())
    watch_boundaries(None)
