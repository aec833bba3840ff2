"""The example files double as tests: every phrase in them is read exactly."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.interpreter.phrases import PhraseInterpreter
from bot.interpreter.phrases.examples import LANGUAGES, catalogue

NOW = datetime(2025, 6, 4, 12, tzinfo=UTC)
NEVER_READ = {"yes", "no", "transfer"}
"""Decisions, and what moves cash: said by slash command alone."""
EXAMPLES = [example for entry in catalogue().values() for example in entry.examples]


@pytest.fixture(scope="module")
def interpreter():
    return PhraseInterpreter()


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: f"{e.command}-{e.say}")
def test_every_example_is_read_as_it_says(interpreter, example):
    reading = interpreter.read([example.say], NOW)

    assert reading.outcome == "command"
    assert [(c.name, dict(c.args)) for c in reading.commands] == [(example.command, example.args)]


@pytest.mark.parametrize("name", sorted(set(catalogue()) - NEVER_READ))
def test_every_command_has_examples_in_both_languages(name):
    entry = catalogue()[name]

    for language in LANGUAGES:
        assert len([e for e in entry.examples if e.language == language]) >= 3


def test_what_is_never_read_has_no_phrase():
    assert all(not catalogue()[name].examples for name in NEVER_READ)


def test_every_argument_of_an_example_is_one_of_the_command():
    for example in EXAMPLES:
        named = set(catalogue()[example.command].arguments) | {"since", "until"}
        assert set(example.args) <= named
