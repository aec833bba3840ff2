"""What recurs: our rows, APScheduler's reckoning of when."""

from bot.schedules.recurrence import next_due

__all__ = ["next_due"]
