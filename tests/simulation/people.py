"""Who chats, and what: traders, a viewer, a manager, a stranger, each in moods drawn by chance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import partial
from random import Random

from bot.card import Card
from bot.message import OutgoingMessage
from engine.domain.order import OrderType, Side
from tests.simulation.chat import Chat
from tests.simulation.exchange import Exchange
from tests.simulation.faces import Somebody
from tests.simulation.market import SYMBOLS, Prices
from tests.simulation.timeline import Timeline

_READS = (
    "/positions", "/orders", "/balance", "/fills", "/pnl", "/status", "/risk", "/price BTC/USDT",
    "/alerts", "/help", "what do I hold", "quel est le cours du btc", "/audit", "/settings",
)  # fmt: skip
_NONSENSE = (
    "/buy BTC/USDT 0", "/buy BTC/USDT -1", "/buy BTC/USDT 1e30", "/buy NOPE/USDT 1",
    "/buy BTC/USDT 0.123456789", "/sell SOL/USDT 999999", "/yes zzzzzz", "/yes", "/no", "/frob",
    "hello there", "merci", "/buy BTC/USDT 9999999USDT", "/cancel nosuch", "/replace no price=1",
    "/buy BTC/USDT 0.01 60000.001", "/close NOPE/USDT", "/alert BTC/USDT price <", "é" * 50, "",
    "/buy BTC/USDT 30000USDT", "/buy ETH/USDT 40000USDT stop_loss=1%", "/sell ETH/USDT 2.5",
)  # fmt: skip
_MOODS = {
    "buy": 22, "protected": 20, "limit": 10, "sell": 12, "stop": 7, "close": 8, "cancel": 6,
    "replace": 4, "words": 5, "read": 12, "alert": 4, "nonsense": 5, "quarrel": 2, "halt": 2,
}  # fmt: skip
TALKS = {
    "plain": _MOODS,
    "conditions": {**_MOODS, "pair": 12, "slices": 10, "then": 10, "targets": 10},
    "changes": {**_MOODS, "replace": 50},
}
"""How often they say what: plain orders and brackets, conditions of orders as well, or mostly that
something is to be changed; the last only where it is asked for.
"""
DEALT = "plain", "conditions"
_SAYINGS = {
    "read": _READS,
    "nonsense": _NONSENSE,
    "quarrel": ("/cancel all", "/close all", "/risk max_order_value 20000"),
}
_BASES = {"BTC/USDT": "btc", "ETH/USDT": "eth", "SOL/USDT": "sol"}


PATIENCE = 20
"""Messages that somebody sends to a desk that answers nobody; it takes thirty at once of each."""


class Crowd:
    """Everybody, and what they do next."""

    talks: Mapping[str, Mapping[str, int]] = TALKS
    sayings: Mapping[str, Sequence[str]] = _SAYINGS

    def __init__(
        self,
        timeline: Timeline,
        chance: Random,
        chat: Chat,
        exchange: Exchange,
        prices: Prices,
        said: Callable[[str], None],
        *,
        talk: str = "plain",
        is_restless: bool = False,
        symbols: Sequence[str] = SYMBOLS,
    ) -> None:
        """`is_restless`: they halt and close everything more often."""
        self._timeline = timeline
        self._chance = chance
        self._chat = chat
        self._exchange = exchange
        self._prices = prices
        self._said = said
        moods = self.talks[talk]
        self._moods = {**moods, "halt": 4} if is_restless else moods
        self._symbols = symbols
        self._faces = faces = chat.faces
        self._by_home = {place: each for each in faces.people for place in each.conversations}
        self._in_vain: Counter[str] = Counter()
        self._last_asker: dict[str, Somebody] = {}
        self.is_quiet = False

    def begin(self) -> None:
        for person in self._faces.people:
            # Each is heard in private first: who never was has no place to be told of fills.
            line = "/language fr" if person.reads_french else "/language en"
            greet = partial(self._post, person, person.conversations[0], line)
            self._timeline.after(1.0, greet)
            self._later(person)

    def saw(self, message: OutgoingMessage, card: Card) -> None:
        """A card with a question makes somebody tap, most often who asked."""
        self._in_vain.clear()
        yes = [b.line for b in card.buttons if b.line.startswith("/yes")]
        if not yes:
            others = [b.line for b in card.buttons if not b.line.startswith("/chart")]
            if others and self._chance.random() < 0.05:
                self._tap(message, others[0])
            return
        self._tap(message, yes[0])

    def _tap(self, message: OutgoingMessage, line: str) -> None:
        chance = self._chance
        here = message.conversation
        asker = self._last_asker.get(here) or self._by_home.get(here)
        if asker is None:
            return
        who, delay, text, place = asker, chance.uniform(0.5, 15), line, here
        roll = chance.random()
        if roll < 0.05:
            text = line.replace("/yes", "/no", 1)
        elif roll < 0.10:
            delay = chance.uniform(50, 90)
        elif roll < 0.14:
            return
        elif roll < 0.20:
            who = chance.choice(self._faces.people)  # somebody else presses
            is_group = here in self._faces.groups
            place = here if is_group else chance.choice(who.conversations)
        elif roll < 0.23:
            place = chance.choice(asker.conversations)  # from another conversation
        elif roll < 0.27:
            text = "/yes"
        elif roll < 0.31:
            text = "oui" if asker.reads_french else "yes"
        for moment in (delay, delay + chance.choice((0.0, 0.1, 2.0)))[: 2 if roll > 0.9 else 1]:
            self._timeline.after(moment, lambda: self._post(who, place, text))

    def _later(self, person: Somebody) -> None:
        pause = self._chance.expovariate(1 / person.pause_seconds)
        self._timeline.after(1.0 + pause, lambda: self._act(person))

    def _act(self, person: Somebody) -> None:
        if self.is_quiet:
            return
        mood = self._chance.choices(list(self._moods), list(self._moods.values()))[0]
        self._say(person, self._words(mood, person))
        self._later(person)

    def _say(self, person: Somebody, text: str) -> None:
        place = self._chance.choice(person.conversations)
        self._last_asker[place] = person
        self._post(person, place, text)

    def _post(self, person: Somebody, place: str, text: str) -> None:
        """Say it, unless nobody has answered for so long that one gives up."""
        self._in_vain[person.name] += 1
        if not self.is_quiet and self._in_vain[person.name] <= PATIENCE:
            is_private = place not in self._faces.groups
            update = self._chat.say(
                person.platform, place, person.name, text, is_private=is_private
            )
            self._said(f"{person.name} in {place}: {text} [{update.number}]")

    # -- what they say ----------------------------------------------------------------------

    def _words(self, mood: str, person: Somebody) -> str:
        chance = self._chance
        symbol = chance.choice(self._symbols)
        match mood:
            case "buy":
                return f"/buy {symbol} {self._size(symbol)}"
            case "protected":
                return self._protected(symbol)
            case "limit":
                return f"/buy {symbol} {self._size(symbol)} {self._near(symbol, -0.012, 0.002)}"
            case "sell":
                return f"/sell {symbol} {chance.choice(('10%', '25%', '50%', '100%'))}"
            case "stop":
                return self._stop(symbol)
            case "close":
                return chance.choice((f"/close {symbol}", f"/close {symbol}", "/close all"))
            case "cancel":
                return f"/cancel {self._order() or 'all'}"
            case "replace":
                return self._replace()
            case "words":
                return self._plain(symbol, french=person.reads_french)
            case "alert":
                side, level = chance.choice("<>"), self._near(symbol, -0.01, 0.01)
                return f"/alert {symbol} price {side} {level}"
            case "halt":
                return chance.choice(("/halt", "/halt flatten=true", "/resume", "/resume"))
            case _:
                return self._condition(mood, symbol)

    def _condition(self, mood: str, symbol: str) -> str:
        match mood:
            case "pair":
                return self._pair(symbol)
            case "slices":
                return self._slices(symbol)
            case "then":
                return self._then(symbol)
            case "targets":
                goals = "0.4%:50% 0.8%:50%"
                return f'/buy {symbol} {self._size(symbol)} stop_loss=1% take_profit="{goals}"'
            case _:
                return self._chance.choice(self.sayings[mood])

    def allow_to_lose(self, rule: str, most: str, *, closes: bool) -> None:
        """The manager says at which loss the account is to be halted, or closed as well."""
        breach = " on_breach=flatten" if closes else ""
        self._say(self._faces.manager, f"/risk {rule} {most}{breach}")

    def resume(self) -> None:
        """The manager lifts a halt that has stood for a while."""
        self._say(self._faces.manager, "/resume")

    def _protected(self, symbol: str) -> str:
        chance = self._chance
        line = f"/buy {symbol} {self._size(symbol)}"
        if chance.random() < 0.3:
            line += f" {self._near(symbol, -0.006, 0.001)}"
        line += f" stop_loss={chance.choice(('0.5%', '1%', '2%', '4%'))}"
        if chance.random() < 0.7:
            line += f" take_profit={chance.choice(('0.5%', '1%', '3%'))}"
        return line

    def _pair(self, symbol: str) -> str:
        """A sale above the price and one below it; or two ways to buy."""
        if self._chance.random() < 0.3:
            below, above = self._near(symbol, -0.01, -0.002), self._near(symbol, 0.002, 0.01)
            return f"/buy {symbol} {self._size(symbol)} {below} oco={above}"
        share = self._chance.choice(("50%", "100%"))
        above, below = self._near(symbol, 0.001, 0.01), self._near(symbol, -0.01, -0.001)
        return f"/sell {symbol} {share} {above} oco={below}"

    def _slices(self, symbol: str) -> str:
        side = self._chance.choice((f"/buy {symbol} {self._size(symbol)}", f"/sell {symbol} 50%"))
        spread = self._chance.choice(("2m", "10m", "30m"))
        return f"{side} twap={spread} slices={self._chance.choice((2, 4, 8))}"

    def _then(self, symbol: str) -> str:
        size, entry = self._size(symbol), self._near(symbol, -0.006, 0.001)
        second = self._chance.choice(
            (
                f"sell {symbol} {size} {self._near(symbol, 0.001, 0.01)}",
                f"sell {symbol} 100% stop_price=1%",
                f"buy {symbol} {size} stop_loss=1%",
            )
        )
        return f'/buy {symbol} {size} {entry} oto="{second}"'

    def _stop(self, symbol: str) -> str:
        share = self._chance.choice(("50%", "100%"))
        if self._chance.random() < 0.4:
            return f"/sell {symbol} {share} trail={self._chance.choice(('1%', '3%'))}"
        stop = self._chance.choice(("0.5%", "2%", self._near(symbol, -0.02, -0.003)))
        return f"/sell {symbol} {share} stop_price={stop}"

    def _replace(self) -> str:
        """Somewhere else on its side of the price, mostly."""
        resting = self._exchange.open_orders()
        if not resting:
            return "/replace nosuch price=1"
        order = self._chance.choice(resting).order
        is_below = (order.terms.side is Side.BUY) is not (order.terms.type is OrderType.STOP)
        low, high = (-0.02, 0.001) if is_below else (-0.001, 0.02)
        price = self._near(order.terms.symbol, low, high)
        return f"/replace {order.client_order_id[:6]} price={price}"

    def _plain(self, symbol: str, *, french: bool) -> str:
        base, size = _BASES[symbol], self._size(symbol)
        if french:
            size = size.replace(".", ",")
            choices = (
                f"achète {size} {base}",
                f"vends la moitié de mes {base}",
                f"ferme ma position {base}",
                "annule tous mes ordres",
                f"préviens-moi si le {base} passe sous {self._near(symbol, -0.01, 0)}",
                f"mets un stop de 2% sur mon {base}",
                "mets un stop de 1% dessus",
            )
        else:
            choices = (
                f"buy {size} {base}",
                f"sell half my {base}",
                f"close my {base} position",
                "cancel all my orders",
                f"tell me if {base} drops below {self._near(symbol, -0.01, 0)}",
                f"put a 2% stop on my {base}",
                "put a stop 1% below on it",  # leans on what was said before
                "trail it by 2%",
            )
        return self._chance.choice(choices)

    def _size(self, symbol: str) -> str:
        value = self._chance.uniform(200, 4_000)
        places = 2 if symbol.startswith("SOL") else 4
        size = round(Decimal(value) / self._price(symbol), places)
        return f"{size:f}"

    def _near(self, symbol: str, low: float, high: float) -> str:
        price = self._price(symbol) * Decimal(1 + self._chance.uniform(low, high))
        return f"{price:.2f}"

    def _price(self, symbol: str) -> Decimal:
        return next(tick.last for name, tick in self._prices.last.items() if name == symbol)

    def _order(self) -> str:
        """The short id of some order that rests, as people read it off a card."""
        resting = [str(each.order.client_order_id) for each in self._exchange.open_orders()]
        return self._chance.choice(resting)[:6] if resting else ""
