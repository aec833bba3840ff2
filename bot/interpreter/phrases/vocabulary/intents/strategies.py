"""How strategies sound: written, tested, run; their accounts and the signals from outside."""

from __future__ import annotations

STRATEGIES = {
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
        RUN ~ <strategy> ~ LEVERAGE +2
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
}
