"""A strategy in Python is a document like any other, and says why where it cannot be used."""

import dataclasses

import pytest

from engine.documents import (
    library_names,
    library_strategy,
    plug_in_names,
    read_document,
    write_document,
)
from engine.domain.timeframe import Timeframe
from engine.errors import StrategyInvalid
from tests.plug_ins import plug_ins

__all__ = ["plug_ins"]

pytestmark = pytest.mark.usefixtures("plug_ins")


def make(text: str) -> None:
    strategy = read_document(text)
    assert strategy.plug_in is not None
    strategy.plug_in.make(strategy.values({}))


def test_an_installed_strategy_stands_beside_the_library() -> None:
    assert plug_in_names() == ("moody", "patient-dips")
    assert "patient-dips" not in library_names()


def test_its_document_names_the_release_and_reads_back_the_same() -> None:
    strategy = library_strategy("patient-dips")
    text = write_document(strategy)

    assert "python: patient-dips==1.2.0" in text
    assert read_document(text) == strategy


def test_it_is_made_with_the_values_of_its_parameters() -> None:
    strategy = library_strategy("patient-dips")
    assert strategy.plug_in is not None
    one, other = (strategy.plug_in.make(strategy.values({})) for _ in range(2))

    assert one is not other
    assert strategy.values({"falls": 4}) == {"falls": 4, "pause": 5}
    assert strategy.warmup(Timeframe.H1, strategy.values({})) == 10


def test_a_level_by_formula_may_need_more_bars_than_the_class() -> None:
    strategy = library_strategy("patient-dips")
    text = write_document(strategy).replace("3%", "entry_price - 2 * atr(50)")

    assert read_document(text).warmup(Timeframe.H1, strategy.values({})) >= 50


@pytest.mark.parametrize(
    ("python", "said"),
    [
        ("patient-dip", "there is no plug-in 'patient-dip'; installed: "),
        ("patient-dips==1.1.0", "1.1.0 is wanted, 1.2.0 is installed"),
        ("broken-import", "No module named 'sample_strategies_missing'"),
        ("half-a-class", "its class has no on_fill"),
        ("moody", "RuntimeError: not today"),
    ],
)
def test_what_cannot_be_used_stays_readable_and_says_why_when_it_is_made(
    python: str, said: str
) -> None:
    text = f"strategy: x\ntimeframe: 1h\npython: {python}\n"

    assert read_document(write_document(read_document(text))).name == "x"
    with pytest.raises(StrategyInvalid, match=said):
        make(text)


def test_a_plug_in_decides_alone() -> None:
    text = "strategy: x\ntimeframe: 1h\npython: patient-dips\nlong: {enter: close > 1}\n"
    with pytest.raises(StrategyInvalid, match="leave out long and short"):
        read_document(text)


@pytest.mark.parametrize(
    ("name", "said"), [("untold", "its class has no document"), ("alias", "is named otherwise")]
)
def test_one_without_a_document_of_its_name_is_not_listed(name: str, said: str) -> None:
    assert name not in plug_in_names()
    with pytest.raises(StrategyInvalid, match=said):
        library_strategy(name)


def test_without_the_package_its_documents_are_still_read() -> None:
    text = write_document(library_strategy("patient-dips")).replace("patient-dips==", "gone==")

    kept = read_document(text)
    assert kept.plug_in is not None
    assert kept.plug_in.name == "gone"
    assert write_document(kept) == text
    assert dataclasses.replace(kept, version=2).plug_in == kept.plug_in


def test_one_without_any_level_needs_what_it_asks_for() -> None:
    text = "strategy: bare\ntimeframe: 1h\npython: patient-dips\n"
    strategy = read_document(text)

    assert strategy.warmup(Timeframe.H1, {}) == strategy.history(Timeframe.H1, {}) == 10
