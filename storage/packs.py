"""The file of a backup: a ZIP with `manifest.json` at its end, which names for every member its size and SHA-256.

`manifest.mac` is a keyed digest over the manifest: only who holds the office's keys can make one, so that a backup that was changed, or
that belongs to another office, is told apart from ours before anything is restored.
"""

import hashlib
import hmac
import json
import os
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from domain.errors import Conflict, Invalid
from domain.text import N_

FORMAT = 1
MANIFEST, MAC = "manifest.json", "manifest.mac"
MEDIA, KEYS, TABLES = "media/", "keys/", "tables/"
NAMES = re.compile(r"tables/[a-z_]{1,60}\.jsonl|media/[0-9a-f]{2}/[0-9a-f]{32}\.sealed|keys/[A-Za-z0-9][A-Za-z0-9_.-]{0,80}")
LARGEST_MANIFEST = 256 * 1024 * 1024
COPIED = 1024 * 1024
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, LookupError, TypeError, ValueError, RuntimeError, OSError)
"""What reading a damaged file may raise, in whatever place the damage is."""
Digest = Callable[[bytes], bytes]


class BackupExists(Conflict):
    code = "backup_exists"
    text = N_("There is a file {file} already. A backup is never overwritten; choose another name.")


class BackupMissing(Invalid):
    code = "backup_missing"
    text = N_("There is no backup {file}.")


class BackupDamaged(Invalid):
    code = "backup_damaged"
    text = N_("This backup is damaged or cut off ({member} cannot be read). Nothing was changed. Use another one.")


class BackupChanged(Invalid):
    code = "backup_changed"
    text = N_("This backup was changed after it was made ({member}). Nothing was restored. Use another one.")


class BackupForeign(Conflict):
    code = "backup_foreign"
    text = N_("This backup belongs to another office or to other keys ({issuer}). Restore the keys that belong to it first.")


class BackupNewer(Conflict):
    code = "backup_newer"
    text = N_("This backup was made by a newer program (version {version}). Install that version first.")


@dataclass(frozen=True, slots=True)
class Member:
    """One file inside a backup."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class TableOf:
    """One table as it was: its columns with their kinds, and how many rows."""

    name: str
    member: str
    columns: list[tuple[str, str]]
    rows: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself."""

    kind: str
    issuer: str
    office: str
    revision: str
    made_at: str
    database: str
    tables: list[TableOf] = field(default_factory=list)
    photos: int = 0
    photos_missing: int = 0
    with_keys: bool = False
    members: list[Member] = field(default_factory=list)
    format: int = FORMAT

    @property
    def rows(self) -> int:
        return sum(each.rows for each in self.tables)


@dataclass(frozen=True, slots=True)
class Office:
    """Whose backup it is: the two characters, and how this office alone can sign (HMAC with a key of its own)."""

    issuer: str
    digest: Digest

    @property
    def mark(self) -> str:
        """Tells offices apart, and sets of keys."""
        return self.digest(b"backup office").hex()[:16]

    def mac(self, manifest: bytes) -> str:
        return self.digest(b"backup manifest|" + manifest).hex()


class Pack:
    """A ZIP that is being written: every member is counted and hashed as it goes by."""

    def __init__(self, archive: zipfile.ZipFile, *, at: datetime) -> None:
        self.members: list[Member] = []
        self._archive = archive
        self._at = at.timetuple()[:6]

    def put(self, name: str, parts: Iterator[bytes], *, packed: bool) -> None:
        with self.open(name, packed=packed) as write:
            for part in parts:
                write(part)

    def open(self, name: str, *, packed: bool) -> "Writing":
        info = zipfile.ZipInfo(name, self._at)
        info.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
        info.external_attr = 0o600 << 16
        return Writing(self, self._archive, info)


class Writing:
    """One member while it is written."""

    def __init__(self, pack: Pack, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> None:
        self._pack = pack
        self._name = info.filename
        self._file = archive.open(info, "w", force_zip64=True)
        self._hash = hashlib.sha256()
        self._size = 0

    def __enter__(self) -> Callable[[bytes], None]:
        return self._write

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._file.close()
        if kind is None:
            self._pack.members.append(Member(self._name, self._size, self._hash.hexdigest()))

    def _write(self, part: bytes) -> None:
        self._file.write(part)
        self._hash.update(part)
        self._size += len(part)


@contextmanager
def new_pack(target: Path, *, now: datetime) -> Iterator[Pack]:
    """A new file, readable by its owner alone; whole and durable at the end, or not there. BackupExists: none is overwritten."""
    if target.exists():
        raise BackupExists(file=target.name)
    beside = target.with_name(target.name + ".part")
    try:
        with os.fdopen(os.open(beside, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "w+b") as file:
            with zipfile.ZipFile(file, "w", compresslevel=1, allowZip64=True) as archive:
                yield Pack(archive, at=now)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)


def seal(pack: Pack, manifest: Manifest, office: Office) -> None:
    """The last two members."""
    told = json.dumps(asdict(manifest), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    pack.put(MANIFEST, iter([told]), packed=True)
    pack.put(MAC, iter([office.mac(told).encode()]), packed=False)


class Opened:
    """A backup that was looked into: its manifest can be read, and says that this program knows the format."""

    def __init__(self, archive: zipfile.ZipFile, manifest: Manifest, said: bytes, mac: str) -> None:
        self.manifest = manifest
        self._archive = archive
        self._said = said
        self._mac = mac

    def must_be_of(self, office: Office) -> None:
        """Refuses what another office made, or another set of keys; and what was changed after it was made."""
        if self.manifest.office != office.mark or self.manifest.issuer != office.issuer:
            raise BackupForeign(issuer=self.manifest.issuer[:2])
        if not hmac.compare_digest(office.mac(self._said), self._mac):
            raise BackupChanged(member=MANIFEST)

    def check(self) -> None:
        """Read every byte: each member must be there, whole and unchanged, and nothing else may be."""
        known = {member.name: member for member in self.manifest.members}
        here = [info.filename for info in self._archive.infolist()]
        strange = sorted((set(here) ^ ({*known} | {MANIFEST, MAC})) | {name for name in known if not NAMES.fullmatch(name)})
        if strange or len(here) != len(set(here)):
            raise BackupChanged(member=(strange or here)[0][:80])
        for member in self.manifest.members:
            digest, size = hashlib.sha256(), 0
            for part in self.parts(member.name):
                digest.update(part)
                size += len(part)
            if (size, digest.hexdigest()) != (member.size, member.sha256):
                raise BackupChanged(member=member.name)

    def parts(self, name: str) -> Iterator[bytes]:
        """A member, bit by bit."""
        try:
            with self._archive.open(name) as file:
                while part := file.read(COPIED):
                    yield part
        except BROKEN as broken:
            raise BackupDamaged(member=name[:80]) from broken

    def lines(self, name: str) -> Iterator[bytes]:
        """A member, line by line."""
        rest = b""
        for part in self.parts(name):
            *whole, rest = (rest + part).split(b"\n")
            yield from whole
        if rest:
            yield rest


@contextmanager
def opened(source: Path) -> Iterator[Opened]:
    """Look into a backup. Refuses what is none, is cut off, or has a format that this program does not know."""
    if not source.is_file():
        raise BackupMissing(file=source.name)
    try:
        archive = zipfile.ZipFile(source)
    except BROKEN as broken:
        raise BackupDamaged(member=source.name[:80]) from broken
    with archive:
        try:
            if archive.getinfo(MANIFEST).file_size > LARGEST_MANIFEST or archive.getinfo(MAC).file_size > 1000:
                raise BackupDamaged(member=MANIFEST)
            said, mac = archive.read(MANIFEST), archive.read(MAC).decode("ascii")
            told = json.loads(said)
            if told["format"] != FORMAT:
                raise BackupNewer(version=str(told["format"])[:20])
            manifest = manifest_of(told)
        except BROKEN as broken:
            raise BackupDamaged(member=MANIFEST) from broken
        yield Opened(archive, manifest, said, mac)


def manifest_of(told: dict[str, Any]) -> Manifest:
    tables = [TableOf(each["name"], each["member"], [(name, kind) for name, kind in each["columns"]], each["rows"]) for each in told["tables"]]
    members = [Member(each["name"], each["size"], each["sha256"]) for each in told["members"]]
    return Manifest(**{**told, "tables": tables, "members": members})
