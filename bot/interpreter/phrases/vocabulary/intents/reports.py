"""How reports and schedules sound."""

from __future__ import annotations

REPORTS = {
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
        CHART ?OF|FOR ?POSS BALANCE $ +5
        SHOW ?POSS BALANCE CHART $ +4
        ^ BALANCE CHART $ +4
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
}
