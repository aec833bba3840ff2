"""How the desk itself sounds: its limits, its settings, its people."""

from __future__ import annotations

DESK = {
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
        BOUND|NOTABOVE|NOMORE ~ LEVERAGE ~ <symbol> +3
        BOUND ~ <symbol> ~ LEVERAGE +3
        LEVERAGE ~ NOTABOVE|NOMORE +3
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
