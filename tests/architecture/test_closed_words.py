"""What is said by its value has words in both languages, and one thing has one word."""

from __future__ import annotations

import re
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
LOST = {
    "en": {
        r"realis|optimis|cancell|colour|neighbour": "American spelling",
        r"nobody of\b": "nobody on",
        r"\bnews (are|were|have|weigh|wait|reach)\b": "news is one thing",
    },
    "fr": {
        r"gestionnaire|responsable": "gérant",
        r"\bchandelier|\bbarres?\b": "bougie",
        r"\ben paper\b|\bpapier\b": "fictif",
        r"take profit|prise de profit": "objectif",
        r"\bbureau": "desk",
        r"modèle de langue\b": "modèle de langage",
        r"\b([Ll]a|[Uu]ne|[Cc]ette|[Ll]es|[Dd]es) places?\b(?! d)": "plateforme",
        r"\b[Ll]e trading\b|\btraiter?\b": "négoce, négocier",
        r"'": "’",
    },
}
"""What lost to another word for the same thing, and the word that won."""


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("prefix", SAID)
def test_every_member_has_its_words(prefix: str, language: str) -> None:
    keys = [f"{prefix}.{member.value}" for member in SAID[prefix]]

    assert [key for key in keys if key not in texts(language)] == sorted(UNSAID.intersection(keys))


@pytest.mark.parametrize("language", LOST)
def test_one_thing_has_one_word(language: str) -> None:
    found = [
        f"{key}: {text!r}; say {winner}"
        for key, text in texts(language).items()
        for lost, winner in LOST[language].items()
        if re.search(lost, text)
    ]

    assert found == []
