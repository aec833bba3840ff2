"""How looking at the market sounds: prices, charts, books, the watchlist."""

from __future__ import annotations

MARKETS = {
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
}
