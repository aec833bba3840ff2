"""What people call money, by the currency that is meant."""

from __future__ import annotations

_NAMES = {
    "USDT": """$ usdt usd usdc usds tether tethers dollar dollars dol dols buck bucks
        balle balles boules piasse piasses piastre piastres""",
    "EUR": "€ euro euros eur eu",
    "GBP": "£ gbp quid pound pounds livres",
}
CURRENCIES = {name: currency for currency, names in _NAMES.items() for name in names.split()}
