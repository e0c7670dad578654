"""Methods of Lianxin: rules, indicators, privacy. Knows nothing of Django; usable alone from a notebook."""
