"""No money-moving command that was not asked for as it stands, over thousands of put-together turns.

Each turn is an order and one way of speech: a correction, a refusal, somebody else's words, a
condition, a remainder. What comes of it is the very order that was meant, a question, or nothing.
"""

# ruff: noqa: E501 -- tables of turns read best unbroken.

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.interpreter.phrases import PhraseInterpreter
from bot.interpreter.phrases.policies import MONEY

NOW = datetime(2025, 6, 4, 12, tzinfo=UTC)
INTERPRETER = PhraseInterpreter()
LTC, ETH, BTC = "LTC/USDT", "ETH/USDT", "BTC/USDT"

CORRECTIONS = {
    "en": """{a}, er no, {b} | {a}, sorry, {b} | {a} sorry {b} | {a}, i mean {b} | {a}, no wait, {b}
        | {a}... no, {b} | {a}. sorry, {b} | {a}, no {b} | {a} - make that {b} | {a}, scratch that, {b}
        | {a}, or rather {b} | {a}, actually {b} | {a} oops {b} | {a}, correction: {b} | {a}, nope, {b}
        | {a}, hang on, {b} | {a}, well, {b} | {a}, ah no, {b} | {a}, my bad, {b} | {a}! i meant {b}
        | {a} no no {b} | {a}, let's say {b} | {a}, uh {b} | {a}, not that, {b} | {a}, wait, {b}
        | {a} (no, {b}) | {a}; no, {b} | {a}, wait a second, {b} | {a}, i misspoke, {b}""",
    "fr": """{a}, euh non, {b} | {a}, pardon, {b} | {a}, je veux dire {b} | {a}, non {b} | {a}... non, {b}
        | {a}. pardon, {b} | {a}, enfin {b} | {a}, ou plutôt {b} | {a} oups {b} | {a}, non attends, {b}
        | {a}, je voulais dire {b} | {a}, disons {b} | {a}, rectification : {b} | {a}, en fait {b}
        | {a}, ah non, {b} | {a} nan {b} | {a}, mea culpa, {b} | {a}, que dis-je, {b}
        | {a}, finalement {b} | {a} (non, {b}) | {a}, bah non, {b} | {a}, attends, {b}
        | {a} ; non, {b} | {a}, je me trompe, {b} | {a}, excuse-moi, {b}""",
}
VERBS = {
    "en": ("buy", "sell", "close my", "cancel", "at"),
    "fr": ("achète", "vends", "ferme mon", "annule", "à"),
}
ORDERS = {
    "en": """buy 3 eth | sell 3 eth | sell all my eth | close my eth | close everything | cancel order 4410
        | cancel all my orders | buy 3 eth at 2000 | follow @bob with 500 | run sma-cross on btc live
        | set the leverage of eth perp to 5 | leverage eth perp 5 | put eth perp at 5x | eth perp at 5x leverage
        | move order 4410 to 2100 | publish sma-cross for $20 a month | subscribe to @bob""",
    "fr": """achète 3 eth | vends 3 eth | vends tout mon eth | ferme mon eth | ferme tout
        | annule l'ordre 4410 | annule tous mes ordres | achète 3 eth à 2000 | copie @bob avec 500
        | lance sma-cross sur btc en réel | mets le levier d'eth perp à 5 | levier 5 sur eth perp
        | x5 sur le perp eth | passe eth perp en levier 5 | passe l'ordre 4410 à 2100 | publie sma-cross à 20$ par mois
        | abonne-moi à @bob""",
}
NOT_AN_ORDER = {
    "en": """don't {o} | do not {o} | never {o} | please don't {o} | not going to {o} | no, don't {o} | {o}? no
        | {o}, just kidding | {o} - no don't | {o}, never mind | {o}, forget it | {o}. actually no | {o}. no
        | {o}, no | {o}... or not | {o} or maybe not | {o}, not today | {o}, not yet | {o}. wait
        | {o}. cancel that | {o} lol no | i would never {o} | i refuse to {o} | why would i {o}
        | stop me if i {o} | {o}, said no one ever | {o}? | should i {o} | what if i {o} | let's not {o}
        | {o}, if i were stupid | {o}... i wish | i was about to {o} | i almost told you to {o} | i nearly {o}
        | remind me to {o} | ask me before you {o} | did you {o} | it's a mistake to {o} | they told me to {o}
        | he said {o} | "{o}" | my boss: {o} | {o}, he said | the bot wrote {o} | example: {o} | how do i {o}
        | {o}, good idea or not | {o} - thoughts? | {o}, what do you think | {o} unless it drops
        | {o} after i confirm | {o} tomorrow | {o} later | {o} if it rains | {o} if the rsi is below 30
        | {o} when ada hits 5 | {o} as soon as my salary arrives | {o} before christmas | wait before you {o}
        | {o} but wait for my signal | {o} but not now | {o}... scratch that | {o}, on second thought no
        | {o} no wait | {o}, hang on | {o}, hold on | {o}, stop | i used to {o} | i will {o} someday
        | i plan to {o} | i don't want to {o} | rather than {o} i'd sleep | hypothetically {o} | {o} in theory
        | the order was: {o} | order history: {o} | yesterday: {o}""",
    "fr": """ne {o} pas | {o} ? non | {o}, je rigole | {o}, laisse tomber | {o}, oublie | {o}. en fait non
        | {o}. non | {o}, non | {o}... ou pas | {o}, pas aujourd'hui | {o}, pas encore | {o}. attends
        | {o}. annule ça | jamais je ne te dirai : {o} | pourquoi {o} | {o} ? | il m'a dit : {o} | il a dit {o}
        | « {o} » | mon chef : {o} | {o}, qu'il dit | exemple : {o} | comment dit-on {o}
        | {o}, t'en penses quoi | {o} sauf si ça baisse | {o} après ma confirmation | {o} demain | {o} plus tard
        | {o} s'il pleut | {o} si le rsi est sous 30 | {o} quand ada touche 5 | {o} dès que je touche ma paie
        | {o} avant noël | {o} mais attends mon feu vert | {o} mais pas maintenant | {o}... oublie ça
        | {o}, réflexion faite non | je ne veux pas que tu fasses : {o} | {o} non attends | {o}, attends | {o}, stop | fais semblant : {o}
        | en théorie {o} | {o} en théorie | l'ordre était : {o} | surtout pas : {o} | hier : {o} | {o} hier""",
}
NOT_EVERYTHING = """
close everything except btc | close all but eth | cancel everything except 4410 | cancel all my orders but the eth one
| cancel all but the last one | close everything, not btc though | close everything. not btc though
| close everything, btc stays | cancel all. leave 4410 alone | close all positions, btc can stay | sell all my eth but 2
| sell all my eth down to 2 | cancel all buy orders | cancel all orders above 2000 | cancel all orders from yesterday
| close all my losers | close everything in the red | close all on binance | sell everything that is green
| cancel one of my orders | cancel some of my orders | close one of my positions | close most of my positions
| stop one of my strategies | sell any of my positions | cancel two of my orders | annule un de mes ordres
| ferme une de mes positions | annule certains de mes ordres | ferme la plupart de mes positions
| ferme tout sauf btc | annule tout sauf 4410 | ferme tout, btc reste | annule tout, laisse 4410
| vends tous mes eth sauf 2 | annule tous les achats | annule tous les ordres d'hier
| ferme toutes les positions perdantes | vends tout ce qui est vert
| avax is dead, close everything | i'm sick of avax, sell everything | look at avax, get out of everything
| marre de avax, vends tout | avax me fatigue, solde tout | halt on avax | stop everything on avax | freeze avax
| stop all avax strategies | arrête tout sur avax | gèle avax
"""
WAITS_FOR_ANOTHER = """
if btc breaks 100k buy 3 eth | when btc hits 100k sell 3 eth | buy 3 eth if btc is above 100k
| once btc is under 90k close my eth | sell my eth if btc drops below 90k | when order 4410 fills buy 3 eth
| after 4410 is filled, cancel 4411 | close everything when btc hits 100k | si btc casse 100k achète 3 eth
| achète 3 eth si btc passe 100k | ferme tout quand btc touche 100k | quand btc passe 100k vends 3 eth
"""
MORE_THAN_AN_ORDER = """
swap 3 eth for btc | convert 3 eth to btc | trade 3 eth for 1 btc | split 1000 between eth and btc
| buy 3 eth twice | buy as many eth as i have btc | sell as much eth as needed to get 500 | buy 3 more eth than i have
| buy enough eth to have 10 | buy eth until i have 10 | sell eth down to 2 | buy 3 eth 100 under market
| with eth at 2000 buy 3 eth | sell 3 eth and rebuy at 2000 | buy 3 eth and if it falls to 1900 sell it
| buy 3 eth like order 4410 | buy 3 eth 5% below the price | échange 3 eth contre du btc | achète 3 eth deux fois
| raise order 4410 by 5 | move order 4410 up 100 | baisse l'ordre 4410 de 5 | replace order 4410 with a sell of 3 eth
| sell almost all my eth | sell nearly half my eth | vends presque tout mon eth | cancel all eth buys
| cancel all eth orders above 2000 | buy 3 eth futures | withdraw 500 | withdraw 3 eth | retire 3 eth | sell everything for eth | buy 3 eth and sell 2 btc, no, 4 eth
"""


def _lines(table):
    return [line.strip() for line in table.replace("\n", " ").split("|") if line.strip()]


def _moved(text):
    """The money-moving commands that a turn gives, with their arguments."""
    reading = INTERPRETER.read([text], NOW)
    if reading.outcome != "command":
        return []
    moving = MONEY - {"unfollow", "unsubscribe"} | {"halt", "stop", "schedule"}
    return [(c.name, dict(c.args)) for c in reading.commands if c.name in moving]


def _order(name, **args):
    return [(name, args)]


def _corrections(language, pattern):
    """Turns in which one part of an order is said again, and what is meant."""
    buy, sell, close, cancel, at = VERBS[language]

    def said(a, b):
        return pattern.format(a=a, b=b)

    bought = _order("buy", symbol=LTC, quantity="13")
    yield f"{buy} {said('3', '13')} ltc", bought
    yield f"{buy} {said('3 ltc', '13')}", bought
    yield f"{buy} {said('3 ltc', '13 ltc')}", bought
    yield said(f"{buy} 3 ltc", f"{buy} 13 ltc"), bought
    priced = _order("buy", symbol=LTC, quantity="13", price="78")
    yield f"{buy} {said('3 ltc', '13 ltc')}, {at} 78", priced
    priced = _order("buy", symbol=LTC, quantity="3", price="75")
    yield f"{buy} 3 ltc {at} {said('78', '75')}", priced
    yield said(f"{buy} 3 ltc {at} 78", f"{at} 75"), priced
    yield said(f"{buy} 3 ltc {at} 78", "4"), _order("buy", symbol=LTC, quantity="4", price="78")
    yield f"{buy} 3 {said('ltc', 'eth')}", _order("buy", symbol=ETH, quantity="3")
    yield f"{buy} {said('3 ltc', '3 eth')}", _order("buy", symbol=ETH, quantity="3")
    sold = _order("sell", symbol=LTC, quantity="3")
    yield said(f"{buy} 3 ltc", f"{sell} 3 ltc"), sold
    yield said(buy, sell) + " 3 ltc", sold
    yield said(f"{buy} 3 ltc", sell), sold
    yield said(f"{cancel} 4410", "4411"), _order("cancel", order="4411")
    yield said(f"{close} eth", "btc"), _order("close", symbol=BTC)
    yield said(f"{close} eth", f"{close.split()[1]} btc"), _order("close", symbol=BTC)
    yield said(f"{buy} 3 ltc", "nothing" if language == "en" else "rien"), []
    yield f"{buy} {said('3', said('4', '5'))} ltc", _order("buy", symbol=LTC, quantity="5")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_correction_replaces_and_never_adds(language):
    patterns = _lines(CORRECTIONS[language])
    turns = [each for pattern in patterns for each in _corrections(language, pattern)]
    got = [(text, meant, _moved(text)) for text, meant in turns]

    assert [(text, moved) for text, meant, moved in got if moved not in ([], meant)] == []
    understood = sum(moved == meant for _, meant, moved in got)
    assert understood > 0.6 * len(got)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_what_is_refused_doubted_told_or_taken_back_moves_nothing(language):
    frames = _lines(NOT_AN_ORDER[language])
    turns = [frame.format(o=order) for frame in frames for order in _lines(ORDERS[language])]

    assert [(text, moved) for text in turns if (moved := _moved(text))] == []


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_orders_themselves_are_read(language):
    assert [order for order in _lines(ORDERS[language]) if not _moved(order)] == []


@pytest.mark.parametrize("text", _lines(NOT_EVERYTHING))
def test_all_of_less_than_everything_is_asked_about(text):
    assert _moved(text) == []


@pytest.mark.parametrize("text", _lines(WAITS_FOR_ANOTHER))
def test_an_order_waits_for_its_own_price_alone(text):
    assert _moved(text) == []


@pytest.mark.parametrize("text", _lines(MORE_THAN_AN_ORDER))
def test_what_no_order_can_say_is_asked_about(text):
    assert _moved(text) == []


@pytest.mark.parametrize(
    "text",
    _lines("""
    every resting avax order of mine can go, cancel the lot | avax orders: cancel all
    | my avax orders are stale, cancel everything | avax orders need to go. cancel all
    | avax orders need to go. cancel everything | avax orders must go
    | too many avax orders, wipe them all | je veux plus aucun ordre sur avax, annule-les tous
    | mes ordres avax, annule tout | trop d'ordres sur avax, annule tout
    """),
)
def test_all_orders_of_one_instrument_are_no_more_than_those(text):
    assert _moved(text) in ([], _order("cancel", order="all", symbol="AVAX/USDT"))


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("cancel 4410 but leave 4411 alone", _order("cancel", order="4410")),
        ("annule 4410 mais laisse 4411", _order("cancel", order="4410")),
        ("i have 10 eth, sell 3 eth", _order("sell", symbol=ETH, quantity="3")),
        ("buy 3 dot not sol", _order("buy", symbol="DOT/USDT", quantity="3")),
        ("sorry, buy 3 eth", _order("buy", symbol=ETH, quantity="3")),
        ("non, achète 3 eth", _order("buy", symbol=ETH, quantity="3")),
        ("i'm sick of polkadot, dump the lot", _order("sell", symbol="DOT/USDT", percent="100%")),
        ("been staring at polkadot, exit 60% of the position",
         _order("close", symbol="DOT/USDT", percent="60%")),
    ],
)  # fmt: skip
def test_what_changes_nothing_is_no_hindrance(text, meant):
    assert _moved(text) == meant


@pytest.mark.parametrize("text", ["alert a12 has had its day, delete it", "cancel a12", "bin a12"])
def test_an_alerts_id_is_no_orders(text):
    assert _moved(text) == []
