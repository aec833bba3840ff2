"""Each member of a closed set that is said by its value has words in both languages."""

from __future__ import annotations

from enum import StrEnum

import pytest

from bot.commands.reports.report import Kind
from bot.commands.risk.reconcile import Action
from bot.hearing import Manner, Severity, Topic
from bot.hooks import HookKind, Mandate
from bot.voice.catalogue import texts
from engine.backtest.search.study import Verdict
from engine.backtest.search.trials import Objective
from engine.domain.alert import Repeat
from engine.domain.difference import DifferenceKind, Settlement
from engine.domain.events import HaltCause, Remedy
from engine.domain.market import DataKind
from engine.domain.order import OrderState, OrderType, Side, TimeInForce
from engine.reporting.performance import Unit

SAID: dict[str, type[StrEnum]] = {
    "alert.repeat": Repeat,
    "badge": DataKind,
    "difference": DifferenceKind,
    "halt.cause": HaltCause,
    "halt.way_out": HaltCause,
    "manner": Manner,
    "notice.protection.remedy": Remedy,
    "notice.settled.text": Settlement,
    "optimize.objective": Objective,
    "optimize.verdict": Verdict,
    "order_state": OrderState,
    "order_type": OrderType,
    "reconcile.question": Action,
    "report.kind": Kind,
    "severity": Severity,
    "side": Side,
    "signal.kind": HookKind,
    "signal.mandate": Mandate,
    "signal.means": Mandate,
    "tif": TimeInForce,
    "topic": Topic,
    "unit": Unit,
}
"""By what the keys begin with; a member without words would break the card that says it."""
UNSAID = {"badge.live", "reconcile.question.show"}
"""Live data is no warning, and what is merely shown asks nothing."""


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("prefix", SAID)
def test_every_member_has_its_words(prefix: str, language: str) -> None:
    keys = [f"{prefix}.{member.value}" for member in SAID[prefix]]

    assert [key for key in keys if key not in texts(language)] == sorted(UNSAID.intersection(keys))
