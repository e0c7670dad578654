"""Reach: duties, visits, counts, founding."""

from contracts.matrix import Row

ROWS: dict[str, Row] = {}
