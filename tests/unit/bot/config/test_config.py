"""The configuration: whole, commented, and strict."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.config import Config, read_config
from bot.errors import ConfigInvalid

EXAMPLE = Path(__file__).parents[4] / "config.example.yaml"


def test_the_example_shows_every_default(tmp_path: Path) -> None:
    assert read_config(EXAMPLE, tmp_path) == Config()
    text = EXAMPLE.read_text("utf-8")
    for name, field in Config.model_fields.items():
        assert f"\n{name}:" in text
        section = field.annotation
        for key in getattr(section, "model_fields", {}):
            assert f" {key}:" in text


def test_no_file_means_the_defaults(tmp_path: Path) -> None:
    assert read_config(None, tmp_path) == Config()


def test_figures_of_money_are_exact(tmp_path: Path) -> None:
    file = tmp_path / "c.yaml"
    file.write_text("paper: {taker_fee: 0.1}\n")

    assert str(read_config(file, tmp_path).paper.taker_fee) == "0.1"


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("desk:\n  nam: x\n", "2", "did you mean name?"),
        ("markt: {}\n", "1", "did you mean market?"),
        ("desk:\n  timezone: Mars/Base\n", "2", "Mars/Base is no time zone"),
        ("desk:\n  language: de\n", "2", "'en' or 'fr'"),
        ("market:\n  speed: -1\n", "2", "greater than 0"),
        ("paper:\n  taker_fee: much\n", "2", "decimal"),
        ("people:\n  terminal:you: king\n", "2", "'viewer'"),
        ("desk: [1, 2\n", "2", ""),
        ("- a\n- b\n", "1", "table of sections"),
        ("risk:\n  max_order_value: .nan\n", "2", "finite"),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, text: str, line: str, says: str) -> None:
    file = tmp_path / "c.yaml"
    file.write_text(text)

    with pytest.raises(ConfigInvalid) as raised:
        read_config(file, tmp_path)

    assert raised.value.facts["line"] == line
    assert says in raised.value.facts["detail"] + raised.value.facts["fix"]
