"""The lab from outside: a thin client of `/lab/…` for stories and tests, which may live in another process."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import aiohttp

Json = dict[str, Any]


class NotDone(Exception):
    """The lab said that a person cannot do this; `reason` and HTTP `status` are its words."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(f"{status}: {reason}")
        self.status = status
        self.reason = reason


class Remote:
    """Acts for the people of the simulator at `url`; `bot` picks one when it has several.

    With `group` all that people do and see happens in that group.
    """

    def __init__(
        self, session: aiohttp.ClientSession, url: str, *, bot: int | None = None, group: int | None = None
    ) -> None:
        self._session = session
        self._url = url
        self._bot = bot
        asked = {"bot": bot, "group": group}
        self._query = {name: str(value) for name, value in asked.items() if value is not None}

    def inside(self, group: int) -> "Remote":
        """The same lab, but people act and look in this group instead of in their private chats."""
        return Remote(self._session, self._url, bot=self._bot, group=group)

    async def ask(self, method: str, path: str, **more: Any) -> Any:
        """The JSON answer of `/lab<path>`; NotDone when it is a refusal."""
        params = self._query | {key: str(value) for key, value in more.pop("params", {}).items()}
        async with self._session.request(method, f"{self._url}/lab{path}", params=params, **more) as answer:
            body = await answer.json()
            if answer.status >= 400:
                raise NotDone(answer.status, body.get("error", ""))
            return body

    async def create(self, **about: Any) -> int:
        """A new person's id; `about`: id, first_name, last_name, username, language_code, phone, role."""
        return int((await self.ask("POST", "/users", json=about))["id"])

    async def act(self, user_id: int, verb: str, /, **about: Any) -> Json:
        """`verb` is the last part of a path under `/lab/users/ID/`; `about` is its body."""
        done: Json = await self.ask("POST", f"/users/{user_id}/{verb}", json=about)
        return done

    async def say(self, user_id: int, text: str, *, reply_to: int = 0) -> Json:
        """`reply_to` is the message that is answered."""
        return await self.act(user_id, "text", text=text, reply_to=reply_to)

    async def start(self, user_id: int, payload: str = "") -> Json:
        return await self.act(user_id, "start", payload=payload)

    async def press(self, user_id: int, message_id: int, **which: Any) -> Json:
        """`row` and `col`, or `data`."""
        return await self.act(user_id, "press", message_id=message_id, **which)

    async def photos(self, user_id: int, pictures: Sequence[bytes], *, caption: str = "", reply_to: int = 0) -> Json:
        """One photo, or an album of up to ten: `messages` holds the ids of each, and the first ones' stand on top too."""
        form = aiohttp.FormData({"caption": caption, "reply_to": str(reply_to)})
        for number, picture in enumerate(pictures):
            form.add_field(f"photo{number}", picture, filename=f"{number}.jpg", content_type="image/jpeg")
        sent: Json = await self.ask("POST", f"/users/{user_id}/photos", data=form)
        return sent

    async def document(
        self, user_id: int, body: bytes, *, filename: str, caption: str = "", mime_type: str = "", kind: str = "document", **about: int
    ) -> Json:
        """A file as it is. `kind`: document, video or voice; `about`: duration, width, height, in whole numbers."""
        fields = {"caption": caption, "mime_type": mime_type} | {name: str(value) for name, value in about.items()}
        form = aiohttp.FormData(fields, quote_fields=False)
        form.add_field(kind, body, filename=filename)
        sent: Json = await self.ask("POST", f"/users/{user_id}/{kind}", data=form)
        return sent

    async def pretend(self, user_id: int, *, filename: str, size: int, kind: str = "document", **about: Any) -> Json:
        """A file of `size` bytes that are not there; `about`: mime_type, caption, duration, width, height."""
        return await self.act(user_id, kind, file_name=filename, file_size=size, **about)

    async def place(self, user_id: int, latitude: float, longitude: float, **about: float) -> Json:
        """A pin; `about`: horizontal_accuracy in metres, live_period in seconds, heading in degrees."""
        return await self.act(user_id, "location", latitude=latitude, longitude=longitude, **about)

    async def move(self, user_id: int, message_id: int, latitude: float, longitude: float) -> Json:
        """The next point of a live location."""
        return await self.act(user_id, "move", message_id=message_id, latitude=latitude, longitude=longitude)

    async def card(self, user_id: int, **about: Any) -> Json:
        """The own contact card, or with phone_number, first_name and user_id (None for nobody's) another."""
        return await self.act(user_id, "contact", **about)

    async def block(self, user_id: int) -> Json:
        return await self.act(user_id, "block")

    async def unblock(self, user_id: int) -> Json:
        return await self.act(user_id, "unblock")

    async def deactivate(self, user_id: int) -> Json:
        """Delete the account, for good."""
        return await self.act(user_id, "deactivate")

    async def found(self, title: str, *, owner: int, members: Sequence[int] = (), kind: str = "group", bot: bool = False) -> int:
        """A new group's or supergroup's id, with or without the bot in it."""
        about = {"title": title, "owner": owner, "members": list(members), "kind": kind, "bot": bot}
        return int((await self.ask("POST", "/groups", json=about))["id"])

    async def group(self, group: int) -> Json:
        """title, kind, deleted, migrated_to, migrated_from, members (status by id), people."""
        about: Json = await self.ask("GET", f"/groups/{group}")
        return about

    async def change(self, group: int, verb: str, /, **about: Any) -> Json:
        """`verb` is the last part of a path under `/lab/groups/ID/`; without `by` the creator does it. → {group, updates}"""
        done: Json = await self.ask("POST", f"/groups/{group}/{verb}", json=about)
        return done

    async def add_bot(self, group: int, *, by: int, payload: str = "", admin: bool = False) -> Json:
        """Through the list of members, or with `payload` through a startgroup link, which also says /start@bot PAYLOAD."""
        return await self.change(group, "add", by=by, payload=payload, admin=admin)

    async def remove_bot(self, group: int, *, by: int) -> Json:
        return await self.change(group, "remove", by=by)

    async def migrate(self, group: int, *, by: int) -> int:
        """The id of the supergroup that the group has become."""
        return int((await self.change(group, "migrate", by=by))["id"])

    async def chat(self, user_id: int, *, after: int = 0, timeout: int = 0) -> Json:
        """What changed in the chat later than revision `after`, and its state."""
        seen: Json = await self.ask("GET", f"/users/{user_id}/messages", params={"after": after, "timeout": timeout})
        return seen

    async def wait_for(self, user_id: int, wanted: Callable[[Json], bool], *, within: int = 10) -> Json:
        """The first message of the bot that is `wanted`, old or new; TimeoutError after about `within` seconds."""
        after = 0
        for _ in range(within):
            seen = await self.chat(user_id, after=after, timeout=1)
            for each in seen["messages"]:
                message: Json = each["message"]
                if message["from"]["is_bot"] and wanted(message):
                    return message
            after = seen["revision"]
        raise TimeoutError(f"the bot did not say it to {user_id} within {within} s")

    async def picture(self, file_id: str) -> bytes:
        async with self._session.get(f"{self._url}/lab/files/{file_id}") as answer:
            answer.raise_for_status()
            return await answer.read()

    async def scan(self, file_id: str) -> list[Json]:
        """What a camera reads in a picture of any chat: `{text, bot, start, page}` each."""
        found: list[Json] = (await self.ask("POST", "/scan", json={"file_id": file_id}))["readings"]
        return found

    async def log(self) -> Json:
        """The answer of `/lab/log`, as `lab.simulator.tally` reads it."""
        log: Json = await self.ask("GET", "/log")
        return log

    async def fault(self, **about: Any) -> None:
        """The fields of `lab.simulator.faults.Fault`."""
        await self.ask("POST", "/faults", json=about)

    async def limit(self, profile: str, *, seed: int = 0) -> None:
        """How fast bots may send from now on: none, strict, scoped or bursty (lab/simulator/throttle.py)."""
        await self.ask("POST", "/limits", json={"profile": profile, "seed": seed})

    async def rain(self, **about: Any) -> None:
        """The fields of `lab.simulator.sprinkle.Rain`; none of them ends it."""
        await self.ask("POST", "/rain", json=about)

    async def down(self, seconds: float, *, how: str = "cut") -> None:
        """No bot reaches Telegram for so long by the simulator's clock: connections break (cut), or answer 502 (error)."""
        await self.ask("POST", "/down", json={"seconds": seconds, "how": how})

    async def up(self) -> None:
        """End the outage now."""
        await self.ask("DELETE", "/down")

    async def replay(self, update_id: int) -> None:
        await self.ask("POST", "/replay", json={"update_id": update_id})


def buttons(message: Mapping[str, Any]) -> list[Json]:
    """The inline buttons of a message, row by row."""
    rows: list[list[Json]] = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button for row in rows for button in row]
