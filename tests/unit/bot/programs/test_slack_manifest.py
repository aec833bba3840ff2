"""`outcry slack-manifest`: a document that Slack makes an app of, within Slack's limits."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from bot.__main__ import app
from bot.config import Config
from bot.errors import ConfigInvalid
from bot.ports.platforms import Equipment
from bot.programs.platforms import platforms
from bot.seal import Seal
from tests.standins.clock import ManualClock


def manifest(home: Path, config: str = "") -> dict:
    home.mkdir()
    (home / "config.yaml").write_text(config, "utf-8")
    done = CliRunner().invoke(app, ["slack-manifest", "--home", str(home)])
    assert done.exit_code == 0
    return yaml.safe_load(done.output)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_manifest_keeps_slacks_limits_in_each_language(tmp_path, language) -> None:
    made = manifest(tmp_path / "home", f"desk: {{language: {language}}}")

    assert len(made["display_information"]["description"]) <= 140
    (command,) = made["features"]["slash_commands"]
    assert (command["command"], command["should_escape"]) == ("/outcry", False)
    shortcuts = made["features"]["shortcuts"]
    assert 0 < len(shortcuts) <= 5
    assert all(len(each["name"]) <= 24 and len(each["description"]) <= 150 for each in shortcuts)


def test_without_an_address_it_connects_and_with_one_it_is_posted_to(tmp_path) -> None:
    made = manifest(tmp_path / "socket")
    assert made["settings"]["socket_mode_enabled"]
    assert "request_url" not in str(made)

    made = manifest(tmp_path / "http", "slack: {webhook: 'https://desk.example/slack'}")
    assert not made["settings"]["socket_mode_enabled"]
    assert str(made).count("https://desk.example/slack") == 3


@pytest.mark.parametrize(
    ("section", "web", "file"),
    [
        ({"token": "xoxb-1"}, None, "slack.app_token"),
        ({"token": "xoxb-1", "webhook": "https://a.b/slack"}, 8700, "slack.webhook"),
        (
            {"token": "xoxb-1", "webhook": "https://a.b/slack", "signing_secret": "s"},
            None,
            "slack.webhook",
        ),
    ],
)
def test_what_slack_needs_and_lacks_stops_the_start(tmp_path, section, web, file) -> None:
    config = Config.model_validate({"slack": section, "web": {"port": web}})
    with pytest.raises(ConfigInvalid) as stopped:
        platforms(config, Equipment(ManualClock(), Seal(b"s"), tmp_path))

    assert stopped.value.facts["file"] == file


def test_slack_is_there_when_it_has_its_tokens(tmp_path) -> None:
    equipment = Equipment(ManualClock(), Seal(b"s"), tmp_path)
    config = Config.model_validate({"slack": {"token": "xoxb-1", "app_token": "xapp-1"}})

    assert [each.platform for each in platforms(config, equipment)] == ["slack"]
    assert platforms(Config(), equipment) == []
