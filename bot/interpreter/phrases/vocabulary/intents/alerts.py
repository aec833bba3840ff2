"""How alerts sound."""

from __future__ import annotations

ALERTS = {
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
}
