"""Measures and the records behind them; classes of clients and the gap to the target."""
