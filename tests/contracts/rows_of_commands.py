"""Every management command: who may run it, and why it opens nothing to somebody who may not.

`machine`: whoever has a shell on the machine has the database file and its keys; the command acts as the installation
and says so in the audit trail.
"""

COMMANDS: dict[str, str] = {
    "audit": "machine: checks and signs the audit trail, prints counts and digests",
    "backup": "machine: everything, sealed; recorded",
    "restore": "machine: into an empty installation only; recorded",
    "import": "machine: writes, prints counts and row numbers; recorded",
    "export": "machine: the whole registry, as its owner may copy the database; recorded",
    "figures": "machine: cells with small ones suppressed, as every exit of figures",
    "import_areas": "machine: public codes and names of areas",
    "import_hotline": "machine: takes tickets in, prints counts and row numbers; recorded",
    "import_shapes": "machine: public outlines of areas",
    "rules": "machine: tests and loads rules, which hold no records",
    "keys": "machine: seals everything anew under the newest keys, prints counts",
    "person": "machine: a person's copy and erasure, on that person's request; recorded",
    "seed": "machine: invented records only",
    "serve": "machine: starts the server, which asks everybody who they are",
    "setup": "machine: first accounts of an empty installation",
    "text": "machine: trains from what was closed, prints figures and the card; recorded",
    "worker": "machine: background work, acts as the installation",
}
