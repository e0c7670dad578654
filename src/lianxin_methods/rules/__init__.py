"""The closed rule language: one text, many engines."""
