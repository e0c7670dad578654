"""Rounds of inspections: drawn with known probabilities, so that the share with a finding can be estimated."""
