"""How orders sound, what came of them, and their halt."""

from __future__ import annotations

_TIMES = "<number>|<times>|<percent>|<money>|<fraction>|<negative>|<badnumber>|DOUBLE|TRIPLE|HALVE"
_MOVES = "SET|PUT|CHANGE|SWITCH|TURN|MAKE|ADD|REMOVE|DUMP|CUT|DOUBLE|TRIPLE|HALVE"
_WHERE = "?ON|FOR|AT|IN ?ACCOUNTS ?<account>"
# A stop or a target that rests, what it is of, and whither it goes.
_LEVEL = "STOPW|STOPLOSS|TAKEPROFIT"
_OF = "?ON|FOR|OF ?POSS ?<symbol> ?POSITION|HOLDING"
_OF_ONE = "?ON|FOR|OF ?POSS <symbol> ?POSITION|HOLDING"
_NAMED = "?ORDER ?<id>|<code>"
_MOVED = "?UP|DOWN ?TO|AT|FOR|BY|FROM|OF|UNTIL|NOTABOVE|NOTBELOW <number>|<money>|<percent>"
_TO = "?UP|DOWN ?TO|AT|NOTABOVE <number>|<money>"
_FIRST = "^ ?INSTEAD|THEN|NOW|AND ?WANT"

ORDERS = {
    "buy": """
        PUT ~ <percent> ~ TOPUP ~ FOR <symbol> +4
        ^ WANT VAGUE ?OF <symbol> $ +2
        BUY|BUYSTOP +1
        BUY ~ <symbol> +1
        CONVERT <money> ~ <symbol> +2
        TAKER <number>|<money> ~ <symbol> +1
        DOUBLE ~ POSITION ~ <symbol> +1
        OPEN ~ POSITION ~ <money>|<number> ~ <symbol> +2
        PUT ~ <money>|<number>|<percent>|<fraction>|ALLIN|HALVE ~ ON|IN|TO|AT ~ <symbol> +1
        PUT ~ <money> ~ <symbol> +1
        PUT <number>|<fraction> <symbol> +1
        PUT ~ ON|IN ~ <symbol>
        ALLIN ?ON|IN|WITH|OF ~ <symbol> +1
        ALLIN
        ^ GETQ <number>|<money>|<fraction> ?OF|SHARES ?OF <symbol> +1
        <percent>|<fraction>|HALVE ~ BALANCE|TOPUP ~ IN|ON|TO ~ <symbol> +2
        WANT ?FOR <money>|<number>|<fraction> ~ <symbol> +0.5
        ADD ~ <number>|<money> ~ <symbol> ~ TO|AT|ON ~ POSITION
        ^ ADD <number>|<money>|<fraction> ?OF ?SHARES ?OF <symbol> +1
        SEND ~ <money> ~ ON|IN ~ <symbol> +1
        BUY|BUYSTOP ~ LEVERAGE ~ <symbol> +2
        BUY|BUYSTOP ~ <symbol> ~ LEVERAGE +2
        LEVERAGE ~ BUY|BUYSTOP ~ <symbol> +2
    """,
    "sell": """
        STOPW|STOPLOSS ~ ON|FOR|OF ~ <symbol> ~ <number>|<money>|<percent> $ +2
        SELL|SELLSTOP +1
        PUBLISH|PUT|OFFER <number> ~ <symbol> ~ SELL +3
        GIVER <number>|<money> ~ <symbol> +1
        ^ OFFER <number>|<money>|<percent>|<fraction> ~ <symbol> +1
        SELL ~ <symbol> +1
        DUMP ~ <symbol> +1
        DUMP ~ <percent>|<fraction>|<number>|HALVE|ALL ~ <symbol> +1
        DUMP -1
        TRAIL ~ POSS ~ <symbol>
        TRAIL ~ <symbol> ~ <percent>|<number>|<money>
        PUT|SET|ADD|PROTECT|MAKE ~ TRAIL ~ <symbol> +1
        TRAIL ~ ON|FOR|OF ~ <symbol> +1
        STOPW|STOPLOSS|TRAIL ~ <number>|<money>|<percent> ~ ON|FOR|OF ~ <symbol> +1
        STOPW|STOPLOSS|TRAIL ~ POSS ~ <symbol> ~ AT|BY ~ <number>|<money>|<percent> +1
        STOPW|STOPLOSS ~ ON|FOR|OF ~ <symbol> ~ AT|OF|TO ~ <number>|<money>|<percent> +1
        PUT|SET|ADD ~ STOPW|STOPLOSS|TRAIL +2
        PUT|SET|ADD ~ STOPW|STOPLOSS|TRAIL ~ <symbol> +3
        TAKEPROFIT ?ON|FOR|OF ?POSS <symbol> ?AT|OF|TO <number>|<money> $ +4
        TAKEPROFIT ?AT|OF <number>|<money> ON|FOR|OF|TO ?POSS <symbol> $ +4
        TAKEPROFIT AT <number>|<money> $ +2
        ^ ?POSS <symbol> STOPLOSS|STOPW ?AT <number>|<money>|<percent> $ +3
        ^ STOPLOSS|STOPW ?POSS <symbol> ?AT|OF <number>|<money>|<percent> $ +3
        PROTECT ~ <symbol> +2
        <number>|<percent> STOPW|STOPLOSS|TRAIL ~ <symbol> +1
        POSS ~ <symbol> ~ STOPW|STOPLOSS|TRAIL ~ <number>|<money>|<percent> +1
        REMOVE|KILL <fraction>|<percent>|HALVE ~ POSS ~ <symbol> +1
        TAKE <percent>|<fraction>|HALVE OFF ~ <symbol> +2
        TAKE ~ <percent>|<fraction>|HALVE ~ FROM|OFF ~ POSITION +3
        SELL|SELLSTOP ~ LEVERAGE ~ <symbol> +2
        SELL|SELLSTOP ~ <symbol> ~ LEVERAGE +2
        LEVERAGE ~ SELL|SELLSTOP ~ <symbol> +2
    """,
    "close": """
        TAKE ~ <symbol> ~ OFFTABLE +4
        CLOSE|CUT +1
        CLOSE ~ <symbol>|EVERYTHING|POSITION +1
        CLOSE ~ POSITION ~ <symbol> +1
        CLOSE ~ LEVERAGE ~ <symbol> +2
        CLOSE ~ <symbol> ~ LEVERAGE +2
        CLOSES|STOP POSS POSITION ~ <symbol> +2
        SOLDE ~ POSS|POSITION ~ <symbol> +1
        SOLDE ~ <symbol>|EVERYTHING +1
        SOLDE <fraction>|<percent>|HALVE +1
        ^ SOLDE ?POSS POSITION $ +3
        CUT ~ POSS|POSITION|ALL|<percent>|<fraction>|EVERYTHING ~ <symbol> +1
        CUT ~ <symbol>
        CLOSE ~ STRATEGY|STRATEGIES|<strategy> ~ POSITION +4
        SELL|DUMP ~ EVERYTHING $ +3
        EVERYTHING ?NOW SELL|DUMP|CLOSE +2
        SELL|DUMP ~ ALL $ +2
    """,
    "leverage": f"""
        LEVERAGE ~ <symbol> ~ {_TIMES} +1.5
        LEVERAGE ~ {_TIMES} ~ <symbol> +1.5
        <symbol> ~ LEVERAGE ~ {_TIMES} +1.5
        <symbol> ~ {_TIMES} ~ LEVERAGE +1.5
        {_TIMES} ~ LEVERAGE ~ <symbol> +1.5
        {_TIMES} ~ <symbol> ~ LEVERAGE +1.5
        {_MOVES} ~ LEVERAGE ~ <symbol> +1.5
        {_MOVES} ~ <symbol> ~ LEVERAGE +1.5
        PUT ~ LEVERAGE ~ <symbol> +3
        SET|PUT|CHANGE|SWITCH ~ <symbol> ?TO|AT|IN|ON <times> ?ISOLATED {_WHERE} $ +1.5
        SET|PUT|CHANGE|SWITCH ?TO <times> ?ISOLATED ?ON|FOR|OF <symbol> {_WHERE} $ +1.5
        LEVERAGE ~ PERPW +2.5
        PERPW ~ LEVERAGE +2.5
        ^ <symbol> ?TO|AT|IN|ON <times> ?ISOLATED {_WHERE} $ +1
        ^ <times> ?ISOLATED ?ON|FOR|OF <symbol> {_WHERE} $ +1
    """,
    "cancel": """
        CANCEL|KILL|REMOVE ~ <symbol> ~ <rule> +4
        ORDER ~ <id>|<number> ~ MUSTGO +2
        ORDER|ORDERS ~ MUSTGO +2
        CANCEL +1
        CANCEL|KILL|REMOVE|DUMP ~ ORDER +2
        CANCEL|KILL|REMOVE ~ <id> +1
        CANCEL ~ EVERYTHING|ALL +1
        CANCEL|KILL|REMOVE ~ OPENORDERS +3
        CANCEL|KILL|REMOVE ~ EVERYTHING|ALL ~ <venue> +3
        REMOVE|KILL IT $
        CANCEL ~ <symbol> +1
        CANCEL|KILL|REMOVE <number> +1
        CANCEL|KILL|REMOVE ~ STOPW|STOPLOSS|TAKEPROFIT|LIMITW|TRAIL ~ <symbol> +3
        REMOVE POSS STOPW|STOPLOSS|TAKEPROFIT|TRAIL $ +4
        CANCEL|KILL|REMOVE BUY|SELL OPENW ~ <symbol> +4
        CANCEL|KILL|REMOVE POSS BUY|SELL ~ ON|FOR|OF|IN <symbol> +4
    """,
    "replace": f"""
        {_FIRST} {_OF} CHANGE ?UP|DOWN ?POSS ?<symbol> {_LEVEL} {_OF} {_NAMED} {_MOVED} +5
        {_FIRST} CHANGE|SWITCH ?POSS ?<symbol> {_LEVEL} {_OF} {_NAMED} {_MOVED} +5
        {_FIRST} CHANGE {_MOVED} ?POSS ?<symbol> {_LEVEL} +5
        {_FIRST} PUT|SET|MAKE POSS <symbol> {_LEVEL} {_TO} ?NOW $ +5
        {_FIRST} PUT|SET|MAKE POSS {_LEVEL} {_OF_ONE} {_TO} ?NOW $ +5
        {_FIRST} PUT|SET|MAKE POSS {_LEVEL} {_TO} ON|FOR|OF ?POSS <symbol> ?NOW $ +5
        PUT|SET|MAKE|CHANGE ~ PRICE|SIZE ~ OF|ON|FOR <number> ~ TO|AT <number>|<money> +3
        ^ ORDER ~ <id> ~ INSTEAD +3
        CHANGE|PUT|SET|SWITCH|MAKE ~ ORDER ~ <id> +2
        CHANGE ~ ORDER +2
        CHANGE ~ SIZE|PRICE ~ <id>|<number> ~ TO|AT ~ <number>|<money> +2
        CHANGE ~ <id>
        CHANGE <number>|<id> +1.5
        SWITCH|CHANGE|PUT|SET <id> AT|TO <number>|<money> +3
        ORDER ~ <id> ~ TO|AT ~ <number>|<money> +1
        REMOVE|CHANGE ~ LIMITW|PRICE ON|OF|FOR <number>|<id> TO|AT <number>|<money> +2
        DUMP|CUT|REMOVE|ADD ~ SIZE|PRICE ~ ORDER ~ <id> ~ TO|AT <number>|<money> +3
        ^ ORDER <id> ~ PRICE|SIZE ~ <number>|<money> $ +1
        DUMP|CUT|REMOVE|ADD|SET|MAKE ~ SIZE|PRICE ~ <id> ~ TO|AT <number>|<money> +3
    """,
    "orders": """
        SHOW ~ HAVE ~ OPENW ~ ON|FOR|IN ~ <symbol> +2
        ORDERS
        SHOW|HAVE|POSS ~ ORDERS +1
        SHOW ~ ORDER
        <status> ORDER|ORDERS +2
        ORDER|ORDERS <status> +2
        HOWMUCH ~ ORDERS +1
        OPENW|<status> ~ ORDERS +1
        ORDERS ~ <symbol>
        OPENORDERS +1.5
        ^ SHOW OPENW ON|FOR|IN <symbol> +1
        ^ ?SHOW ?ALL POSS ?<symbol> STOPW $ +2
    """,
    "positions": """
        POSITION
        SHOW|POSS ~ POSITION +1
        OPENW POSITION +1
        HOWMUCH ~ <symbol> ~ HAVE|HOLDING +3
        HOWMUCH ~ HAVE|HOLDING ~ <symbol> +3
        HAVE ~ HOWMUCH ~ <symbol> +3
        HOLDING +1
        SHOW ~ HOLDING +1
        SHOW HAVE -1
        SHOW ~ EVERYTHING +1
        POSITION ~ <symbol> +0.5
        POSS <symbol> ?NOW $ -1
        HAVE ?OF ?SHARES <symbol> ?NOW QUESTION +1
        HAVE ?ALL|SHOW|OF ?SHARES <symbol> $ +1.5
        SHOW|HOWMUCH|WHERE|HOWIS|PRICE ~ LEVERAGE ~ <symbol> +2
        SHOW|HOWMUCH|WHERE|HOWIS|PRICE ~ <symbol> ~ LEVERAGE +2
        ^ ?HAVE ?POSS LEVERAGE ?ON|OF|FOR|IN ?POSS <symbol> ?POSITION $ +2.5
        ^ ?POSS <symbol> ?POSITION LEVERAGE $ +2.5
    """,
    "balance": """
        BALANCE +0.5
        SHOW BALANCE ~ HOLDING +1.5
        SOLDE HAVE +2
        SOLDE +0.5
        SHOW|HOWMUCH|POSS ~ BALANCE|SOLDE +1
        HOWMUCH ~ BALANCE|SOLDE ~ HAVE +1
        HOWMUCH ~ HAVE ~ BALANCE +1
        HOWMUCH ~ HAVE ?FOR|TO ~ ON|AT ~ <venue> +1
        HOWMUCH HAVE
        BALANCE|SOLDE ~ <venue> +0.5
        SOLDE ~ ON|OF|POSS ~ <venue> +2
        POSS|SHOW SOLDE +1.5
        HOWMUCH ~ MOOLA +1
        HOWMUCH ~ MOOLA ~ HAVE +2
        SHOW|POSS ~ MOOLA +1
        HAVE MOOLA +1
    """,
    "fills": """
        FILL
        SHOW|POSS ~ FILL +1
        FILL ~ <symbol> +0.5
        FILL ~ <period>
        SHOW ~ PASTBUY ~ <period> +1
        WHATBOUGHT +2
    """,
    "pnl": """
        PNL
        HOWMUCH ~ PNL +2
        HOWIS ~ PNL +3
        PNL HOWMUCH +3
        SHOW|POSS ~ PNL +1
        PNL ~ <period>
        PNL ~ <symbol> +0.5
        <symbol> ~ PNL
        HOWMUCH ~ <period> ~ PNL +1
        HAVE PNL +3
        ^ ?FOLLOWING|HAVE|SHOW|ON ?IF ?FOLLOWING GREEN +2
    """,
    "why": """
        WHY ~ ORDER +3
        WHY ~ <id> +2
        EXPLAIN ~ ORDER|<id> +2
        WHY ~ ORDER ~ <id> +3
        WHY <number> ~ <status>|FILL +2
        ^ WHY <number>
        ^ WHY ?FILLER|DO <code> +2
        ^ WHY ?FILLER|DO IT ~ FILL|<status> +2
        WHY ~ <number> ~ <status> ~ +1
        ORDER ~ <id> ~ WHY +3
    """,
    "halt": """
        HALT
        HALT|STOP ~ TRADING +2
        PUT ~ TRADING ~ SNOOZE +3
        HALT ?EVERYTHING|ALL $ +1
        STOP|HALT EVERYTHING $ +3
        STOP ALL TRADING +3
        NOMORE ORDER|ORDERS|TRADING +2
        HALT ?TRADING ~ CLOSE|SOLDE ~ EVERYTHING +4
        HALT ~ FLATTEN +2
        ^ HALT CLOSE|SOLDE ?ALL|EVERYTHING $ +6
        HALT WITH CLOSE +2
        HALT ~ ALL ~ ORDER|ORDERS +2
        CUT EVERYTHING $ +3
        CUT EVERYTHING ~ CLOSE|SOLDE ~ EVERYTHING +4
        CUT ~ TRADING +3
    """,
    "resume": """
        RESUME
        RESUME ~ TRADING +2
        RESUME EVERYTHING +1
        PUT ~ TRADING|EVERYTHING ~ STARTED +3
    """,
}
