"""How each command sounds, as patterns over concepts; the most specific pattern that fits wins.

Items stand between spaces: `BUY` a concept, `<symbol>` an entity, `A|B` either, `?A` may be there,
`~` anything or nothing, `^` and `$` the ends of the clause, `+2` or `-1` at the end adds to the
weight. Each item but `?` and `~` weighs one. Of two commands that weigh the same the earlier wins.
"""

from __future__ import annotations

from bot.interpreter.phrases.vocabulary.intents.alerts import ALERTS
from bot.interpreter.phrases.vocabulary.intents.desk import DESK
from bot.interpreter.phrases.vocabulary.intents.leaders import LEADERS
from bot.interpreter.phrases.vocabulary.intents.markets import MARKETS
from bot.interpreter.phrases.vocabulary.intents.orders import ORDERS
from bot.interpreter.phrases.vocabulary.intents.reports import REPORTS
from bot.interpreter.phrases.vocabulary.intents.strategies import STRATEGIES

INTENTS = {**ORDERS, **MARKETS, **ALERTS, **STRATEGIES, **REPORTS, **LEADERS, **DESK}
