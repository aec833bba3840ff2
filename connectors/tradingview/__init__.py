"""Signals over HTTP: TradingView's alerts, and signed webhooks of any program."""
