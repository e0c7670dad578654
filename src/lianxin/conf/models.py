"""What concerns the installation as a whole."""

from django.db import models


class Archive(models.Model):
    """A backup that was begun, or one that was put back (备份)."""

    is_restore = models.BooleanField()
    file_name = models.CharField(max_length=200)
    at = models.DateTimeField()
