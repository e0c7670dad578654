"""An empty, migrated installation in this process, for proofs and benches that use the database themselves."""

import os
import tempfile


def migrated() -> None:
    """Set Django up in the state folder of the environment, or in one of our own, and migrate."""
    os.environ.setdefault("LIANXIN_HOME", tempfile.mkdtemp(prefix="lianxin-"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lianxin.conf.settings")
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
