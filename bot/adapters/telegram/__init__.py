"""Telegram as a chat platform, on python-telegram-bot."""
