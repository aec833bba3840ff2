"""The layout's own words."""

from __future__ import annotations

from collections.abc import Mapping

from bot.presenters.pictures.spec import Language

LABELS: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "brand": "Outcry",
        "page": "Page {page} of {pages}",
        "continued": "continued",
        "equity": "Equity",
        "drawdown": "Drawdown",
        "monthly_returns": "Monthly returns",
        "year": "Year",
        "definitions": "How the figures are reckoned",
        "figure": "Figure",
        "formula": "Formula",
        "unit": "Unit",
        "nothing": "Nothing to show for this period.",
    },
    "fr": {
        "brand": "Outcry",
        "page": "Page {page} sur {pages}",
        "continued": "suite",
        "equity": "Capital",
        "drawdown": "Repli",
        "monthly_returns": "Rendements mensuels",
        "year": "Année",
        "definitions": "Comment les chiffres sont calculés",
        "figure": "Chiffre",
        "formula": "Formule",
        "unit": "Unité",
        "nothing": "Rien à montrer pour cette période.",
    },
}
