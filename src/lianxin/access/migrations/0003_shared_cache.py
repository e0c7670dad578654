"""The table of the cache that all processes share, which counts failed log-ins."""

from django.core.management import call_command
from django.db import migrations


def make(apps, editor):
    call_command("createcachetable", database=editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):

    dependencies = [("access", "0002_homes_tokens_sessions")]

    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
