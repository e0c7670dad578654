"""Accounts, scope nodes, grants, the MAY table, confidentiality levels."""
