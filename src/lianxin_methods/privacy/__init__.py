"""Disclosure control: primary and secondary suppression, and the attack that audits it."""
