"""Crypto exchanges, spot and linear perpetuals, through ccxt."""
