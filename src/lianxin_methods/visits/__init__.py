"""Visits: what happens when records made without a connection meet the register."""
