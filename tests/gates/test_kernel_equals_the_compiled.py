"""Five hundred random strategies, over random and real candles, through both engines."""

from hypothesis import given
from hypothesis import settings as effort

from tests.parity.kernel_beside_compiled import assert_both_give_the_same
from tests.parity.real_candles import real_candles
from tests.parity.strategies_at_random import documents, histories
from tests.parity.strategies_at_random import settings as random_settings


@effort(max_examples=500, deadline=None)
@given(documents(), histories, random_settings)
def test_500_random_strategies_give_the_same_on_random_candles(document, candles, settings):
    assert_both_give_the_same(document, candles, settings)


@effort(max_examples=500, deadline=None)
@given(documents(), random_settings)
def test_500_random_strategies_give_the_same_on_real_candles(document, settings):
    document = {**document, "size": "50% of equity"}

    assert_both_give_the_same(document, real_candles()[:300], settings)
