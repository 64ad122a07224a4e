"""What was sent as a file, in memory, by `file_id`; an id works only for the bot it was given to."""

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
FOLDERS = {"photo": "photos", "document": "documents", "video": "videos", "voice": "voice"}
PREFIXES = {"photo": "AgACAgU", "document": "BQACAgU", "video": "BAACAgU", "voice": "AwACAgU"}
ENDINGS = {"photo": ".jpg", "voice": ".oga"}


@dataclass(frozen=True)
class StoredFile:
    """One file as one bot knows it. `path` is what getFile answers; `size` may be stated without any bytes."""

    file_id: str
    unique_id: str
    bot_id: int
    kind: str
    path: str
    content_type: str
    body: bytes
    size: int
    about: Json = field(default_factory=dict)
    """What a message says of it besides ids and size: width and height, file name, type, duration."""

    def described(self) -> Json:
        """Telegram's PhotoSize, Document, Video or Voice."""
        return {**self.about, "file_id": self.file_id, "file_unique_id": self.unique_id, "file_size": self.size}


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
        kept = []
        for picture in pictures:
            sides = {"width": picture.width, "height": picture.height}
            kept.append(self.add("photo", picture.body, content_type="image/jpeg", bot_id=bot_id, about=sides))
        for each in kept:
            self._photos[each.file_id] = kept
        return kept

    def add(self, kind: str, body: bytes, *, content_type: str, bot_id: int, about: Json, stated: int = 0) -> StoredFile:
        """Keep a file; `stated` is the size of one whose bytes are not there."""
        number = len(self._files) + 1
        stored = StoredFile(
            file_id=f"{PREFIXES[kind]}AAxk{bot_id:x}-{number:08x}",
            unique_id=f"AQAD{number:08x}",
            bot_id=bot_id,
            kind=kind,
            path=f"{FOLDERS[kind]}/file_{number}{ENDINGS.get(kind, '')}",
            content_type=content_type,
            body=body,
            size=stated or len(body),
            about=about,
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
