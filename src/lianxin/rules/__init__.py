"""Stored rules, decision tables, dated parameters, and the ORM expression of a rule."""
