"""What came by mail to a matter that was there, and files in which many matters came at once."""

from django.db import models

from .core import Matter


class Arrival(models.Model):
    """A mail that joined a matter, kept so that a second reading of the mailbox does not join it again (来信回复)."""

    key = models.CharField(max_length=64, unique=True)
    """SHA-256 of its Message-ID."""
    matter = models.ForeignKey(Matter, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()


class HotlineFile(models.Model):
    """The export of a hotline that was brought in (热线工单导入)."""

    file_name = models.CharField(max_length=200)
    hotline = models.CharField(max_length=20)
    """Whose ticket numbers they are, such as 12345."""
    at = models.DateTimeField()
    by_label = models.CharField(max_length=100)
    columns = models.JSONField(default=dict)
    """Field -> header of the column it was taken from."""
    counts = models.JSONField(default=dict)
    """rows, opened, known, set_aside."""
    faults = models.JSONField(default=list)
    """[row in the file, key of `hotline.FAULTS`] of rows set aside; never a word of a row."""
    body = models.ForeignKey("registry.Body", null=True, on_delete=models.PROTECT, related_name="+")
    """The body that took the calls."""
    done = models.PositiveIntegerField(default=0)
    """So many tickets were looked at: where a job that was broken off goes on."""
    is_done = models.BooleanField(default=False)
    sealed = models.BinaryField(default=bytes)
    """The file in base64, sealed, until all of it is brought in."""

    @property
    def where(self) -> str:
        """The place its file is sealed for."""
        return f"matters.hotline_file:{self.pk}"
