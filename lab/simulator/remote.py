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
    """Acts for the people of the simulator at `url`; `bot` picks one when it has several."""

    def __init__(self, session: aiohttp.ClientSession, url: str, *, bot: int | None = None) -> None:
        self._session = session
        self._url = url
        self._query = {} if bot is None else {"bot": str(bot)}

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

    async def say(self, user_id: int, text: str) -> Json:
        return await self.act(user_id, "text", text=text)

    async def start(self, user_id: int, payload: str = "") -> Json:
        return await self.act(user_id, "start", payload=payload)

    async def press(self, user_id: int, message_id: int, **which: Any) -> Json:
        """`row` and `col`, or `data`."""
        return await self.act(user_id, "press", message_id=message_id, **which)

    async def photos(self, user_id: int, pictures: Sequence[bytes], *, caption: str = "") -> Json:
        form = aiohttp.FormData({"caption": caption})
        for number, picture in enumerate(pictures):
            form.add_field(f"photo{number}", picture, filename=f"{number}.jpg", content_type="image/jpeg")
        sent: Json = await self.ask("POST", f"/users/{user_id}/photos", data=form)
        return sent

    async def document(self, user_id: int, body: bytes, *, filename: str, caption: str = "") -> Json:
        form = aiohttp.FormData({"caption": caption})
        form.add_field("document", body, filename=filename)
        sent: Json = await self.ask("POST", f"/users/{user_id}/document", data=form)
        return sent

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

    async def replay(self, update_id: int) -> None:
        await self.ask("POST", "/replay", json={"update_id": update_id})


def buttons(message: Mapping[str, Any]) -> list[Json]:
    """The inline buttons of a message, row by row."""
    rows: list[list[Json]] = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button for row in rows for button in row]
