"""Backup and restore of a whole installation: every table and every file in one archive, on any of the databases.

The archive is a compressed tar: `tables/<model>.jsonl` with one row a line, `files/...`, and last `manifest.json` with
the digest and count of each. Secrets are not in it: whoever keeps the archive and the keys in one place keeps
neither.
"""
