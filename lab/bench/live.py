"""From a keeper's message to the number on an open board: through the chat, the intake, the scan, the commit and the stream."""

import asyncio
import json
import os
import statistics
import sys
import time
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from lab.demo import ROOT, Demo, demo
from lab.simulator.remote import Remote, buttons

KEEPER = 1003
VILLAGE = "331102104218"
MOST = 15
WAIT_SECONDS = 20
APART_SECONDS = 1.0


async def measured() -> dict[str, Any]:
    """Seconds until the keeper is answered, and until an open board shows the new number; one scan a second."""
    async with demo("zh_CN") as opened, aiohttp.ClientSession() as session:
        people = Remote(session, opened.api)
        await at_the_door(people)
        texts = await not_inside(opened)
        jar = aiohttp.CookieJar(unsafe=True)
        async with aiohttp.ClientSession(opened.web, headers={"Origin": opened.web}, cookie_jar=jar) as browser:
            order = await entered(browser, opened)
            async with browser.get(f"/live/board/{order}") as stream:
                boards = numbers(stream)
                inside = (await anext(boards))["at_shelter"]
                lots = []
                for text in texts[:MOST]:
                    lots.append(await one(people, boards, text, inside=inside))
                    inside += 1
                    await asyncio.sleep(APART_SECONDS)
    answered, shown = ([lot[n] for lot in lots] for n in (0, 1))
    return {
        "scans": len(lots), "answer_median_seconds": middle(answered), "answer_longest_seconds": round(max(answered), 3),
        "board_median_seconds": middle(shown), "board_longest_seconds": round(max(shown), 3),
    }  # fmt: skip


async def one(people: Remote, boards: AsyncIterator[dict[str, int]], text: str, *, inside: int) -> tuple[float, float]:
    """One person let in: when the keeper was answered, when the board counted one more. TimeoutError after 20 seconds."""
    before = (await people.chat(KEEPER))["revision"]
    began = time.monotonic()
    await people.say(KEEPER, text)
    async with asyncio.timeout(WAIT_SECONDS):
        return await asyncio.gather(told(people, after=before, began=began), counted(boards, inside + 1, began=began))


async def told(people: Remote, *, after: int, began: float) -> float:
    while True:
        seen = await people.chat(KEEPER, after=after, timeout=5)
        if any(each["message"]["from"]["is_bot"] for each in seen["messages"]):
            return time.monotonic() - began


async def counted(boards: AsyncIterator[dict[str, int]], wanted: int, *, began: float) -> float:
    async for total in boards:
        if total["at_shelter"] >= wanted:
            return time.monotonic() - began
    raise RuntimeError("the stream ended")


async def at_the_door(people: Remote) -> None:
    """The keeper at the first shelter, ready to let people in."""
    await people.say(KEEPER, "/scan")
    asked = await people.wait_for(KEEPER, lambda message: any("避灾安置点" in button["text"] for button in buttons(message)), within=WAIT_SECONDS)
    chosen = next(button for button in buttons(asked) if "避灾安置点" in button["text"])
    await people.press(KEEPER, asked["message_id"], data=chosen["callback_data"])
    await people.wait_for(KEEPER, lambda message: "●" in json.dumps(message, ensure_ascii=False), within=WAIT_SECONDS)


async def not_inside(opened: Demo) -> list[str]:
    """The code texts of everybody on the list who was not scanned into a shelter yet."""
    rows = [json.loads(line) for line in (await command(opened, "export", "events", "--jsonl", "-")).splitlines()]
    members = {row["id"]: row["person"] for row in rows if row["type"] == "member" and not row["walk_in"]}
    inside = {members.get(row["member"]) for row in rows if row["type"] == "event" and row["kind"] == "at_shelter"}
    cards = [json.loads(line) for line in (await command(opened, "codes", "list", "--area", VILLAGE, "--json")).splitlines()]
    return [card["text"] for card in cards if card["holder"] in members.values() and card["holder"] not in inside]


async def command(opened: Demo, *words: str) -> str:
    """What a command of the demo's office says on stdout."""
    settings = {"MASHANG_DATA_DIR": str(opened.folder / "var" / "demo"), "MASHANG_ISSUER": "DM", "MASHANG_PUBLIC_URL": opened.web}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "app", *words, env={**os.environ, **settings, "PYTHONPATH": str(ROOT)}, stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    if process.returncode != 0:
        raise RuntimeError(f"mashang {' '.join(words)} ended with {process.returncode}")
    return out.decode()


async def entered(browser: aiohttp.ClientSession, opened: Demo) -> str:
    """Signed in through the one-time link; the order's id."""
    async with browser.post(urlsplit(opened.board).path) as answer:
        answer.raise_for_status()
        return answer.url.path.rsplit("/", 1)[-1]


async def numbers(stream: aiohttp.ClientResponse) -> AsyncIterator[dict[str, int]]:
    """The sums of each event of the live board."""
    kind = ""
    async for raw in stream.content:
        line = raw.decode().rstrip("\n")
        if line.startswith("event: "):
            kind = line.removeprefix("event: ")
        elif line.startswith("data: ") and kind == "board":
            yield json.loads(line.removeprefix("data: "))["total"]


def middle(values: list[float]) -> float:
    return round(statistics.median(values), 3)
