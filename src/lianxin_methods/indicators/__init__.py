"""Indicator definitions, their computation on columnar snapshots and their roll-up."""
