"""Photos at rest: sealed, whole, and only under their own name."""

import hashlib
from pathlib import Path
from uuid import UUID

import pytest

from domain.reports import PhotoUnknown
from storage.media import MediaFiles
from storage.sealing import SealBroken, Sealing

ONE, OTHER = UUID(int=0xABCD), UUID(int=0xABCE)
BODY = b"\xff\xd8\xff\xe0 a photo of a bridge" * 100


def files_in(folder: Path) -> MediaFiles:
    count = iter(range(1, 1000))
    return MediaFiles(folder, Sealing({1: bytes(32)}, index_key=bytes(32), random_bytes=lambda size: next(count).to_bytes(size, "big")))


def kept_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


async def test_a_photo_comes_back_as_it_was_put_and_lies_sealed(tmp_path: Path) -> None:
    files = files_in(tmp_path / "media")
    digest = await files.put(ONE, BODY)
    assert await files.get(ONE) == BODY
    (path,) = kept_in(tmp_path)
    stored = path.read_bytes()
    assert digest == hashlib.sha256(stored).digest()
    assert b"bridge" not in stored and b"\xff\xd8\xff" not in stored
    assert path.parent.stat().st_mode & 0o077 == 0


async def test_a_photo_put_again_replaces_itself_and_one_that_was_dropped_is_gone(tmp_path: Path) -> None:
    files = files_in(tmp_path)
    await files.put(ONE, BODY)
    await files.put(ONE, BODY)
    assert len(kept_in(tmp_path)) == 1
    await files.drop([ONE])
    await files.drop([ONE])
    with pytest.raises(PhotoUnknown):
        await files.get(ONE)


async def test_a_file_that_was_changed_or_moved_does_not_open(tmp_path: Path) -> None:
    files = files_in(tmp_path)
    await files.put(ONE, BODY)
    await files.put(OTHER, BODY)
    one, other = sorted(kept_in(tmp_path), key=lambda path: path.name)
    other.write_bytes(one.read_bytes())
    with pytest.raises(SealBroken):
        await files.get(OTHER)
    one.write_bytes(one.read_bytes()[:-1] + b"\0")
    with pytest.raises(SealBroken):
        await files.get(ONE)
