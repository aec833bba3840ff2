"""The configuration: one YAML file and the environment, read once into frozen values.

Nothing else reads either. A mistake stops the start and names the line and the fix.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Self

import yaml
from pydantic import BaseModel, Field, ValidationError, model_validator

from bot.errors import ConfigInvalid
from bot.sections import (
    AccountSection,
    DeskSection,
    DiscordSection,
    GatewaySection,
    InterpreterSection,
    LogSection,
    MarketSection,
    ModelSection,
    PaperSection,
    RiskSection,
    RoleName,
    Section,
    SecuritySection,
    ServerSection,
    SignalsSection,
    SlackSection,
    TelegramSection,
    TokenSection,
    WebSection,
)

HOME_VARIABLE = "OUTCRY_HOME"
DTC_PASSWORD_VARIABLE = "OUTCRY_DTC_PASSWORD"  # noqa: S105 -- its name
TELEGRAM_TOKEN_VARIABLE = "OUTCRY_TELEGRAM_TOKEN"  # noqa: S105 -- its name
DISCORD_TOKEN_VARIABLE = "OUTCRY_DISCORD_TOKEN"  # noqa: S105 -- its name
TOKEN_VARIABLE = "OUTCRY_TOKEN"  # noqa: S105 -- its name
SLACK_TOKEN_VARIABLE = "OUTCRY_SLACK_TOKEN"  # noqa: S105 -- its name
SLACK_APP_TOKEN_VARIABLE = "OUTCRY_SLACK_APP_TOKEN"  # noqa: S105 -- its name
SLACK_SECRET_VARIABLE = "OUTCRY_SLACK_SIGNING_SECRET"  # noqa: S105 -- its name
MODEL_KEY_VARIABLE = "OUTCRY_MODEL_KEY"
VAULT_KEY_VARIABLE = "OUTCRY_VAULT_KEY"
DEFAULT_HOME = "~/.outcry"
FILE = "config.yaml"


class Config(Section):
    """All of it."""

    desk: DeskSection = DeskSection()
    people: dict[str, RoleName] = Field(
        default={"terminal:you": "owner"},
        description="Who is who, by platform:user; on a paper desk others walk in as trader.",
    )
    accounts: tuple[AccountSection, ...] = Field(
        default=(AccountSection(),),
        min_length=1,
        max_length=50,
        description="The first is meant where a command names none.",
    )
    market: MarketSection = MarketSection()
    ibkr: GatewaySection = GatewaySection()
    dtc: ServerSection = ServerSection()
    paper: PaperSection = PaperSection()
    risk: RiskSection = RiskSection()
    telegram: TelegramSection = TelegramSection()
    discord: DiscordSection = DiscordSection()
    slack: SlackSection = SlackSection()
    interpreter: InterpreterSection = InterpreterSection()
    model: ModelSection = ModelSection()
    web: WebSection = WebSection()
    tokens: tuple[TokenSection, ...] = ()
    signals: SignalsSection = SignalsSection()
    security: SecuritySection = SecuritySection()
    log: LogSection = LogSection()

    @model_validator(mode="after")
    def _exchange_is_named(self) -> Self:
        if self.market.source == "exchange" and not self.market.venue:
            raise ValueError("market: source: exchange needs market.venue, such as binance")
        return self

    @model_validator(mode="after")
    def _one_account_with_a_login(self) -> Self:
        live = [each for each in self.accounts if each.mode == "live"]
        for venue in ("ibkr", "dtc"):
            there = [each.id for each in live if each.venue == venue]
            if len(there) > 1:
                raise ValueError(f"accounts: one at {venue}, not {' and '.join(there)}")
        return self

    @model_validator(mode="after")
    def _model_is_named(self) -> Self:
        if self.interpreter.kind != "offline" and not self.model.name:
            raise ValueError("interpreter: a model needs model.name, or write kind: offline")
        return self

    @model_validator(mode="after")
    def _accounts_are_told_apart(self) -> Self:
        words = [each.id.casefold() for each in self.accounts]
        words += [each.name.casefold() for each in self.accounts if each.name.casefold() != each.id]
        twice = sorted({word for word in words if word and words.count(word) > 1})
        if twice:
            raise ValueError(f"accounts: {twice[0]} names two; give each its own id and name")
        return self

    def model_key(self) -> str:
        """The key of the language model: the environment's, or else the file's."""
        return os.environ.get(MODEL_KEY_VARIABLE) or self.model.key.get_secret_value()

    def telegram_token(self) -> str:
        """The bot's token: the environment's, or else the file's; "" where there is none."""
        return os.environ.get(TELEGRAM_TOKEN_VARIABLE) or self.telegram.token.get_secret_value()

    def dtc_password(self) -> str:
        """The DTC server's: the environment's, or else the file's; "" where it asks for none."""
        return os.environ.get(DTC_PASSWORD_VARIABLE) or self.dtc.password.get_secret_value()

    def discord_token(self) -> str:
        """The Discord bot's token: the environment's, or else the file's; "" for none."""
        return os.environ.get(DISCORD_TOKEN_VARIABLE) or self.discord.token.get_secret_value()

    def slack_token(self) -> str:
        """The same for Slack."""
        return os.environ.get(SLACK_TOKEN_VARIABLE) or self.slack.token.get_secret_value()

    def slack_app_token(self) -> str:
        """By which it connects to Slack."""
        return os.environ.get(SLACK_APP_TOKEN_VARIABLE) or self.slack.app_token.get_secret_value()

    def slack_signing_secret(self) -> str:
        """By which Slack's requests are known."""
        given = self.slack.signing_secret.get_secret_value()
        return os.environ.get(SLACK_SECRET_VARIABLE) or given


def home_folder(given: Path | None) -> Path:
    """The folder of state, pictures and reports: the option, the environment, or `~/.outcry`."""
    chosen = given or Path(os.environ.get(HOME_VARIABLE) or DEFAULT_HOME)
    return chosen.expanduser().absolute()


def terminal_pictures(environment: Mapping[str, str] = os.environ) -> str:
    """The protocol by which this terminal shows pictures, by what it says of itself; "" for none.

    None where another program stands between, which may not let it through.
    """
    if environment.get("TMUX") or environment.get("STY"):
        return ""
    if environment.get("TERM") in {"xterm-kitty", "xterm-ghostty"}:
        return "kitty"
    return "iterm" if environment.get("TERM_PROGRAM") in {"iTerm.app", "WezTerm"} else ""


def token_secret() -> str:
    """The token of a program that speaks to a running desk, from the environment."""
    return os.environ.get(TOKEN_VARIABLE, "")


def vault_keys() -> tuple[str, ...]:
    """Keys of the vault from the environment, the current one first, or none."""
    return tuple(os.environ.get(VAULT_KEY_VARIABLE, "").replace(",", " ").split())


def account_keys(account: str) -> tuple[str, str, str] | None:
    """An account's key, secret and passphrase from the environment, or None.

    `OUTCRY_KEY_MAIN`, `OUTCRY_SECRET_MAIN` and `OUTCRY_PASSPHRASE_MAIN` for the account `main`.
    """
    name = account.upper().replace("-", "_")
    key, secret, passphrase = (
        os.environ.get(f"OUTCRY_{part}_{name}", "") for part in ("KEY", "SECRET", "PASSPHRASE")
    )
    return (key, secret, passphrase) if key and secret else None


def crash_point() -> str | None:
    """The boundary at which a fault test wants this process to die, or None."""
    return os.environ.get("OUTCRY_CRASH_AT")


def read_config(path: Path | None, home: Path) -> Config:
    """The named file, or the home's `config.yaml` where there is one, or the defaults.

    Raises ConfigInvalid with the line and the fix.
    """
    file = path or home / FILE
    if path is None and not file.exists():
        return Config()
    try:
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigInvalid(line="0", file=str(file), detail=str(error), fix="") from error
    return _parsed(text, file)


def _parsed(text: str, file: Path) -> Config:
    try:
        node = yaml.compose(text, yaml.SafeLoader)
        content = yaml.safe_load(text) or {}
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = str(mark.line + 1) if mark else "0"
        problem = str(getattr(error, "problem", error))
        raise ConfigInvalid(line=line, file=str(file), detail=problem, fix="") from error
    if not isinstance(content, dict):
        raise ConfigInvalid(line="1", file=str(file), detail="not a table of sections", fix="")
    try:
        return Config.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        lines = dict(_lines(node, ()))
        raise ConfigInvalid(
            line=str(_line_of(first["loc"], lines)),
            file=str(file),
            detail=_problem(first),
            fix=_fix(first),
        ) from error


def _lines(node: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], int]]:
    if node is None:
        return
    yield path, node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            here = (*path, str(key.value))
            yield here, key.start_mark.line + 1
            for found, line in _lines(value, here):
                if found != here:
                    yield found, line
    elif isinstance(node, yaml.SequenceNode):
        for place, value in enumerate(node.value):
            yield from _lines(value, (*path, str(place)))


def _line_of(location: tuple[int | str, ...], lines: Mapping[tuple[str, ...], int]) -> int:
    path = tuple(str(part) for part in location)
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)


def _problem(error: Mapping[str, Any]) -> str:
    where = ".".join(str(part) for part in error["loc"])
    return f"{where}: {str(error['msg']).removeprefix('Value error, ')}"


def _fix(error: Mapping[str, Any]) -> str:
    if error["type"] != "extra_forbidden":
        return ""
    *section, name = (str(part) for part in error["loc"])
    known = _keys(section)
    near = get_close_matches(name, known, n=1)
    return f"did you mean {near[0]}?" if near else f"known here: {', '.join(known)}"


def _keys(section: list[str]) -> list[str]:
    model: type[BaseModel] = Config
    for part in section:
        field = model.model_fields.get(part)
        kinds = [field.annotation, *getattr(field.annotation, "__args__", ())] if field else []
        inner = [k for k in kinds if isinstance(k, type) and issubclass(k, BaseModel)]
        if inner:
            model = inner[0]
    return list(model.model_fields)
