"""How the house says no: words a person can act on, never a state code."""

from typing import ClassVar

from django.utils.functional import Promise


class Refused(Exception):
    """A request that is understood and not granted (拒绝).

    Subclasses stand beside the function that raises them and set `text`, a sentence that says why and
    what to do next. Extra keyword arguments fill its named placeholders. Answered with status 409.
    """

    text: ClassVar[str | Promise] = ""
    status: ClassVar[int] = 409
    leads_to: ClassVar[tuple[tuple[str | Promise, str], ...]] = ()
    """Where the person may go instead: (label, URL name)."""

    def __init__(self, subject: object = None, **details: object) -> None:
        self.subject = subject
        self.details = details
        super().__init__(self.code)

    @property
    def code(self) -> str:
        return type(self).__name__

    @property
    def sentence(self) -> str:
        """The refusal in the reader's language."""
        return str(self.text) % self.details if self.details else str(self.text)
