"""What the audit trail says happened."""

from django.utils.functional import Promise

ACTS: dict[str, str | Promise] = {}
