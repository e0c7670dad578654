"""Audit entries and their seal, background jobs."""
