"""What people say when they take back what they have just said; folded, as in concepts."""

# ruff: noqa: E501 -- tables of words and patterns read best unbroken.

from __future__ import annotations

# By themselves at the end they take the order back; before something else they replace what it is like.
STRONG = """no, nope, nah, nan, non, non non, no no, no no no, er no, uh no, um no, ah no, oh no, no wait, wait no, wait, wait wait, wait a sec, wait a second, wait a minute, oh wait, ah wait, hang on, hold on, hold it, hang on a sec,
    scratch that, strike that, cancel that last bit, actually no, actually wait, on second thought, on second thoughts, second thought, second thoughts, on reflection, oops, whoops, woops, not that, no not that, no sorry, sorry no, or not, or rather not,
    euh non, heu non, ah non, oh non, bah non, ben non, mais non, non attends, non attendez, attends, attendez, attends voir, en fait non, enfin non, finalement non, non finalement, reflexion faite, reflexion faite non, a la reflexion, tout bien reflechi, oups, pas ca, non pas ca, non pardon, pardon non, ou pas, ou plutot non, oublie ca, oubliez ca"""
# These replace what follows is like, and else mean nothing.
SOFT = """sorry, i'm sorry, my bad, my mistake, my apologies, apologies, i mean, i meant, i meant to say, i mean to say, i should say, should say, make it, make that, or rather, rather, correction, typo, actually, well actually, instead, excuse me,
    pardon, desole, je veux dire, j'veux dire, je voulais dire, j'voulais dire, que dis-je, qu'est-ce que je dis, enfin, ou plutot, plutot, non plutot, finalement plutot, disons, disons plutot, let's say, lets say, rectification, je rectifie, je corrige, je me corrige, erreur, mon erreur, en fait, finalement, mea culpa, excuse, excuse moi, excusez moi, autant pour moi, au temps pour moi, mets plutot, en fait mets, non mets, no make it, no make that, i misspoke, je me trompe, je me suis trompe"""
# Only between two things that are alike: `3, uh, 13`.
WEAK = "uh, uhm, um, er, erm, hmm, hm, ah, oh, well, euh, heu, hum, eh bien, bah, ben"
# An order and this are two orders.
MORE = "too, also, as well, aussi, egalement, en plus, on top, then"
# Instead of the order, nothing: `sell 3 eth, no, nothing`.
NOTHING = "nothing, none, rien, don't, dont, do not, ne, laisse, forget it, never mind, nevermind, oublie, oubliez, laisse tomber, leave it, drop it"
