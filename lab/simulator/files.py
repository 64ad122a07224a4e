"""The pictures and documents that were sent, in memory, by `file_id`; an id works only for the bot it was given to."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class StoredFile:
    """One file as one bot knows it. `path` is what getFile answers; `width` and `height` are 0 for documents."""

    file_id: str
    unique_id: str
    bot_id: int
    path: str
    content_type: str
    body: bytes
    width: int = 0
    height: int = 0

    def size(self) -> dict[str, Any]:
        """Telegram's PhotoSize."""
        return {
            "file_id": self.file_id,
            "file_unique_id": self.unique_id,
            "width": self.width,
            "height": self.height,
            "file_size": len(self.body),
        }


@dataclass(frozen=True)
class Picture:
    """An encoded picture before it has an id."""

    body: bytes
    width: int
    height: int


class Files:
    """Every file of the world; ids come from a counter, so a second run gives the same ones."""

    def __init__(self) -> None:
        self._files: dict[str, StoredFile] = {}
        self._paths: dict[tuple[int, str], StoredFile] = {}
        self._photos: dict[str, list[StoredFile]] = {}

    def add_photo(self, pictures: list[Picture], *, bot_id: int) -> list[StoredFile]:
        """Keep the sizes of one photo, smallest first; any of their ids stands for the whole photo."""
        kept = [self._add("photos", picture, bot_id=bot_id) for picture in pictures]
        for each in kept:
            self._photos[each.file_id] = kept
        return kept

    def add_document(self, body: bytes, *, content_type: str, bot_id: int) -> StoredFile:
        return self._add("documents", Picture(body, 0, 0), bot_id=bot_id, content_type=content_type)

    def _add(self, folder: str, picture: Picture, *, bot_id: int, content_type: str = "image/jpeg") -> StoredFile:
        number = len(self._files) + 1
        prefix, ending = ("AgACAgU", ".jpg") if folder == "photos" else ("BQACAgU", "")
        stored = StoredFile(
            file_id=f"{prefix}AAxk{bot_id:x}-{number:08x}",
            unique_id=f"AQAD{number:08x}",
            bot_id=bot_id,
            path=f"{folder}/file_{number}{ending}",
            content_type=content_type,
            body=picture.body,
            width=picture.width,
            height=picture.height,
        )
        self._files[stored.file_id] = stored
        self._paths[bot_id, stored.path] = stored
        return stored

    def find(self, file_id: str) -> StoredFile | None:
        return self._files.get(file_id)

    def of_bot(self, file_id: str, *, bot_id: int) -> StoredFile | None:
        """The file, unless another bot's id was used."""
        stored = self._files.get(file_id)
        return stored if stored is not None and stored.bot_id == bot_id else None

    def photo(self, file_id: str, *, bot_id: int) -> list[StoredFile] | None:
        """All sizes of the photo that `file_id` belongs to."""
        return None if self.of_bot(file_id, bot_id=bot_id) is None else self._photos.get(file_id)

    def at(self, path: str, *, bot_id: int) -> StoredFile | None:
        return self._paths.get((bot_id, path))
