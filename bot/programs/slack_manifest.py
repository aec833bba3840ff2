"""`outcry slack-manifest`: the document that makes the app at Slack."""

from __future__ import annotations

import sys
from pathlib import Path

import yaml

from bot.adapters.slack.app_manifest import app_manifest
from bot.config import home_folder, read_config
from bot.errors import ConfigInvalid
from bot.programs.trouble import explain
from bot.voice import Voice


def run_slack_manifest(home: Path | None, config: Path | None) -> int:
    """Print it, in the desk's language and for how it is reached; gives the exit code."""
    try:
        settings = read_config(config, home_folder(home))
    except ConfigInvalid as error:
        return explain(error)
    manifest = app_manifest(Voice(settings.desk.language), settings.slack.webhook)
    yaml.safe_dump(manifest, sys.stdout, sort_keys=False, allow_unicode=True, width=120)
    return 0
