"""Pauses last as long as they were meant to, wherever the clock is set."""

from __future__ import annotations

from bot.notifications.steady import SteadyTime


class SetClock:
    def __init__(self) -> None:
        self.at = 1_000

    def now_ms(self) -> int:
        return self.at


def test_it_goes_with_the_clock_and_never_back() -> None:
    clock = SetClock()
    steady = SteadyTime(clock)
    clock.at += 500
    assert steady.now_ms() == 1_500

    clock.at -= 3_600_000
    assert steady.now_ms() == 1_500
    clock.at += 200
    assert steady.now_ms() == 1_700
