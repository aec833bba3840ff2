"""The same people on margin: they set leverages, go short as well, and close on either side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.card import Card
from bot.message import OutgoingMessage
from tests.simulation.faces import Somebody
from tests.simulation.people import Crowd

_BTC = "BTC/USDT:USDT"
_TIMES = "2", "3x", "5", "10x", "25", "50"
_READS = (
    "/positions", "/orders", "/balance", "/fills", "/pnl", "/status", "/risk", f"/price {_BTC}",
    "/alerts", "/help", "what do I hold", "quel est le cours du btc perp", "/audit", "/settings",
)  # fmt: skip
_NONSENSE = (
    f"/buy {_BTC} 0", f"/sell {_BTC} -1", f"/sell {_BTC} 1e30", "/buy NOPE/USDT:USDT 1",
    f"/buy {_BTC} 0.123456789", "/sell SOL/USDT:USDT 999999", "/yes zzzzzz", "/yes", "/no",
    "/frob", "merci", f"/sell {_BTC} 9999999USDT", "/cancel nosuch", "/replace no price=1",
    f"/leverage {_BTC} 2.5", f"/leverage {_BTC} 500x", "/leverage BTC/USDT 3", "/close NOPE/USDT",
    f"/leverage {_BTC} 120", f"/sell {_BTC} 30000USDT", "/buy ETH/USDT:USDT 40000USDT", "",
    f"/sell {_BTC} 0.01 stop_loss=50000", "/sell ETH/USDT:USDT 2.5", "/buy BTC/USDT 0.01",
)  # fmt: skip
_MOODS = {
    "leverage": 12, "open": 22, "protected": 24, "limit": 10, "reduce": 10, "stop": 7, "close": 8,
    "cancel": 6, "replace": 4, "words": 6, "read": 12, "alert": 4, "nonsense": 5, "quarrel": 2,
    "halt": 2,
}  # fmt: skip
_GOALS = "0.4%:50% 0.8%:50%"


class Leveraged(Crowd):
    """Everybody, where what is traded is backed rather than paid for."""

    talks: Mapping[str, Mapping[str, int]] = {
        "plain": _MOODS,
        "conditions": {**_MOODS, "pair": 12, "slices": 10, "then": 10, "targets": 10},
        "changes": {**_MOODS, "replace": 50},
    }
    sayings: Mapping[str, Sequence[str]] = {
        "read": _READS,
        "nonsense": _NONSENSE,
        "quarrel": ("/cancel all", "/close all", "/risk max_order_value 20000"),
    }

    def saw(self, message: OutgoingMessage, card: Card) -> None:
        """Who is told that no leverage is confirmed most often sets one."""
        super().saw(message, card)
        asker = self._last_asker.get(message.conversation)
        if asker is None or not card.hint.startswith("/leverage") or self._chance.random() < 0.3:
            return
        line = " ".join(card.hint.split()[:2])
        times = self._chance.choice(_TIMES)
        place = message.conversation
        self._timeline.after(
            self._chance.uniform(2, 20), lambda: self._post(asker, place, f"{line} {times}")
        )

    def _words(self, mood: str, person: Somebody) -> str:
        chance = self._chance
        symbol = chance.choice(self._symbols)
        match mood:
            case "leverage":
                return f"/leverage {symbol} {chance.choice(_TIMES)}"
            case "open":
                return f"/{self._side()} {symbol} {self._size(symbol)}"
            case "limit":
                side = self._side()
                return f"/{side} {symbol} {self._size(symbol)} {self._better(side, symbol)}"
            case "reduce":
                share = chance.choice(("10%", "25%", "50%", "100%"))
                return f"/{self._closing(symbol)} {symbol} {share}"
            case _:
                return super()._words(mood, person)

    def _protected(self, symbol: str) -> str:
        chance, side = self._chance, self._side()
        line = f"/{side} {symbol} {self._size(symbol)}"
        if chance.random() < 0.5:
            line += f" {self._better(side, symbol)}"
        line += f" stop_loss={chance.choice(('0.5%', '1%', '2%', '4%'))}"
        if chance.random() < 0.7:
            line += f" take_profit={chance.choice(('0.5%', '1%', '3%'))}"
        return line

    def _condition(self, mood: str, symbol: str) -> str:
        if mood != "targets":
            return super()._condition(mood, symbol)
        size = self._size(symbol)
        return f'/{self._side()} {symbol} {size} stop_loss=1% take_profit="{_GOALS}"'

    def _pair(self, symbol: str) -> str:
        """Two ways out of what is held, or two ways in."""
        if self._chance.random() < 0.3:
            side, size = self._side(), self._size(symbol)
        else:
            side, size = self._closing(symbol), self._chance.choice(("50%", "100%"))
        better, worse = self._better(side, symbol), self._worse(side, symbol)
        return f"/{side} {symbol} {size} {better} oco={worse}"

    def _slices(self, symbol: str) -> str:
        line = f"/{self._side()} {symbol} {self._size(symbol)}"
        if self._chance.random() < 0.4:
            line = f"/{self._closing(symbol)} {symbol} 50%"
        spread = self._chance.choice(("2m", "10m", "30m"))
        return f"{line} twap={spread} slices={self._chance.choice((2, 4, 8))}"

    def _then(self, symbol: str) -> str:
        side, size = self._side(), self._size(symbol)
        other = "sell" if side == "buy" else "buy"
        second = self._chance.choice(
            (
                f"{other} {symbol} {size} {self._better(other, symbol)}",
                f"{other} {symbol} 100% stop_price=1%",
                f"{side} {symbol} {size} stop_loss=1%",
            )
        )
        return f'/{side} {symbol} {size} {self._better(side, symbol)} oto="{second}"'

    def _stop(self, symbol: str) -> str:
        side, share = self._closing(symbol), self._chance.choice(("50%", "100%"))
        if self._chance.random() < 0.4:
            return f"/{side} {symbol} {share} trail={self._chance.choice(('1%', '3%'))}"
        stop = self._chance.choice(("0.5%", "2%", self._worse(side, symbol)))
        return f"/{side} {symbol} {share} stop_price={stop}"

    def _plain(self, symbol: str, *, french: bool) -> str:
        base, size = symbol.partition("/")[0].lower(), self._size(symbol)
        if french:
            size = size.replace(".", ",")
            choices = (
                f"achète {size} {base} perp",
                f"shorte {size} {base} perp",
                f"ferme ma position {base} perp",
                "annule tous mes ordres",
                "mets un stop de 2% dessus",
            )
        else:
            choices = (
                f"buy {size} {base} perp",
                f"short {size} {base} perp",
                f"close my {base} perp position",
                "cancel all my orders",
                "put a 2% stop on it",  # leans on what was said before
                "trail it by 2%",
            )
        return self._chance.choice(choices)

    def _side(self) -> str:
        return self._chance.choice(("buy", "sell"))

    def _closing(self, symbol: str) -> str:
        """The side that makes what is held smaller."""
        held = next((q for name, q in self._exchange.held.items() if name == symbol), 0)
        return "buy" if held < 0 else "sell"

    def _better(self, side: str, symbol: str) -> str:
        """A price that is better than the market's, most often."""
        low, high = (-0.01, 0.002) if side == "buy" else (-0.002, 0.01)
        return self._near(symbol, low, high)

    def _worse(self, side: str, symbol: str) -> str:
        """A price at which the market has gone against what is held."""
        low, high = (0.001, 0.015) if side == "buy" else (-0.015, -0.001)
        return self._near(symbol, low, high)
