"""What arrives goes in, what happened and what must leave comes out.

`Kernel.step` decides and applies; `State.apply` alone changes state, so replaying the journal
rebuilds it. All of it is synchronous, touches nothing outside itself and takes time from what
arrives. The same object serves backtest, paper, live and simulation.
"""

from engine.kernel.kernel import Arrival, Kernel
from engine.kernel.state import NOT_CONNECTED
from engine.kernel.step import Step

__all__ = ["NOT_CONNECTED", "Arrival", "Kernel", "Step"]
