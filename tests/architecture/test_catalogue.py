"""A forgotten surface of a command is a red test."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
import yaml

from bot.command import Catalogue, Command, Consent, Effect, form_of, usage
from bot.message import Role
from bot.voice import LANGUAGES
from bot.voice.catalogue import texts

ROOT = Path(__file__).parents[2]
COMMANDS = list(Catalogue.discover())
NAMES = [command.spec.name for command in COMMANDS]


def examples(name: str) -> dict[str, list[dict[str, object]]]:
    file = files("prompts").joinpath("interpreter", "examples", f"{name}.yaml")
    loaded: dict[str, list[dict[str, object]]] = yaml.safe_load(file.read_text("utf-8"))
    return loaded


def test_the_foundations_commands_are_all_there() -> None:
    wanted = (
        "price chart book watch unwatch watchlist buy sell close cancel replace orders positions "
        "balance fills pnl alert alerts unalert snooze report schedule schedules unschedule halt "
        "resume risk help status settings language timezone audit yes no"
    )

    assert set(wanted.split()) <= set(NAMES)


def test_no_two_commands_share_a_word() -> None:
    words = Catalogue.discover().words()

    assert len(words) == len(set(words))


@pytest.mark.parametrize("command", COMMANDS, ids=NAMES)
def test_a_command_says_what_it_is_and_each_argument_too(command: type[Command]) -> None:
    assert command.spec.summary.endswith(".")
    assert all(field.description for field in command.arguments().values())
    assert usage(command).startswith(f"/{command.spec.name}")


@pytest.mark.parametrize("command", COMMANDS, ids=NAMES)
def test_a_command_has_a_summary_in_each_language(command: type[Command]) -> None:
    key = f"help.summary.{command.spec.name}"

    assert texts("en")[key] != texts("fr")[key]


@pytest.mark.parametrize("command", COMMANDS, ids=NAMES)
def test_a_command_has_examples_in_each_language(command: type[Command]) -> None:
    name = command.spec.name
    if name in {"yes", "no", "transfer", "leverage"}:
        return  # never read from words: they are typed or pressed

    assert examples(name)["en"]
    assert examples(name)["fr"]


@pytest.mark.parametrize("command", COMMANDS, ids=NAMES)
def test_a_commands_arguments_are_those_of_its_examples_file(command: type[Command]) -> None:
    name = command.spec.name
    if name in {"yes", "no"}:
        return

    assert set(examples(name)["arguments"] or {}) == set(command.arguments())


@pytest.mark.parametrize("command", COMMANDS, ids=NAMES)
def test_what_moves_money_needs_a_trader_and_a_yes(command: type[Command]) -> None:
    spec = command.spec
    if spec.effect is Effect.MOVES_MONEY:
        assert spec.role >= Role.TRADER
        asks = command.model_construct().consent()
        assert asks is Consent.CONFIRM


@pytest.mark.parametrize("command", COMMANDS, ids=NAMES)
def test_a_command_is_tried_in_a_conversation(command: type[Command]) -> None:
    said = "\n".join(
        file.read_text("utf-8") for file in (ROOT / "tests" / "conversations").glob("test_*.py")
    )

    assert re.search(rf"/{command.spec.name}\b", said)


def test_every_argument_has_a_form() -> None:
    for command in COMMANDS:
        for field in command.arguments().values():
            assert form_of(field).name


def keys_in_code() -> Iterator[tuple[Path, str]]:
    for file in sorted((ROOT / "bot").rglob("*.py")):
        for key in re.findall(r'say\(\s*"([a-z_.]+)"', file.read_text("utf-8")):
            yield file.relative_to(ROOT), key


def test_every_text_stands_in_both_languages() -> None:
    assert set(texts("en")) == set(texts("fr"))


def test_every_text_that_code_names_exists() -> None:
    missing = [(str(file), key) for file, key in keys_in_code() if key not in texts("en")]

    assert missing == []


def test_both_languages_fill_in_the_same_facts() -> None:
    english, french = texts("en"), texts("fr")
    facts = re.compile(r"\{(\w+)[:}]")
    different = [
        key
        for key in english
        if set(facts.findall(english[key])) != set(facts.findall(french[key]))
    ]

    assert different == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_counted_word_agrees_with_its_number(language: str) -> None:
    plural = re.compile(r"\{(?:count|bars|trades|days|slices|walked)\} [^\W\d_]{2,}s\b")
    wrong = [key for key, text in texts(language).items() if plural.search(text)]

    assert set(wrong) <= _AGREE


_AGREE = {
    *{"design.preview", "design.preview_none", "audit.more"},  # said of several only
    *{"alert.state.fired", "watch.count"},  # fois, dans
}
