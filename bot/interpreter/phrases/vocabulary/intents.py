"""How each command sounds, as patterns over concepts; the most specific pattern that fits wins.

Items stand between spaces: `BUY` a concept, `<symbol>` an entity, `A|B` either, `?A` may be there, `~` anything
or nothing, `^` and `$` the ends of the clause, `+2` or `-1` at the end adds to the weight. Each item but `?` and
`~` weighs one.
"""

# ruff: noqa: E501 -- tables of words and patterns read best unbroken.

from __future__ import annotations

INTENTS = {
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
        PROTECT ~ <symbol> +2
        <number>|<percent> STOPW|STOPLOSS|TRAIL ~ <symbol> +1
        POSS ~ <symbol> ~ STOPW|STOPLOSS|TRAIL ~ <number>|<money>|<percent> +1
        REMOVE|KILL <fraction>|<percent>|HALVE ~ POSS ~ <symbol> +1
        TAKE <percent>|<fraction>|HALVE OFF ~ <symbol> +2
        TAKE ~ <percent>|<fraction>|HALVE ~ FROM|OFF ~ POSITION +3
    """,
    "close": """
        TAKE ~ <symbol> ~ OFFTABLE +4
        CLOSE|CUT +1
        CLOSE ~ <symbol>|EVERYTHING|POSITION +1
        CLOSE ~ POSITION ~ <symbol> +1
        CLOSES|STOP POSS POSITION ~ <symbol> +2
        SOLDE ~ POSS|POSITION ~ <symbol> +1
        SOLDE ~ <symbol>|EVERYTHING +1
        SOLDE <fraction>|<percent>|HALVE +1
        ^ SOLDE ?POSS POSITION $ +3
        CUT ~ POSS|POSITION|ALL|<percent>|<fraction>|EVERYTHING ~ <symbol> +1
        CUT ~ <symbol>
        SELL|DUMP ~ EVERYTHING $ +3
        EVERYTHING ?NOW SELL|DUMP|CLOSE +2
        SELL|DUMP ~ ALL $ +2
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
        REMOVE|KILL IT $
        CANCEL ~ <symbol> +1
        CANCEL|KILL|REMOVE <number> +1
        CANCEL|KILL|REMOVE ~ STOPW|STOPLOSS|TAKEPROFIT|LIMITW|TRAIL ~ <symbol> +3
        CANCEL|KILL|REMOVE BUY|SELL OPENW ~ <symbol> +4
        CANCEL|KILL|REMOVE POSS BUY|SELL ~ ON|FOR|OF|IN <symbol> +4
    """,
    "replace": """
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
    "price": """
        PRICE
        PRICE ~ <symbol> +1
        <symbol> ~ PRICE +1
        SHOW ~ PRICE ~ <symbol> +1
        HOWMUCH ?FOR|OF ~ <symbol> ?NOW $ +1
        WHERE ~ <symbol> +1
        <symbol> WHERE +1
        HOWIS ~ <symbol> ~ DOING +1.5
        HOWIS ~ <symbol> ?NOW|TODAY|<period> $ +1
        ^ ?ON <symbol> ?NOW QUESTION $ +1
        ^ <symbol> AND <symbol> QUESTION $ +1
        ^ <symbol> <symbol> ~ QUESTION $
        HOWMUCH ~ <symbol> ~ AT|WORTH|COST
        HOWMUCH PRICE ~ <symbol> +1
        <symbol> ~ AT HOWMUCH +1
        SHOW ~ <symbol>|IT AT ?NOW $ +2
        SHOW <symbol> ~ DOING +1.5
        ^ <symbol> $ -0.4
        <symbol> ~ HOWMUCH ?NOW $
        <symbol> ~ UP OR ~ DOWN +2
        SHOW|GET ?NOW <symbol> ?AND ?<symbol> $
        GETQ ?NOW <symbol> AND <symbol> $
        <symbol> HOWIS ?NOW $ +1
    """,
    "chart": """
        CHART +0.5
        CHART ~ <symbol> +1.5
        <symbol> ~ CHART +1
        SHOW|GET ~ <symbol> ~ <indicator> +2
        SHOW|GET ~ <symbol> ~ <timeframe> +1
        SHOW|GET ~ <timeframe> ~ <symbol> +1
        <symbol> ~ <indicator> -0.2
        ^ <timeframe> OF|FOR|ON <symbol> +1
        <indicator> ~ <symbol>
        <symbol> <timeframe> <indicator> +1
        <symbol> <timeframe>|<duration> $ +0.5
        CHART ~ <indicator>
        <symbol> ~ <period>|<duration>|<dates> ~ <timeframe> -1
        <symbol> ~ <timeframe> ~ <dates>|<period> -1
    """,
    "book": """
        BOOK
        BOOK ~ <symbol> +1
        BOOK ~ <number> DEPTH +2
        <symbol> ~ BOOK +1
        SHOW ~ BOOK +1
    """,
    "watch": """
        WATCH ~ <symbol> +2
        PUT|ADD ~ <symbol> ~ WATCHLIST +3
        WATCH
        ADD ~ TO|ON|AT|IN ~ WATCHLIST +1
    """,
    "unwatch": """
        UNWATCH ~ <symbol> +3
        UNWATCH +1
        REMOVE|CANCEL|KILL|DUMP|TAKE ~ <symbol> ~ WATCHLIST +3.5
        REMOVE|CANCEL|KILL ~ FROM|OF|ON ~ WATCHLIST +2
        STOP ~ WATCH ~ <symbol> +3
    """,
    "watchlist": """
        WATCHLIST
        SHOW|POSS ~ WATCHLIST +1
        OPEN ~ WATCHLIST +2
        SHOW WATCH $
    """,
    "screen": """
        SCREEN ~ <cond> +2
        SCREEN ~ WATCHLIST +2
        SCREEN ~ WATCHLIST ~ <cond> +3
        SHOW ~ SHARES ~ <cond> +2
        SHOW ~ <symbol> <symbol> ~ <cond> +2
        BETWEEN|OF ~ <symbol> ~ <symbol> ~ <cond> +2
        <symbol> ?AND <symbol> ~ SCREEN|SHOW ~ <cond> +3
        WATCHLIST ~ <cond> +2
        <cond> ~ WATCHLIST +2
        SCREEN
        IN|ON WATCHLIST ~ <cond> +2
        SHOW ~ WATCHLIST ~ <cond> +3
    """,
    "alert": """
        ALERT +1
        ALERT ~ IF|WHEN +2
        IF|WHEN ~ ALERT +2
        ALERT ~ <cond> +2
        ALERT ~ <symbol> +1
        PUT|SET|ADD|MAKE|DESIGN|SCHEDULE ~ ALERT|ALERTN +2
        PUT|SET|ADD|MAKE|DESIGN|WANT ~ ALERT|ALERTN ~ <symbol> +1
        <cond> ~ ALERT|ALERTN +1
        ALWAYS ~ ALERT +2
        <cond> ~ SHOW $ +2
        <cond> ~ ALERT $ +2
        ALERTN ~ IF|WHEN|ON|FOR ~ <cond> +2
        SHOW WHEN ~ <cond> +2
        ALERT ~ ALWAYS ~ <cond> +3
    """,
    "alerts": """
        ALERTS
        SHOW ~ ALERTN|ALERTS +2
        POSS ~ ALERTS +1
        HAVE ~ ALERTS +1
        SHOW ~ ALERTS ~ <symbol> +0.5
        HOWMUCH ~ ALERTS +1
        OPENW ALERTS +1
        ALERTS ~ HAVE
    """,
    "unalert": """
        CANCEL|REMOVE|KILL|STOP|DUMP|CUT ~ ALERTN|ALERTS +2
        CANCEL|REMOVE|KILL|STOP ~ ALERTN ~ <id> +3
        CANCEL|REMOVE|KILL|STOP ~ ALL ~ ALERTN +2
        STOP ~ ALERT +1
        NONEED ~ ALERTN|<aid> +3
        REMOVE <aid> +2
        CANCEL|KILL <aid> +2
    """,
    "snooze": """
        SNOOZE
        SNOOZE ~ ALERTN +2
        SNOOZE ~ <id>|<aid> +1
        PUT|MAKE ~ ALERTN ~ SNOOZE +3
        HALT ~ ALERTN|<aid> +3
        STOP ~ ALERTN ~ <duration> +3
        PUT|MAKE ~ <aid>|<id> ~ SNOOZE +3
    """,
    "strategies": """
        STRATEGIES
        STRATEGIES ~ SCREEN $ +2
        SHOW|POSS ~ STRATEGIES +1
        SHOW ~ STRATEGIES ~ HAVE
        HAVE ~ STRATEGIES +1
        HOWMUCH STRATEGIES +1
    """,
    "strategy": """
        SHOW|OPEN|EXPLAIN ~ <strategy> +1
        PROFILE ~ <strategy> +1
        SHOW ~ STRATEGY ~ <strategy> +1
        STRATEGY ~ <strategy>
        ^ <strategy> $ -0.5
        SHOW|OPEN ~ PROFILE ~ <strategy> +1
        HELP ~ STRATEGY ~ <strategy>
        HOWIS ~ <strategy>
        SHOW|OPEN|EXPLAIN ~ STRATEGY
        <strategy> PROFILE
        STATUS ~ <strategy> +1
        ^ <strategy> SHOW $ +1
    """,
    "design": """
        DESIGN ~ STRATEGY +2
        MAKE|ADD|WRITE|DO|REQ|WANT ~ STRATEGY ~ WHO|OF|FOR|BUY|SELL|WHEN +1
        DESIGN ~ BUY|SELL|WHEN
        ^ DESIGN BUY|SELL ~ WHEN|IF +3
        ^ ?NEW STRATEGY ~ BUY|SELL ~ WHEN|IF
        ^ BUY|SELL ?<symbol> WHEN|IF ~ <indicator> +3
        STRATEGY WHO|WHERE ~ BUY|SELL +2
    """,
    "import": """
        IMPORT
        IMPORT ~ <file> +3
        IMPORT ~ STRATEGY +2
        ADD|OPEN ~ <file> +1
        ^ <file> $
        BUY|GET|ADD|OPEN ~ <file> +3
        IMPORT ~ FILEW +2
    """,
    "export": """
        EXPORT
        EXPORT ~ <strategy> +2
        EXPORT ~ STRATEGY +1
        SEND|SHOW ~ FILEW ~ <strategy> +2
        SEND|SHOW ~ <strategy> ~ FILEW +2
    """,
    "download": """
        IMPORT|EXPORT ~ PASTBARS +3
        IMPORT|EXPORT ~ <symbol> ~ <venue> +3
        IMPORT|EXPORT ~ <timeframe> ~ <symbol> ~ <venue> +1
    """,
    "accounts": """
        ACCOUNTSW +2
        SHOW ~ ACCOUNTSW +2
    """,
    "live": """
        MAKE|SWITCH|RUN|SET|CHANGE ~ <venue> ~ LIVE +4
        MAKE|SWITCH|RUN|SET|CHANGE ~ <venue> ~ REALMONEY +4
    """,
    "signal": """
        HOOKW +1
        SHOW ~ HOOKW +2
    """,
    "backtest": """
        BACKTEST +1
        BACKTEST ~ <symbol> +2
        BACKTEST ~ <strategy> +2
        BACKTEST ~ STRATEGY +1
        <strategy> ~ BACKTEST +2
        HOWWOULD ~ <strategy> +3
        <strategy>|GOLDENCROSS ~ PAID +3
        RUN ~ BACKTEST +2
        <strategy> ~ <symbol> ~ <period>|<dates>|<param> +0.5
        HOWIS ~ <strategy> ~ <symbol> +3
        HOWWOULD ~ <symbol> ~ <period>|<dates> +1
    """,
    "optimize": """
        OPTIMIZE +1
        OPTIMIZE ~ <symbol> +2
        OPTIMIZE ~ <strategy> +2
        SHOW|FIND|SCREEN ~ PARAMS ~ <strategy> +2
        OPTIMIZE ~ PARAMS ~ <strategy> +2
        PARAMS ~ FOR ~ <strategy> +2
        <strategy> ~ <symbol> ~ TRIALS +1
        SET ~ <strategy> ~ PNL ~ <symbol> +2
    """,
    "run": """
        LET|PUT|SET|TURN ~ <strategy> ~ LOOSE +3
        RUN
        RUN ~ <strategy> +2
        RUN ~ STRATEGY +1
        PUT ~ <strategy> ~ LIVE +3
        PUT ~ <money> ~ ON|IN|BEHIND ~ <strategy> +2
        OPENW ~ <strategy> -0.5
        SWITCH ~ <strategy> ~ LIVE +2
        PUT|TURN|SWITCH|MAKE ~ <strategy> ~ STARTED +3
        TURN|SWITCH <strategy> ON $ +2
    """,
    "stop": """
        STOP +0.5
        STOP ~ <strategy> +2
        STOP ~ RUN ~ <strategy> +3
        SNOOZE ~ STRATEGY|<strategy> +3
        STOP ~ STRATEGY|STRATEGIES +2
        CUT|KILL|HALT|CLOSE|CANCEL|REMOVE ~ STRATEGY|STRATEGIES +2
        KILL|HALT|CUT|CANCEL|CLOSE ~ <strategy> +2
        STOP ~ ALL ~ STRATEGIES +2
        TURN|SWITCH|CLOSE ~ <strategy> OFF|DOWN +3
        PUT ~ <strategy> ~ SNOOZE +3
    """,
    "report": """
        POSITION REPORT +2
        REPORT +0.5
        SHOW|SEND|POSS ~ REPORT +1
        DAILYW|WEEKLYW|MONTHLYW ~ REPORT +1
        REPORT ~ DAILYW|WEEKLYW|MONTHLYW +1
        RISK REPORT +1
        REPORT ~ RISK|PNL|FILL +2
        PNL|FILL|RISK|TRADING REPORT +2
        REPORT ~ <symbol> +0.5
        <symbol> REPORT +0.5
    """,
    "schedules": """
        SCHEDULES
        SHOW|POSS ~ SCHEDULES +1.5
        HAVE ~ SCHEDULES +1.5
        HAVE ~ SCHEDULE $ +1
        SHOW POSS ~ SCHEDULE $ +1
        SHOW ~ ORDERS SCHEDULES +2
    """,
    "unschedule": """
        UNSCHEDULE +1
        NONEED ~ SCHEDULES|<sid> +3
        REMOVE|CANCEL|KILL|STOP|DUMP ~ SCHEDULES|SCHEDULE +3
        REMOVE|CANCEL|KILL|STOP|DUMP ~ SCHEDULES ~ <id> +3
        REMOVE|CANCEL|KILL|STOP|DUMP|UNSCHEDULE <sid> +3
    """,
    "leaders": """
        LEADER
        SHOW ~ LEADER +1
        WHO ~ LEADER +1
        WHO ~ FOLLOW|FOLLOWING
        SHOW ~ LEADER ~ FOLLOW
        WHO ~ COULD ~ FOLLOW
        LEADER ~ COULDFOLLOW +4
        WHO ~ COULDFOLLOW +4
    """,
    "leader": """
        SHOW|OPEN|WHO ~ <leader> +1
        PROFILE ~ <leader> +1
        <leader> PROFILE +1
        HOWIS ~ <leader> +1
        ^ <leader> $ -0.5
        SHOW ~ PROFILE ~ <leader> +1
        SHOW|OPEN HIS PROFILE
        PNL ~ <leader> +1
        HELP ~ <leader>
        HOWMUCH ~ <leader> ~ PNL +1
        HOWMUCH ~ <leader>
        LEADER <leader>
    """,
    "follow": """
        FOLLOW ~ <leader> +2
        FOLLOW ~ LEADER +2
        FOLLOW
        PUT ~ <money>|<number> ~ ON|IN|BEHIND|WITH ~ <leader> +2
        START ~ FOLLOW ~ <leader> +2
    """,
    "unfollow": """
        DUMP ~ <leader> +2
        UNFOLLOW +2
        UNFOLLOW ~ <leader> +2
        STOP|CANCEL|KILL|REMOVE|CUT ~ <leader> +1
        STOP ~ FOLLOW +2
        STOP|CANCEL ~ FOLLOW|FOLLOWING ~ <leader> +3
        CLOSE ~ FOLLOW|COPY ~ <leader> +2
    """,
    "following": """
        FOLLOWING
        WHO ~ FOLLOWING +2
        SHOW ~ FOLLOWING +2
        SHOW ~ LEADER ~ FOLLOWING +3
        LEADER ~ FOLLOWING +2
        POSS LEADER +1
        SHOW POSS LEADER +1
        HOWMUCH LEADER ~ FOLLOWING +2
        FOLLOWING ~ WHO +2
    """,
    "publish": """
        PUBLISH +1
        PUBLISH ~ <strategy> +2
        PUBLISH ~ STRATEGY +1
        SHOW|PUT ~ <strategy> ~ SALE +2
        SELL ~ <strategy> ~ PERMONTH +2
    """,
    "subscribe": """
        SUBSCRIBE +1
        SUBSCRIBE ~ <leader> +2
        SUBSCRIPTION ~ <leader>
        BUY|GETQ ~ SUBSCRIPTION ~ <leader> +3
        SUBSCRIBE ~ LEADER +1
    """,
    "unsubscribe": """
        UNSUBSCRIBE +2
        UNSUBSCRIBE ~ <leader> +2
        CANCEL|STOP|REMOVE|KILL|CLOSE ~ SUBSCRIPTION +3
        CANCEL|STOP|REMOVE|KILL|CLOSE ~ SUBSCRIPTION ~ <leader> +3
        CANCEL|STOP|REMOVE|KILL|CLOSE ~ SUBSCRIBE ~ <leader> +4
    """,
    "review": """
        REVIEW ~ <leader> +1
        <number> STARS ~ <leader> +2
        <leader> ~ <number> STARS +2
        PUT|SHOW|MAKE|REVIEW ~ STARS ~ <leader> +2
        REVIEW ~ STARS +1
        STARS ~ <leader> +1
        ^ <number> FOR|TO <leader> +1
    """,
    "risk": """
        RISK
        SHOW|POSS ~ RISK +1
        RISK ~ RULE +1
        <rule> +1
        SET|PUT|CHANGE|SWITCH|MAKE|NOMORE|ADD ~ <rule> +2
        <rule> ~ <number>|<money>|<percent> +2
        SET|CHANGE|PUT ~ RISK
        SET ~ PNL ~ <period> ~ <money>|<number>|<percent> +3
        NOTABOVE <number> ~ <rule>|OPENORDERS +3
        ^ <number> <rule>|OPENORDERS NOTABOVE $ +3
    """,
    "help": """
        HELP SNOOZE|ALERT|BACKTEST|WATCH|FOLLOW|PUBLISH|REVIEW|SCREEN|HALT|SCHEDULE|OPTIMIZE ~ $ +4
        HELP +0.4
        HELP ~ <topic> +1
        EXPLAIN <topic>
        SHOW HELP +1
        ^ HELP +3
    """,
    "status": """
        STATUS +0.5
        SHOW ~ STATUS +1
    """,
    "forget": """
        REMOVE ~ MEMORY +2
        FORGET ~ MEMORY +2
    """,
    "settings": """
        SETTINGS +0.3
        SHOW|OPEN|POSS ~ SETTINGS +1
    """,
    "language": """
        SWITCH|SET|PUT|CHANGE|REPLY ~ FRENCH|ENGLISH +2
        LANGUAGE ~ FRENCH|ENGLISH +2
        FRENCH|ENGLISH
        FRENCH|ENGLISH ~ LANGUAGE +2
        SWITCH|SET|CHANGE ~ LANGUAGE +1
    """,
    "timezone": """
        <zone>
        TIMEZONE ~ <zone> +2
        <zone> ~ TIMEZONE +2
        SET|PUT|SWITCH|CHANGE ~ <zone> +1
        SET|PUT|SWITCH|CHANGE ~ TIMEZONE ~ <zone> +1
    """,
    "link": """
        LINKV ~ ACCOUNTS +2
        LINKV ~ CODE +2
        CODE ~ LINKV +2
        LINKV <code> +2
        CONNECT ~ ACCOUNTS +2
        LINKV POSS
        ^ LINKV $
        LINKV CODE <code> +2
        LINKV ~ <code> +1
    """,
    "unlink": """
        UNLINKV ~ ACCOUNTS +3
        UNLINKV POSS +1
    """,
    "mfa": """
        MFA
        MFA ~ OFF +2
        CUT ~ MFA +2
        RUN|ENROLL|STOP ~ MFA ~ OFF +3
        ENROLL|VERIFY|STOP|RUN|REMOVE|OPEN ~ MFA +2
        MFA ~ ENROLL|VERIFY|STOP +2
        CANCEL|KILL ~ MFA +2
    """,
    "connect": """
        CONNECT +0.5
        CONNECT ~ <venue> +2.5
        LINKV|ADD ~ <venue> +3
        ADD ~ ACCOUNTS ~ <venue> +1
    """,
    "disconnect": """
        DISCONNECT +0.5
        DISCONNECT ~ <venue> +2
        REMOVE|CUT|CANCEL|KILL ~ <venue> +2
    """,
    "role": """
        MAKE|SWITCH|SET|PUT|CHANGE ~ <leader> ~ ROLEW +3
        <leader> ~ ROLEW +1
        ROLEN ~ <leader>
        ROLEW ~ <leader>
        MAKE|SWITCH|CHANGE|SET ~ ROLEN ~ <leader> +2
        MAKE|SWITCH|CHANGE|SET|PUT ~ <leader> ~ ROLEN ~ TRADING +3
    """,
    "audit": """
        AUDIT +1
        SHOW ~ AUDIT +1
        AUDIT ~ <period>
    """,
}
MORE = {
    "CONVERT": "convertis, convertir, convertissez, echange, echanger, echangez, troque, troquer, swap, swappe, exchange, convert, transforme",
    "TAKER": "je suis preneur de, je suis acheteur de, je suis preneur d', je suis acheteur d'",
    "GIVER": "je suis vendeur de, je suis vendeur d'",
    "NONEED": "plus besoin de, plus besoin d', plus besoin du, plus besoin des, no longer need, don't need, no need for, n'ai plus besoin de, ai plus besoin de",
    "GREEN": "dans le vert, dans le rouge, en vert, en positif, en negatif, dans le positif, dans le negatif, positif, negatif, gagnant, perdant, in the green, in the red, in the black, in profit",
    "OFFER": "offre, offrez, offrir",
    "RELATIVE": "than, enough, assez, assez de, as many, as many as, as much as, autant, autant de, autant d', autant que",
    "THERE": "there, dessus, la-bas, la bas, la dessus, la-dessus, on it, on there, sur celui-ci, sur celui-la, chez eux",
    "REMAINING": "celles qui restent, ceux qui restent, celles qu'il reste, ceux qu'il reste, ce qui reste, ce qu'il reste, celles restantes, ceux restants, les restantes, les restants, le reste, les autres, what's left, whats left, what is left, what remains, the rest, the remaining ones, remaining ones, those left, the others, the ones left, the ones that remain, those that remain, those remaining, which are left, que reste-t-il, il me reste quoi, il reste quoi, reste quoi",
    "ACCOUNTSW": "api keys, cles d'api, accounts of the desk, comptes du desk, which accounts, quels comptes",
    "REALMONEY": "real money, argent reel, en reel",
    "HOOKW": "webhook, webhooks, tradingview hooks, tradingview webhooks, crochets tradingview, webhooks tradingview",
    "EXCEPT": "stays, stay, can stay, remains, remain, may stay, untouched, peut rester, peuvent rester, keep, keeping, leave, leaving, leave me, leave me with, hold back, hold on to, hang on to, hang onto, retain, retaining, spare, sparing, garde, garder, gardes, gardez, gardant, en gardant, garde moi, garde m'en, conserve, conserver, conservant, en conservant, laissant, en laissant, laisse moi, laisse m'en, laisse en, mais laisse, except, except for, except if, excepting, apart from, other than, besides, excluding, minus, unless, sauf, sauf si, hormis, a part, excepte, en dehors de, mais pas, a l'exception de, a moins que, all but, everything but, tout sauf, sauf les, sauf mes, sauf mon, sauf ma, laisse tourner, laisse courir, laisse filer, laisse en place, laissez tourner, laisse ouvert",
    "LATER": "tomorrow, tonight, later, later on, next week, next month, next year, next monday, next friday, this evening, tomorrow morning, tomorrow night, day after tomorrow, in the morning, before, after, while, at the open, at the close, at open, at market open, at market close, at noon, at midnight, this weekend, the weekend, soon, monday, tuesday, wednesday, thursday, friday, saturday, sunday, demain, demain matin, demain soir, apres-demain, ce soir, plus tard, la semaine prochaine, le mois prochain, l'an prochain, avant, avant que, avant de, apres que, apres la, a l'ouverture, a la cloture, a midi, a minuit, ce weekend, ce week-end, tant que, pendant que, en attendant, lundi, mardi, mercredi, jeudi, vendredi, samedi, dimanche, lundi prochain, tout a l'heure, tantot, quand j'aurai, end of day, by tonight, by tomorrow",
    "TURN": "turn, switch",
    "STARTED": "en route, en marche, en service, into action, to work, up and running, going",
    "COULDFOLLOW": "can i copy, can i follow, could i copy, could i follow, can we copy, can we follow, to copy, to follow, je peux copier, je peux suivre, on peut copier, on peut suivre, puis-je suivre, puis-je copier, a copier, a suivre",
    "MOOLA": "money, argent, thune, fric, pognon, ble, moula, thunes",
    "PASTBARS": "candles, bars, history, price history, past prices, bougies, historique, historique des prix, cours passes",
    "OPENW": "open, outstanding, pending, resting, live, working, active, ouvert, ouverts, ouverte, ouvertes, en cours, en attente, actif, actifs, actives, en carnet, currently open, unfilled, qui traine, qui trainent, qui restent, qui sont en attente, qui attendent",
    "PASTBUY": "buy, sell, bought, sold, achete, vendu",
    "WHATBOUGHT": "what did i get filled at, where did i get filled, what was i filled at, at what price was i filled, a combien j'ai ete execute, j'ai ete execute a combien, what did i buy, what did i sell, what have i bought, what have i sold, what i bought, what i sold, j'ai achete quoi, j'ai vendu quoi, qu'est-ce que j'ai achete, qu'est-ce que j'ai vendu, qu'ai-je achete, ce que j'ai achete, ce que j'ai vendu, what got filled, what filled, what was filled, what did i trade, what got executed, qu'est-ce qui a ete execute, what have i traded, j'ai ete servi, ai-je ete servi, j'ai ete servie, j'ai ete execute, ai-je ete execute, quel prix j'ai ete servi",
    "NOMORE": "no more, plus aucun, plus aucune, plus de, never let, don't let, dont let, no new, at most, at the most, au plus, never allow, don't allow, ne laisse pas, interdis, forbid, aucun nouvel, ne me laisse jamais, ne me laisse pas, me laisse pas, laisse pas, laisse jamais, ne me laissez pas",
    "FLATTEN": "and flatten, en fermant tout, et ferme tout, et solde tout, and close everything, et liquide tout, and close all, and close all positions, and flatten everything, et sors de tout, en soldant tout, and sell everything",
    "SALE": "for sale, on sale, en vente, on the marketplace, in the marketplace, on the market place, sur la marketplace, sur le marketplace, sur la place de marche",
    "GETQ": "get, grab, have, could we get, can we get, can i get, could i get, file moi, filez moi, donne moi, donnez moi, give me, gimme, reprends, reprenez, reprendre, je reprends, rentre moi, fais moi peter",
    "OFF": "off",
    "VALID": "valid, valable, valide, validite, good, order, ordre",
    "OPENORDERS": "open orders, ordres ouverts",
    "QUESTION": "?, ??, ???",
    "TODAY": "today, ce matin, aujourd'hui",
    "WHO": "who, qui, ki, that, which, whose, who's, whos, whom",
    "COST": "cost, costs, coute, coutent",
    "WANT": "we'd like, we would like, we want, we need, we'll have, we'll take, nous voulons, nous voudrions, nous aimerions, nous souhaitons, on veut, on voudrait, on aimerait, il nous faut, il nous faudrait, on prendra, nous prendrons, we'd love, we wanna, want, wants, veux, souhaite, voudrais, need, i want, i want to, je souhaite, je veux, jveux, je voudrais, jvoudrais, i'd like, id like, i would like, i need, j'aimerais, jaimerais, i wanna, i'd love, i'll have, il me faut, il me faudrait, j'voudrais, need you to get, j'en veux, j'en voudrais",
    "TAKE": "take, prends",
    "PERCENTW": "percent, %, pct",
    "NEW": "new, nouvelle, nouveau",
    "FILEW": "file, fichier, document, json, yaml, attached, joint, jointe, ci-joint, ci joint, piece jointe, attachment, attached file",
    "BEHIND": "behind, derriere",
    "START": "start, begin, commence, commencer",
    "REPLY": "reply, answer, respond, reponds, repond",
    "WRITE": "write, ecris, ecrire, code",
    "DO": "do, fais, faire, fait",
    "FIND": "find, trouve, trouver",
    "HOWWOULD": "how would, how did, would have, aurait, how'd, howd, a donne quoi, il a donne quoi, ca a donne quoi, elle a donne quoi",
    "GET": "get, give, pull, donne",
    "COPY": "copy, copie",
}
STATUSES = {
    "open": "open, pending, resting, working, outstanding, live, active, ouvert, ouverts, en cours, en attente, actif, actifs, unfilled, non executes",
    "filled": "filled, executed, execute, executes, exec, remplis, rempli, completed, done, passes, complete, fully filled",
    "cancelled": "cancelled, canceled, annule, annules, killed",
    "rejected": "rejected, rejete, rejetes, refused, refuse, refuses, failed, denied",
    "all": "all, every, tous, toutes, any status",
}
RULES = {
    "max_daily_loss": "let me lose more than, lose more than, perdre plus de, max daily loss, daily loss limit, daily loss, max loss per day, max loss a day, perte journaliere max, perte max par jour, perte quotidienne, perte journaliere, perte max journaliere, perte journaliere maximale, perte quotidienne max, perte maximale par jour, max_daily_loss, lose more than a day, maximum daily loss, loss per day, loss limit per day, limite de perte journaliere, perte du jour, pertes journalieres, perte quotidienne maximale, perte maximale quotidienne, perte maximale journaliere, pertes par jour, pertes quotidiennes, perte par jour, loss a day, daily losses, daily stop loss, losses per day, daily max loss, pertes a",
    "max_drawdown": "max drawdown, drawdown max, maximum drawdown, drawdown limit, drawdown maximum, max dd, limite de drawdown, drawdown maximal, max_drawdown, drawdown, dd max",
    "max_order_value": "un ordre ne doit pas depasser, aucun ordre ne doit depasser, un ordre ne peut pas depasser, pas d'ordre de plus de, aucun ordre de plus de, pas d'ordre au-dessus de, taille max d'un ordre, taille maximum d'un ordre, taille maximum par ordre, taille max par ordre, montant max d'un ordre, montant maximum d'un ordre, cap orders, limit orders, limite les ordres, plafonne les ordres, max order value, order value, max order size, order size limit, valeur max d'ordre, valeur max par ordre, valeur maximale d'un ordre, valeur d'un ordre, valeur de chaque ordre, valeur maximale par ordre, taille max d'ordre, taille max des ordres, max order, biggest order, maximum order value, maximum order size, max per order, order value limit, taille d'ordre max, taille maximale d'ordre, montant max par ordre, ordre max, valeur d'ordre max, max_order_value, each order, any order, any single order, single order, chaque ordre, order size, valeur des ordres, par ordre, value per order, orders bigger than, orders above, orders over, value of each order, value of any order, size of each order, taille des ordres, per order, valeur d'ordre, valeur par ordre, montant par ordre, valeur maximale des ordres, valeur maximum par ordre, taille maximale des ordres, un seul ordre, taille d'un ordre, montant d'un ordre, value of an order",
    "max_position_value": "une position ne doit pas depasser, aucune position ne doit depasser, une position ne peut pas depasser, pas de position de plus de, aucune position de plus de, pas de position au-dessus de, max position value, position value, max position size, position size limit, max position, valeur max de position, valeur max par position, valeur maximale par position, valeur maximale d'une position, taille max de position, taille max par position, taille de position max, taille maximale de position, position max, position size, max_position_value, any position, any single position, each position, chaque position, par position, biggest position, position value limit, maximum position value, maximum position size, valeur de chaque position, valeur des positions, value per position, taille des positions, single position, per position, valeur d'une position, taille de position, une seule position, valeur de position, taille d'une position, value of a position, valeur max d'une position, value of each position",
    "max_leverage": "max leverage, leverage limit, leverage, levier max, levier maximum, levier maximal, levier, limite de levier, maximum leverage, max_leverage, effet de levier, effet de levier max, lev max, max lev, levrage",
    "max_open_orders": "open orders, ordres ouverts, max open orders, open orders limit, open order limit, number of open orders, maximum open orders, nombre max d'ordres ouverts, nombre d'ordres ouverts, ordres ouverts max, max d'ordres ouverts, ordres ouverts maximum, max_open_orders, nombre maximal d'ordres ouverts, ordres ouverts a la fois, open orders at once, open orders at a time, ordres en cours max, ordres simultanes, nombre d'ordres, orders open at once, ordres ouverts au maximum, ordres en attente max, ordres ouverts en meme temps, ordres ouverts simultanement, resting orders, nombre d'ordres en cours, nombre maximum d'ordres ouverts, nombre max d'ordres, orders open at a time",
}
OBJECTIVES = {
    "return": "return, returns, rendement, profit, performance, gain, gains, best return, highest return, rentabilite, total return, roi",
    "sharpe": "sharpe, sharpe ratio, ratio de sharpe, sharp",
    "sortino": "sortino, sortino ratio, ratio de sortino",
    "calmar": "calmar, calmar ratio, ratio de calmar",
    "drawdown": "drawdown, dd, smallest drawdown, lowest drawdown, max drawdown, drawdown minimal, plus petit drawdown, minimum drawdown",
}
REPORT_KINDS = {
    "daily": "daily, quotidien, journalier, du jour, day's, end of day, eod, quotidienne, journaliere, today's",
    "weekly": "weekly, hebdo, hebdomadaire, de la semaine, end of week",
    "monthly": "monthly, mensuel, mensuelle, du mois, end of month, month end",
    "performance": "performance, perf, performances, returns, rendement",
    "risk": "risk, risque, risques, de risque, exposure, exposition",
    "trades": "trades, trade, transactions, trading, executions, operations, fills",
    "symbol": "symbol, symbole, per symbol, par symbole, by symbol, par actif, instrument",
}
MFA_ACTIONS = {"enroll": "ENROLL", "verify": "VERIFY", "disable": "STOP REMOVE CANCEL KILL"}
ROLES = {
    "viewer": "viewer, lecteur, observateur, spectateur, lecture seule, read only, spectator",
    "trader": "trader",
    "manager": "manager, gestionnaire",
    "owner": "owner, proprietaire",
}
# The concepts and entities that each order is made of; what has none of them is asked about.
MADE_OF = {
    "any": "ACCOUNTS FILLER REQ NOW AND THEN AT ON OF FOR WITH IN TO BY FROM POSS HIS IT WANT INSTEAD DO MAKE PUT SET GET GETQ TAKE QUESTION ONCE ALL EVERYTHING OPENW OPEN HAVE <symbol> <number> <money> <percent> <fraction> <venue> <account>",
    "trade": "OFFER BUY SELL SEND DUMP BUYSTOP SELLSTOP CLOSE CLOSES CUT SOLDE PROTECT SHOW ADD ENROLL SWITCH REMOVE MARKET PRICE LIMITW RULE STOP STOPW TRIGGER STOPLOSS TAKEPROFIT TRAIL GTC IOC FOK DAYTIF NOTABOVE NOTBELOW EACH IF WHEN UP DOWN ABOVE BELOW CROSS CROSSUP CROSSDOWN CLOSESUP CLOSESDOWN UNTIL BALANCE MOOLA TOPUP WORTH POSITION HOLDING ORDER VALID HALVE ALLIN SHARES SIZE POSTONLY REDUCEONLY TWAP SLICES OVER PAPER FEE OFF ZERO PUBLISH BEHIND KILL CONVERT TAKER GIVER <cond> <status> <duration> <timeframe> <period>",
    "close": "CLOSE CLOSES SELL DUMP SOLDE CUT REMOVE STOP HALT KILL POSITION HOLDING HALVE BALANCE TOPUP OFF OFFTABLE MARKET SHARES ALLIN ORDER PRICE <status>",
    "cancel": "MUSTGO BOOK CANCEL KILL REMOVE DUMP STOP BUY SELL ORDER ORDERS OPENORDERS VALID LIMITW STOPW STOPLOSS TAKEPROFIT TRAIL <id> <code> <status> <rule>",
    "replace": "DUMP CHANGE SWITCH ADD ORDER VALID SIZE PRICE LIMITW STOPW UP DOWN ABOVE BELOW NOTABOVE NOTBELOW SHARES BUY SELL EACH HALVE DOUBLE REMOVE CUT <cond> <id> <code> <status>",
}
