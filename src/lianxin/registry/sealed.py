"""What the registry seals."""

from lianxin.kit import vault
from lianxin.kit.rotation import SealedColumn
from lianxin.registry.imports.anew import seal_files_anew, seal_rows_anew
from lianxin.registry.models import Contact


def _lookup(contact: Contact, plain: str) -> dict[str, object]:
    return {"lookup": vault.lookup_word(contact.kind, plain)}


SEALED = (SealedColumn(Contact, "sealed", lambda row: row.where, derived=_lookup),)
OTHERWISE = {"registry.stagedrow": seal_rows_anew, "registry.import": seal_files_anew}
