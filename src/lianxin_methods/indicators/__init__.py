"""Indicators: definitions as data, leaf counts from a snapshot, sums up the tree."""
