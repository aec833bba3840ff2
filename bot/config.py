"""The configuration: one YAML file and the environment, read once into frozen values.

Nothing else reads either. A mistake stops the start and names the line and the fix.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from zoneinfo import available_timezones

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    model_validator,
)

from bot.errors import ConfigInvalid
from engine.domain.money import Currency

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


def _known_zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError(f"{name} is no time zone; write one such as Europe/Paris")
    return name


def _exact(value: object) -> object:
    # A YAML float has lost its digits already: 0.1 must not become 0.1000000000000000055.
    return Decimal(repr(value)) if isinstance(value, float) else value


Zone = Annotated[str, AfterValidator(_known_zone)]
Exact = Annotated[Decimal, BeforeValidator(_exact)]
Language = Literal["en", "fr"]
RoleName = Literal["viewer", "trader", "manager", "owner"]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class DeskSection(_Section):
    """The desk itself."""

    name: str = Field(default="desk", description="What the desk is called.")
    timezone: Zone = Field(default="UTC", description="Whose calendar its days follow.")
    language: Language = Field(default="en", description="What newcomers read: en or fr.")
    groups: Literal["private", "open"] = Field(
        default="private",
        description="private: in a group, balances, orders and what waits for a yes go to the "
        "person alone. open: they are shown there.",
    )
    urgent_again: int = Field(
        default=15,
        ge=0,
        le=1_440,
        description="Minutes after which urgent news that its reader has not acknowledged is said "
        "again, twice at most; 0: never.",
    )


class AccountSection(_Section):
    """One account, opened with this cash the first time."""

    id: str = Field(
        default="paper",
        pattern=r"^[\w-]{1,24}$",
        description="Names the account for ever, and on command lines: @paper.",
    )
    name: str = Field(
        default="", max_length=40, description="What people read; its id where there are several."
    )
    venue: str = Field(
        default="", description="Where it trades; empty: where the prices of `market` come from."
    )
    mode: Literal["paper", "live"] = Field(
        default="paper",
        description="paper: play money, filled by the desk itself. live: meant for real money, "
        "and paper until its manager decides so with /live.",
    )
    test_network: bool = Field(
        default=False, description="live: on the venue's test network, with keys of it."
    )
    currency: str = Field(default="USDT", description="What its worth is told in.")
    cash: dict[str, Exact] = Field(
        default={"USDT": Decimal(50000), "USD": Decimal(30000), "EUR": Decimal(20000)},
        description="Cash at the opening, by currency.",
    )

    def opening_cash(self) -> tuple[tuple[Currency, Decimal], ...]:
        """Its first cash."""
        return tuple((Currency(name), amount) for name, amount in self.cash.items())


class MarketSection(_Section):
    """Where prices come from."""

    source: Literal["simulated", "replay", "exchange"] = Field(
        default="simulated",
        description="simulated: a seeded market. replay: a candle file. exchange: a real one's.",
    )
    venue: str = Field(default="", description="exchange: which one, such as binance, ibkr or dtc.")
    symbols: tuple[str, ...] = Field(
        default=("BTC/USDT", "ETH/USDT"),
        min_length=1,
        max_length=500,
        description="exchange: what the desk follows and trades there.",
    )
    test_network: bool = Field(
        default=False,
        description="exchange: its test network, whose prices are no market's.",
    )
    seed: int = Field(default=1, description="simulated: which market.")
    speed: float = Field(
        default=1.0, gt=0, le=100_000, description="Market seconds that pass in a real one."
    )
    tick_seconds: Literal[1, 2, 3, 4, 5, 6, 10, 12, 15] = Field(
        default=1, description="simulated: market seconds between two prices."
    )
    file: str = Field(default="", description="replay: the candle file (csv, parquet, feather).")
    symbol: str = Field(default="", description="replay: what its candles are of.")
    start: int = Field(
        default=200, ge=0, description="replay: how many bars are history before a new desk begins."
    )


class GatewaySection(_Section):
    """Where IB Gateway or the Trader Workstation runs, for the venue ibkr; it needs no keys."""

    host: str = Field(default="127.0.0.1", min_length=1, description="The machine that it runs on.")
    port: int = Field(
        default=4002,
        ge=1,
        le=65_535,
        description="IB Gateway: 4002 paper, 4001 real money; Workstation: 7497 and 7496.",
    )
    client_id: int = Field(
        default=17,
        ge=1,
        le=30_000,
        description="Ours there, and the next two. Keep it: only who placed an order cancels it.",
    )
    account: str = Field(
        default="", description="Which one, where the login has several, such as DU1234567."
    )


class ServerSection(_Section):
    """Where a DTC server such as Sierra Chart's listens, for the venue dtc."""

    host: str = Field(default="127.0.0.1", min_length=1, description="The machine that it runs on.")
    port: int = Field(default=11_099, ge=1, le=65_535, description="Its port for trading.")
    history_port: int = Field(
        default=11_098, ge=1, le=65_535, description="Its port for past prices."
    )
    username: str = Field(default="", max_length=31, description="Where it asks for a name.")
    password: SecretStr = Field(
        default=SecretStr(""),
        description="Where it asks for one; better said in the environment as OUTCRY_DTC_PASSWORD.",
    )
    account: str = Field(
        default="",
        max_length=31,
        description="Which trade account, where it has several, such as Sim1.",
    )


class PaperSection(_Section):
    """How honest the paper venue is; ratios of the notional, 0.001 is ten basis points."""

    taker_fee: Exact = Field(default=Decimal("0.001"), description="What taking costs.")
    maker_fee: Exact = Field(default=Decimal("0.001"), description="What resting costs.")
    slippage: Exact = Field(
        default=Decimal("0.0002"), description="How much worse what crosses the spread gets."
    )
    participation: Exact | None = Field(
        default=Decimal("0.5"), description="Largest share of a tick's size one order may have."
    )
    delay_ms: int = Field(default=0, ge=0, description="Time before an order may be touched.")


class RiskSection(_Section):
    """Limits at the start, in quote or account currency; /risk changes them."""

    max_order_value: Exact | None = Field(
        default=Decimal(25000), description="Largest value of one order."
    )
    max_position_value: Exact | None = Field(
        default=Decimal(50000), description="Largest value of one position."
    )
    max_daily_loss: Exact | None = Field(
        default=Decimal(5000), description="Most that may be lost in a day."
    )
    max_price_deviation: Exact | None = Field(
        default=Decimal("0.1"),
        description="How much worse than the market a price may be; a ratio.",
    )
    max_quote_age: Exact | None = Field(
        default=Decimal(15), description="Seconds that a price may be old for an order."
    )
    max_data_age: Exact | None = Field(
        default=Decimal(300), description="Seconds without a price of what is held before a halt."
    )
    duplicate_window: Exact | None = Field(
        default=Decimal(10), description="Seconds within which the same order asks again."
    )
    max_orders_per_minute: Exact | None = Field(
        default=Decimal(60), description="Most orders in a minute."
    )

    def limits(self) -> Mapping[str, Decimal]:
        """Those that are set, by name."""
        return {name: value for name, value in self if value is not None}


class TelegramSection(_Section):
    """A bot at Telegram; it runs when it has a token."""

    token: SecretStr = Field(
        default=SecretStr(""),
        description="From @BotFather; better said in the environment as OUTCRY_TELEGRAM_TOKEN.",
    )
    messages_per_second: float = Field(
        default=30, gt=0, le=1_000, description="What Telegram lets this bot say in all."
    )
    webhook: str = Field(
        default="",
        pattern=r"^(https://\S+)?$",
        description="Public https address where Telegram posts; empty to ask it instead.",
    )
    listen: str = Field(
        default="127.0.0.1:8443",
        pattern=r"^\S*:\d{1,5}$",
        description="webhook: the host and port here that the address leads to, at /telegram.",
    )


class DiscordSection(_Section):
    """A bot at Discord; it runs when it has a token."""

    token: SecretStr = Field(
        default=SecretStr(""),
        description="Of the application's bot; better said in the environment as "
        "OUTCRY_DISCORD_TOKEN.",
    )


class SlackSection(_Section):
    """An app at Slack; it runs when it has a token."""

    token: SecretStr = Field(
        default=SecretStr(""),
        description="The bot's, xoxb-…; better said in the environment as OUTCRY_SLACK_TOKEN.",
    )
    app_token: SecretStr = Field(
        default=SecretStr(""),
        description="The app's, xapp-…, by which it connects to Slack; OUTCRY_SLACK_APP_TOKEN.",
    )
    signing_secret: SecretStr = Field(
        default=SecretStr(""),
        description="webhook: what Slack signs requests with; OUTCRY_SLACK_SIGNING_SECRET.",
    )
    messages_per_second: float = Field(
        default=5, gt=0, le=100, description="What this app says in all; each channel hears one."
    )
    webhook: str = Field(
        default="",
        pattern=r"^(https://\S+)?$",
        description="Public https address that leads to /slack on web.port; empty to connect.",
    )


class InterpreterSection(_Section):
    """Who reads plain words."""

    kind: Literal["offline", "model", "offline_first"] = Field(
        default="offline",
        description="offline: the built-in reader. model: a language model. offline_first: the "
        "model for what the built-in reader is not sure of.",
    )


class ModelSection(_Section):
    """A language model behind any endpoint that speaks OpenAI's chat protocol."""

    base_url: str = Field(
        default="https://api.openai.com/v1", description="Where it is, hosted or local."
    )
    name: str = Field(default="", description="What it is called there.")
    key: SecretStr = Field(
        default=SecretStr(""),
        description="Its key, if it wants one; better said in the environment as OUTCRY_MODEL_KEY.",
    )
    tokens_per_turn: int = Field(default=20_000, ge=1_000, description="Budget of one message.")
    look_ups_per_turn: int = Field(
        default=6, ge=0, le=6, description="Reading commands that one message may run."
    )
    seconds_per_turn: float = Field(default=30.0, gt=0, le=120, description="Time of one message.")
    tokens_per_day: int = Field(default=200_000, ge=0, description="Budget of a person in 24 h.")
    look_ups_per_day: int = Field(default=300, ge=0, description="The same, in reading commands.")
    seconds_per_day: float = Field(default=1_800.0, ge=0, description="The same, in time.")


class WebSection(_Section):
    """The desk's HTTP server: REST, MCP over HTTP, and what platforms call."""

    host: str = Field(default="127.0.0.1", description="Which of the machine's addresses.")
    port: int | None = Field(
        default=None, ge=0, le=65_535, description="Its port; none: no server, 0: any free one."
    )
    public: str = Field(
        default="",
        pattern=r"^(https://\S+)?$",
        description="The public https address that leads here, shown where one must be given out.",
    )
    proxies: tuple[str, ...] = Field(
        default=("127.0.0.1", "::1"),
        description="Reverse proxies whose word of the caller's address is taken.",
    )


class SignalsSection(_Section):
    """Signals of programs, by the hooks that /signal makes."""

    addresses: tuple[str, ...] = Field(
        default=("52.89.214.238", "34.212.75.30", "54.218.53.128", "52.32.178.7"),
        description="Whence TradingView's are taken, beside their secret; none: from anywhere.",
    )
    max_age: int = Field(default=60, ge=5, le=3_600, description="Seconds that one may be old.")


class TokenSection(_Section):
    """A program's right to act as a person; `outcry token` writes these lines."""

    name: str = Field(min_length=1, max_length=40, description="What the token is called.")
    person: str = Field(description="As whom it acts, by platform:user.")
    scopes: tuple[Literal["read", "settings", "risk", "propose", "live"], ...] = Field(
        default=("read",),
        description="read, settings, risk (halt), propose (tickets), live (not paper alone).",
    )
    sha256: str = Field(pattern="^[0-9a-f]{64}$", description="The hash of the token.")


class SecuritySection(_Section):
    """What stands before what changes the desk."""

    second_factor: Literal["optional", "required"] = Field(
        default="optional",
        description="required: limits, roles, resume and the like need a code of /mfa; optional: "
        "only of those who have one.",
    )


class LogSection(_Section):
    """Structured logs, in the home's logs/outcry.log."""

    level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="From which severity on."
    )


class Config(_Section):
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
