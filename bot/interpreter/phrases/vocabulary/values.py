"""What people call the values of arguments: statuses, rules of risk, roles; folded, as in concepts."""

# ruff: noqa: E501 -- tables of words and patterns read best unbroken.

from __future__ import annotations

STATUSES = {
    "open": "open, pending, resting, working, outstanding, live, active, ouvert, ouverts, en cours, en attente, actif, actifs, unfilled, non executes",
    "filled": "filled, executed, execute, executes, exec, remplis, rempli, completed, done, passes, complete, fully filled",
    "cancelled": "cancelled, canceled, annule, annules, killed",
    "rejected": "rejected, rejete, rejetes, refused, refuse, refuses, failed, denied",
    "all": "all, every, tous, toutes, any status",
}
RULES = {
    "max_daily_loss": "let me lose more than, lose more than, perdre plus de, max daily loss, daily loss limit, daily loss, max loss per day, max loss a day, perte journaliere max, perte max par jour, perte quotidienne, perte journaliere, perte max journaliere, perte journaliere maximale, perte quotidienne max, perte maximale par jour, max_daily_loss, lose more than a day, maximum daily loss, loss per day, loss limit per day, limite de perte journaliere, perte du jour, pertes journalieres, perte quotidienne maximale, perte maximale quotidienne, perte maximale journaliere, pertes par jour, pertes quotidiennes, perte par jour, loss a day, daily losses, daily stop loss, losses per day, daily max loss, pertes a",
    "max_drawdown": "max drawdown, drawdown max, maximum drawdown, drawdown limit, drawdown maximum, max dd, limite de drawdown, drawdown maximal, max_drawdown, drawdown, dd max",
    "max_order_value": "un ordre ne doit pas depasser, aucun ordre ne doit depasser, un ordre ne peut pas depasser, pas d'ordre de plus de, aucun ordre de plus de, pas d'ordre au-dessus de, taille max d'un ordre, taille maximum d'un ordre, taille maximum par ordre, taille max par ordre, montant max d'un ordre, montant maximum d'un ordre, cap orders, limit orders, limite les ordres, plafonne les ordres, max order value, order value, max order size, order size limit, valeur max d'ordre, valeur max par ordre, valeur maximale d'un ordre, valeur d'un ordre, valeur de chaque ordre, valeur maximale par ordre, taille max d'ordre, taille max des ordres, max order, biggest order, maximum order value, maximum order size, max per order, order value limit, taille d'ordre max, taille maximale d'ordre, montant max par ordre, ordre max, valeur d'ordre max, max_order_value, each order, any order, any single order, single order, chaque ordre, order size, valeur des ordres, par ordre, value per order, orders bigger than, orders above, orders over, value of each order, value of any order, size of each order, taille des ordres, per order, valeur d'ordre, valeur par ordre, montant par ordre, valeur maximale des ordres, valeur maximum par ordre, taille maximale des ordres, un seul ordre, taille d'un ordre, montant d'un ordre, value of an order",
    "max_position_value": "une position ne doit pas depasser, aucune position ne doit depasser, une position ne peut pas depasser, pas de position de plus de, aucune position de plus de, pas de position au-dessus de, max position value, position value, max position size, position size limit, max position, valeur max de position, valeur max par position, valeur maximale par position, valeur maximale d'une position, taille max de position, taille max par position, taille de position max, taille maximale de position, position max, position size, max_position_value, any position, any single position, each position, chaque position, par position, biggest position, position value limit, maximum position value, maximum position size, valeur de chaque position, valeur des positions, value per position, taille des positions, single position, per position, valeur d'une position, taille de position, une seule position, valeur de position, taille d'une position, value of a position, valeur max d'une position, value of each position",
    "max_leverage": "increase leverage, increase the leverage, increase my leverage, augmente le levier, augmente mon levier, augmente l'effet de levier, max leverage, leverage limit, leverage, levier max, levier maximum, levier maximal, levier, limite de levier, maximum leverage, max_leverage, effet de levier, effet de levier max, lev max, max lev, levrage",
    "max_open_orders": "open orders, ordres ouverts, max open orders, open orders limit, open order limit, number of open orders, maximum open orders, nombre max d'ordres ouverts, nombre d'ordres ouverts, ordres ouverts max, max d'ordres ouverts, ordres ouverts maximum, max_open_orders, nombre maximal d'ordres ouverts, ordres ouverts a la fois, open orders at once, open orders at a time, ordres en cours max, ordres simultanes, nombre d'ordres, orders open at once, ordres ouverts au maximum, ordres en attente max, ordres ouverts en meme temps, ordres ouverts simultanement, resting orders, nombre d'ordres en cours, nombre maximum d'ordres ouverts, nombre max d'ordres, orders open at a time",
}
OBJECTIVES = {
    "return": "return, returns, rendement, profit, performance, gain, gains, best return, highest return, rentabilite, total return, roi",
    "sharpe": "sharpe, sharpe ratio, ratio de sharpe, sharp",
    "sortino": "sortino, sortino ratio, ratio de sortino",
    "calmar": "calmar, calmar ratio, ratio de calmar",
    "drawdown": "drawdown, dd, smallest drawdown, lowest drawdown, max drawdown, drawdown minimal, plus petit drawdown, minimum drawdown",
}
REPORT_KINDS = {
    "daily": "daily, quotidien, journalier, du jour, day's, end of day, eod, quotidienne, journaliere, today's",
    "weekly": "weekly, hebdo, hebdomadaire, de la semaine, end of week",
    "monthly": "monthly, mensuel, mensuelle, du mois, end of month, month end",
    "performance": "performance, perf, performances, returns, rendement",
    "risk": "risk, risque, risques, de risque, exposure, exposition",
    "trades": "trades, trade, transactions, trading, executions, operations, fills",
    "symbol": "symbol, symbole, per symbol, par symbole, by symbol, par actif, instrument",
}
ROLES = {
    "viewer": "viewer, lecteur, observateur, spectateur, lecture seule, read only, spectator",
    "trader": "trader",
    "manager": "manager, gestionnaire",
    "owner": "owner, proprietaire",
}
