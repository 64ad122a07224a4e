"""One call of a bot: its parameters, however they were sent, and its files."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from lab.simulator.errors import bad

ATTACHED = re.compile(r'attach://[^"\\]*')
"""A client invents a name for each attachment, anew in each request."""


@dataclass(frozen=True)
class Upload:
    """A file that came with a request."""

    filename: str
    content_type: str
    body: bytes


@dataclass(frozen=True)
class Call:
    """Parameters by name. Telegram takes each as a string or as JSON; the readers below accept both."""

    method: str
    params: Mapping[str, Any]
    uploads: Mapping[str, Upload] = field(default_factory=dict)

    def text(self, name: str) -> str:
        value = self.params.get(name)
        if value is None:
            return ""
        return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)

    def number(self, name: str, *, default: int = 0) -> int:
        """An integer; what is not one counts as `default`, as Telegram does."""
        try:
            return int(self.params.get(name, default))
        except (TypeError, ValueError):
            return default

    def real(self, name: str) -> float | None:
        """A number with a fraction; None when absent or none."""
        try:
            return float(self.params[name])
        except (KeyError, TypeError, ValueError):
            return None

    def flag(self, name: str) -> bool:
        return str(self.params.get(name, "")).lower() in ("true", "yes", "1")

    def structure(self, name: str) -> Any:
        """A JSON value, or None when absent; Refused when it is not JSON."""
        value = self.params.get(name)
        if not isinstance(value, str):
            return value
        if not value.strip():
            return None
        try:
            return json.loads(value)
        except ValueError as error:
            raise bad(f"can't parse {name.replace('_', ' ')} JSON object") from error

    def upload(self, name: str) -> Upload | None:
        """The file sent under `name` or attached as `attach://KEY`."""
        value = self.params.get(name)
        if isinstance(value, str) and value.startswith("attach://"):
            return self.uploads.get(value.removeprefix("attach://"))
        return self.uploads.get(name)

    def chat_id(self) -> int | None:
        try:
            return int(self.params.get("chat_id", ""))
        except (TypeError, ValueError):
            return None

    def digest(self) -> str:
        """16 hexadecimal characters that stand for the whole content; equal calls have equal digests."""
        content = dict(self.params)
        for name, value in self.params.items():
            if isinstance(value, str) and "attach://" in value:
                content[name] = ATTACHED.sub("attached", value)
        files = sorted(hashlib.sha256(upload.body).hexdigest() for upload in self.uploads.values())
        words = json.dumps([self.method.lower(), content, files], sort_keys=True, ensure_ascii=False, default=str)
        return hashlib.sha256(words.encode()).hexdigest()[:16]


async def read_form(request: web.Request) -> tuple[dict[str, Any], dict[str, Upload]]:
    """Fields and files of a form or multipart body."""
    fields: dict[str, Any] = {}
    uploads: dict[str, Upload] = {}
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            key = f"{name}{len(uploads)}" if name in uploads else name
            uploads[key] = Upload(value.filename, value.content_type, value.file.read())
            value.file.close()
        else:
            fields[name] = value if isinstance(value, str) else bytes(value).decode("utf-8", "replace")
    return fields, uploads


async def read_call(request: web.Request) -> Call:
    """The call in a request: query string, JSON, form or multipart. Refused when a JSON body is not an object."""
    method = request.match_info["method"]
    params: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        body = await request.text()
        try:
            content = json.loads(body) if body.strip() else {}
        except ValueError as error:
            raise bad("can't parse JSON object") from error
        if not isinstance(content, dict):
            raise bad("JSON object expected as the request body")
        return Call(method, params | content)
    fields, uploads = await read_form(request)
    return Call(method, params | fields, uploads)
