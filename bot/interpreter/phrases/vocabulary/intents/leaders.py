"""How leaders sound: whom to follow, and what of their own people publish."""

from __future__ import annotations

LEADERS = {
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
}
