"""The audit log 审计: append-only; rows are chained by hash a moment later, so that an edit or a gap is seen."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

START = bytes(32)


@dataclass(frozen=True, slots=True)
class AuditRow:
    """Who did what to which thing, when, through which entrance. `facts` hold ids, counts and codes, never personal data."""

    id: UUID
    at: datetime
    actor: UUID | None
    via: str
    action: str
    subject: str
    drill: bool = False
    facts: Mapping[str, str | int | bool | None] = field(default_factory=dict)
    seq: int = 0


def linked(before: bytes, row: AuditRow) -> bytes:
    """SHA-256 over the hash before and the row's canonical JSON (sorted keys, no spaces, microseconds UTC)."""
    said = {
        "action": row.action, "actor": str(row.actor or ""), "at": row.at.isoformat(timespec="microseconds"), "drill": row.drill,
        "facts": dict(row.facts), "id": str(row.id), "seq": row.seq, "subject": row.subject, "via": row.via,
    }  # fmt: skip
    return hashlib.sha256(before + json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()).digest()
