"""The sections of `config.yaml` as frozen values: what each may say, and what is meant unsaid."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr

from engine.domain.money import Currency


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


class Section(BaseModel):
    """Takes what it knows by name, and nothing else."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class DeskSection(Section):
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


class AccountSection(Section):
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


class MarketSection(Section):
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


class GatewaySection(Section):
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


class ServerSection(Section):
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


class PaperSection(Section):
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


class RiskSection(Section):
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


class TelegramSection(Section):
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


class DiscordSection(Section):
    """A bot at Discord; it runs when it has a token."""

    token: SecretStr = Field(
        default=SecretStr(""),
        description="Of the application's bot; better said in the environment as "
        "OUTCRY_DISCORD_TOKEN.",
    )


class SlackSection(Section):
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


class InterpreterSection(Section):
    """Who reads plain words."""

    kind: Literal["offline", "model", "offline_first"] = Field(
        default="offline",
        description="offline: the built-in reader. model: a language model. offline_first: the "
        "model for what the built-in reader is not sure of.",
    )


class ModelSection(Section):
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


class WebSection(Section):
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


class SignalsSection(Section):
    """Signals of programs, by the hooks that /signal makes."""

    addresses: tuple[str, ...] = Field(
        default=("52.89.214.238", "34.212.75.30", "54.218.53.128", "52.32.178.7"),
        description="Whence TradingView's are taken, beside their secret; none: from anywhere.",
    )
    max_age: int = Field(default=60, ge=5, le=3_600, description="Seconds that one may be old.")


class TokenSection(Section):
    """A program's right to act as a person; `outcry token` writes these lines."""

    name: str = Field(min_length=1, max_length=40, description="What the token is called.")
    person: str = Field(description="As whom it acts, by platform:user.")
    scopes: tuple[Literal["read", "settings", "risk", "propose", "live"], ...] = Field(
        default=("read",),
        description="read, settings, risk (halt), propose (tickets), live (not paper alone).",
    )
    sha256: str = Field(pattern="^[0-9a-f]{64}$", description="The hash of the token.")


class SecuritySection(Section):
    """What stands before what changes the desk."""

    second_factor: Literal["optional", "required"] = Field(
        default="optional",
        description="required: limits, roles, resume and the like need a code of /mfa; optional: "
        "only of those who have one.",
    )


class LogSection(Section):
    """Structured logs, in the home's logs/outcry.log."""

    level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="From which severity on."
    )
