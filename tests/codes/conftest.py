"""Keys of an invented office, made once for all tests of the format."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from codes.keyring import Keyring, generate
from codes.payload import Kind, Payload
from codes.token import code_text, seal

NOW = datetime(2026, 7, 25, 2, 0, tzinfo=UTC)
ENDS = datetime(2029, 7, 24, 2, 0, tzinfo=UTC)
URL = "https://ls.example.org"
HOSTS = ("HTTPS://LS.EXAMPLE.ORG",)


@dataclass(frozen=True)
class Office:
    """A folder with keys, and what was loaded from it."""

    folder: Path
    root_key: Path
    keys: Keyring

    def text(self, kind: Kind = Kind.PERSON, cti: bytes = b"0123456789", *, url: str = URL, scope: int = 0) -> str:
        of = Payload(kind=kind, cti=cti, issuer="LS", issued_at=NOW, expires_at=ENDS, scope=scope)
        return code_text(url, seal(of, key=self.keys.signing_key(kind, NOW)))


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    folder = tmp_path_factory.mktemp("office")
    generate(folder / "keys", issuer="LS", now=NOW, root_key=folder / "safe" / "root-key.pem")
    return Office(folder / "keys", folder / "safe" / "root-key.pem", Keyring.load(folder / "keys"))
