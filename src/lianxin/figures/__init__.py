"""Indicator definitions, cells, the snapshot catalogue; the one exit of figures."""
