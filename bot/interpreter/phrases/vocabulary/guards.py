"""Words that keep an utterance from being an order, in families; folded, as in concepts."""

# ruff: noqa: E501 -- tables of words and patterns read best unbroken.

from __future__ import annotations

from bot.interpreter.phrases.vocabulary import wordset

GUARDS = {
    # Asking for an opinion or for permission.
    "OPINION": """does anyone, does anybody, is anyone, has anyone, do people, who else, is it ok, is it okay, is it fine to, ok if i, okay if i, c'est ok si, ca derange si, do you see, where do you see, un avis sur, des avis sur, avis sur ce, difference, difference between, what is the point, c'est quoi un, c'est quoi une, c'est quoi la, what does a, what's a, what is a, what are the risks, should i, should we, shall i, shall we, should one, ought i, do you think, what do you think, you think, think of, thoughts on, any thoughts, your opinion, opinion on, in your opinion, is it time to, is it a good time, good time to, is now a good time,
        is it worth, worth it, worth buying, worth selling, is it wise, is it smart, smart to, wise to, good idea, bad idea, would it be wise, would it be smart, would you buy, would you sell, would you recommend, do you recommend, recommend, can i, could i, may i, am i allowed, is it possible for me, is it too late, too late to, is it safe, safe to,
        what happens if, what would happen, do i need to, do we need to, must i, will it, will btc, is it going to, going to go up, going to crash, better to buy, better to sell, buy or sell, hold or sell, sell or hold, wait or, is this the bottom, the bottom, is this the top, what should, which should, when should, where should, how should, who should, why should, does it make sense, makes sense to, make sense to, any good, a good buy, good entry, convinced, advice, advise, what's your take, your take, predict, prediction, forecast, how high, how low, will eth, moon soon, wen moon,
        je devrais, devrais-je, dois-je, je dois, faut-il, on devrait, devrait-on, est-ce que je dois, est-ce que je devrais, est-ce le moment, c'est le moment, le moment de, le bon moment, bon moment, bonne idee, mauvaise idee, tu vois, vois-tu, vous voyez, d'ici, tu penses, tu crois, vous pensez, vous croyez, penses-tu, crois-tu, pensez-vous, croyez-vous, t'en penses quoi, tu en penses quoi, qu'en penses-tu, qu'en pensez-vous, ton avis, votre avis, a ton avis, a votre avis,
        ca vaut le coup, vaut le coup, vaut-il mieux, vaut mieux, puis-je, est-ce que je peux, je peux, on peut, peut-on, tu conseilles, vous conseillez, conseille, conseillez, me conseilles, tu ferais quoi, que ferais-tu, il vaut mieux, c'est risque, risque de, est-ce que ca va, ca va monter, ca va baisser, va monter, va baisser, va remonter, va chuter, va exploser, c'est trop tard, trop tard pour, trop tot pour, quel est le meilleur moment, est-ce risque, qu'est-ce que tu ferais, utile de, est-ce malin, est-ce que ca vaut, c'est mieux de, ce serait malin, tu acheterais, tu vendrais, on achete ou, je vends ou, j'achete ou, il faut, faut que je, il faudrait que je, est-ce qu'il faut, est-ce qu'on devrait""",
    # Saying no to it.
    "NEGATION": """stop buying, stop selling, quit buying, quit selling, arrete d'acheter, arrete de vendre, arretez d'acheter, arretez de vendre, don't, dont, do not, doesn't, does not, didn't, not, never, no need to, no need, not yet, won't, wont, will not, shouldn't, should not, can't, cant, cannot, wouldn't, isn't, aren't, wasn't, haven't, hasn't, avoid, refrain from, rather not, no longer want, let's not, lets not, not going to, nope, under no circumstances, without, hold off, hold off on, stop trying to,
        ne, n', pas, jamais, surtout pas, pas encore, ne pas, pas besoin, pas question, pas envie, inutile de, evite, evite de, evitez, evitez de, hors de question, aucun besoin, nan, que dalle, plus besoin, sans, faut pas, n'y touche pas, touche pas, interdit, interdiction de, garde toi de, meme pas, veux plus, veut plus, voulons plus, voulez plus, souhaite plus, souhaitons plus, desire plus, dois plus, ai plus envie, faut plus, je n'en veux plus, aucune intention de, pas l'intention de""",
    # Whether or not: a question of what is to be read, and no order.
    "WHETHER": "ou pas, ou non, oui ou non, or not, ou bien pas",
    # What has been.
    "PAST": """bought, sold, shorted, longed, dumped, purchased, closed, cancelled, canceled, exited, liquidated, had, used to, was, were, been, went, did, last time, ago, yesterday i, already, i've, ive, i have sold, i have bought, got stopped, stopped out, got out, had sold, had bought, just sold, just bought, got filled, followed, subscribed, published, ran, regret, remember when, wished, missed, lost,
        ai achete, ai vendu, avons achete, avons vendu, a achete, a vendu, a solde, ai solde, ont achete, ont vendu, ai pris, a pris, ai ferme, a ferme, ai annule, a annule, vendu, vendue, vendus, vendues, avais, avait, avions, etais, etait, j'ai achete, j'ai vendu, j'ai pris, j'ai solde, j'ai coupe, on a vendu, on a achete, on a solde, deja, il y a, achetais, vendais, regrette, hier j'ai, annulee, fermee, soldee, soldees, as vendu, as achete, ai mis, ai lance, ai suivi, ai copie, a copie, a lance, est sorti, suis sorti, me suis fait, j'ai deja, achetee, achetees, avons solde, ai balance, avez vendu, avez achete, ai shorte, a ete, ont ete, avait ete, ai ete, as ete, vient d'etre, viennent d'etre, viens d'acheter, viens de vendre, vient de vendre, vient d'acheter""",
    # What might be.
    "HYPOTHESIS": """que j'achete, que je vende, que je vends, que je prenne, que je ferme, que j'annule, disons que, mettons que, admettons que, let's say, lets say, say i, if we say, what if, if i had, if i'd, if id, if i were, if i was, if we had, had i, i would, i'd, id, we'd, would have, wouldve, would've, could have, should have, shouldve, should've, i wish, wish i, imagine, imagine if, suppose, supposing, hypothetically, in theory, theoretically, one day, someday, some day, eventually, if only, if i sell, if i buy, if i sold, if i bought, if i close, if i closed, if we sell, if we buy, pretend, let's say i, lets say i, were to, when i'm rich, if i ever, if i put, could be fun to, dream of, for example, e.g., for instance, would be nice, would be, were i, example,
        ferait, feraient, et si, si j'avais, si j'achete, si j'achetais, si je vends, si je vendais, si on avait, si je ferme, si je mets, si je mettais, si je prends, si je prenais, si on vend, si on vendait, si j'etais, si jetais, aurais, aurait, aurais du, j'aurais, j'aurais du, aurions, auraient, imagine que, imaginons, imaginons que, supposons, supposons que, admettons, en theorie, par hypothese, un jour, peut etre un jour, serait, serais, ce serait, vendrais, vendrait, acheterais, acheterait, prendrais, mettrais, ferais, solderais, couperais, copierais, suivrais, lancerais, j'annulerais, si seulement, hypothetiquement, si tu vendais, par exemple, exemple, si je devais, dans l'absolu, reve de, reverais de, au cas ou je, si jamais je, quand je serai""",
    # What is not decided.
    "UNDECIDED": """remind me to, rappelle moi de, rappelez-moi de, thinking about, thinking of, thinkin, thinking, i think, i was thinking, maybe, perhaps, possibly, probably, might, may, not sure, unsure, considering, tempted, tempted to, wondering, wonder, wonder if, i guess, i'm torn, torn, debating, hesitating, hesitant, on the fence, pondering, mulling, toying with, undecided, can't decide, contemplating, leaning towards, kinda want, kind of want, feel like, feeling like, could maybe, not yet sure, let's see, we'll see, we will see, idk, dunno, don't know, unless, one of these days, sooner or later, i may, itching to, planning to, plan to, planning on, some time, at some point, later maybe, i will, i'll probably, i'm going to, im going to, gonna, going to, intend to, about to, hoping to, hope to, i should, we should,
        j'hesite, hesite, hesites, peut-etre, peut etre, ptet, ptetre, p'tet, petet, je pense, je me demande, je me tate, me tate, pas sur, pas sure, pas certain, on verra, je verrai, j'envisage, envisage, envisager, je reflechis, reflechir, tente de, je suis tente, suis tente, tente par, je sais pas, sais pas, chais pas, jsp, jsais pas, aucune idee, sans doute, probablement, eventuellement, je songe, songe a, je compte, j'ai l'intention, j'espere, espere, je vais, j'irais bien, un de ces jours, un de ces quatre, bientot, a voir, faut voir, faudra, j'aurais envie, ca se tente, plus tard peut-etre, quand j'aurai, je crois, possible que""",
    # What others say, write, do or want.
    "REPORT": """story, stories, tale, poem, fable, novel, screenplay, histoire, recit, poeme, roman, you can say, you could say, say something like, you can type, tu peux dire, on peut dire, said, says, saying, told, tells, telling, suggested, suggests, suggest, recommended, recommends, advised, advises, heard, read that, wrote, writes, tweeted, tweets, tweet, posted, posts, pasted, according to, rumour, rumor, rumors, rumours, they say, people say, everyone says, analyst, analysts, article, headline, headlines, news, reuters, bloomberg, cnbc, ft, screaming, shouting, yelling, claims, claimed, claiming, asked, asks, wants me to, wants us to, wanted me to, keeps saying, keeps telling, my boss, my wife, my husband, my brother, my sister, my dad, my mom, my mum, my friend, my buddy, my neighbour, my neighbor, my cousin, my uncle, he wants, she wants, they want, screenshot, newsletter, subject line, email said, in the discord, on reddit, on twitter, reddit, youtuber, influencer, guru, podcast, forwarded, forwarded message, fwd, system, system prompt, ignore, ignore your, ignore previous, ignore all, instructions, disregard, override, authorised, authorized, pre-authorised, pre authorised, preauthorized, execute the following, end of message, begin message, admin note, urgent notice, whales, whale, institutions, everybody is, everyone is, people are, announces, announced, to buy back, buyback, buy back, ceo, role play, roleplay, you are now, act as, jailbreak, developer mode, the bot said, the bot told, quote unquote, quoting, copied from, copy paste, verbatim, translate, how do you say, meaning of, what does it mean, means, definition of, mon pote dit, blog, telegram group, the guy, this guy, some guy, some dude, dude on,
        dit, disait, disent, m'a dit, m'ont dit, ma dit, a dit, me dit, raconte, racontait, selon, d'apres, parait que, il parait, rumeur, rumeurs, conseille de, m'a conseille, recommande, recommandait, a ecrit, ecrit, m'ecrit, tweete, poste, ca fait des mois que, ca fait longtemps que, depeche, les echos, le monde, lefigaro, le figaro, bfm, boursorama dit, zonebourse, analystes, analyste, ma femme, mon mari, mon frere, ma soeur, mon pote, mon pere, ma mere, mon boss, mon chef, mon patron, mon voisin, mon beau frere, mon banquier, mon cousin, ma copine, mon oncle, un ami, un pote, une amie, un collegue, mon collegue, il veut, elle veut, veut que je, veut que tu, recu, recu par mail, par mail, transfere, message transfere, capture d'ecran, ignore les, ignorez, systeme, regles precedentes, consignes, a autorise, est autorise, ont autorise, pre-autorise, pre autorise, les gens, tout le monde, les baleines, va racheter, rachete, rachat, annonce, annoncent, joue le role, fais comme si, tu es maintenant, mode developpeur, traduis, traduire, comment dit-on, ca veut dire, signifie, l'autre me, un mec, un type, un gars, sur twitter, sur reddit, sur le discord, influenceur, youtubeur, demande de, je cite, je lis que, je lis sur, je lis dans, j'ai lu, je recopie, je retranscris, je traduis, je rapporte, il y a ecrit, il est ecrit, on m'ecrit, on me dit, m'a demande, me demande de, m'a sorti, a repete, il repete, repete""",
    # The person takes it back.
    "NEVERMIND": """messing with you, messing around, just messing, pulling your leg, april fool, april fools, poisson d'avril, c'est une blague, c'etait une blague, blague a part, pour rire, for a laugh, only joking, joke, je blaguais, je plaisantais, jk, just kidding, kidding, joking, je rigole, je deconne, jdeconne, je plaisante, je blague, never mind, nevermind, nvm, forget it, forget about it, forget that, leave it, drop it, no thanks, no thank you, not now, skip it, scrap that idea, don't bother,
        laisse tomber, laissez tomber, oublie, oubliez, oublie ca, laisse, non merci, pas maintenant, tant pis, rien, on oublie, non rien, laisse beton, c'est rien, abandonne l'idee, peu importe""",
}
# A clause that begins with one of these asks; `do` and `have` only before a person.
OPENERS = wordset("""
    is are am was were does did has had isnt arent doesnt why how what which who where pourquoi pk
    comment quel quelle quels quelles combien qui ai-je a-t-on do have est a
""")
# Words of an order that is said in French.
FRENCH = wordset("""
    achete achetes achetez acheter achat vends vend vendez vendre vente prends prenez prendre mets
    mettez d' des du mes mon ma le la les l' achete-moi sur pour ordre cours moi
""")
SUBJECTS = wordset("""
    i i'm im i've ive i'll we're they're you're it it's its he she they we il elle ils elles ca c'
    c'est je j'
""")
# Whom and what people tell of behind an order, as in `sell it all, boss is walking over`.
OF_A_LIFE = wordset("""
    boss chief wife husband girlfriend boyfriend partner mom mum mother dad father brother sister
    son daughter kid kids baby friend mate doctor dentist accountant lawyer banker landlord
    neighbour neighbor cat dog phone battery screen laptop computer internet wifi train plane bus
    flight meeting lunch dinner head stomach hands nerves rent bills patron chef femme mari copine
    copain mere pere frere soeur fils fille enfants bebe pote medecin dentiste comptable avocat
    banquier proprio voisin voisine chat chien telephone batterie ecran ordi avion reunion home
    desk office car bed sleep work keyboard maison bureau voiture lit boulot clavier dormir tete
    ventre mains nerfs loyer factures
""")
# What would be said of the order itself: `sell 3 eth, i don't mean it`.
OF_CONSENT = wordset("""
    mean want agree agreed approve confirm authorize authorise allow ask asked say said need think
    know wish plan intend dare hold keep sure ready able certain veux voulais voudrais pense
    pensais sais crois demande dis confirme autorise fais fait faut dois compte souhaite garde ose
    sur pret prete certaine
""")
# What passes on another's words, or speaks of another.
TELLING = wordset("""
    cite copie colle recopie transmets relaie lis lu recois recu ecris entends entendu demande dit
    dis dire recevoir envoye envoie envoient vu trouve transfere transfert genre truc message texto
    slogan phrase titre conseil consigne crie chante chantent murmure hurle repete recite scande
    imagine note says said quote read got heard il elle ils elles lui he she they him dirai dirais
    dirait dirons tell told
""")
# With these a preface may end: `j'ai un doute : backteste…`; other things may bear what is quoted.
TURNS = wordset("""
    foi confiance envie temps patience courage force moral moyens raison conviction certitude
    reponse inverse contraire doute choix decision pas coup saut opposite contrary doubt choice
    leap
""")
# What announces an order that is written in fields.
BIDS = wordset("""
    passe passez passer place placez placer saisis saisir execute executer executez enter submit
    ordre order
""")
HEADING = wordset("""
    cet ce l le un une mon moi suivant suivante following this the a an please merci de d svp stp
    veuillez pour nouvel nouveau new bonjour sens side type detail details ci dessous below ok vas
    y
""")
GREETINGS = wordset("""
    hey hi hello so and but ok okay um uh hmm well yo euh bon alors et mais dis salut
""")
YES_NO = wordset("""
    yes no yep yeah yup nope nah ok okay oui non ouais ouai nan si confirm confirmed confirme
    confirmer sure absolutely definitely go ahead do it vas-y vas y d'accord dac valide fait-le
    fais-le fais le please thanks merci yea ye ya n of course bien sur c'est bon
""")
