"""What an evening leaves in the log: no name, no number, no address and no word of anybody, also when parts of the house break."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.logs import Form, formatter, worth_a_line
from bot.polling import TOPIC
from scheduler.jobs import Job
from scheduler.timetable import Timetable
from services.figures import NoFigures
from services.reference import referring
from services.updates_in import received
from services.watch import Beats
from storage.engine import open_databases
from tests import cast
from tests.handlers.stage import BOT_ID, Phone, Stage
from tests.journeys.test_order_in_chat import goes_to_relatives, ordered, takes_in, ticks
from tests.waiting import until

ID_NUMBER = "332501195603230018"
TYPED = ("岳父家", "过路人", "女儿家", "桥断了两个人", "村口广场", "平乐村 1 号", "沿村道向东")


class Everything(logging.Handler):
    """Every line of every logger, in both forms, as `serve` writes them."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: dict[Form, logging.Formatter] = {"text": formatter("text"), "json": formatter("json", part="web")}
        self.lines: dict[Form, list[str]] = {"text": [], "json": []}
        self.addFilter(worth_a_line)

    def emit(self, record: logging.LogRecord) -> None:
        for form, made in self.forms.items():
            self.lines[form].append(made.format(record))


@pytest.fixture
def logged() -> Iterator[Everything]:
    handler, root = Everything(), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield handler
    root.setLevel(level)
    root.removeHandler(handler)


def personal() -> list[str]:
    people = [value for value in vars(cast).values() if isinstance(value, tuple) and len(value) == 2 and isinstance(value[0], str)]
    names = [name for name, _ in people]
    phones = [phone for _, phone in people if phone]
    assert len(names) > 8
    assert len(phones) > 6
    return [*names, *phones, *TYPED, ID_NUMBER]


async def an_evening(stage: Stage) -> None:
    officer, approver = await stage.phone_of(cast.OFFICER), await stage.phone_of(cast.APPROVER)
    warden, keeper, lin = await stage.phone_of(cast.WARDEN), await stage.phone_of(cast.KEEPER), await stage.phone_of(cast.LIN)
    await ordered(stage, officer, approver)
    await goes_to_relatives(stage, lin, await lin.hears("沿村道向东"))
    await keeper.hears("/scan")
    await takes_in(stage, keeper)
    await ticks(stage, warden)
    await out_of_reach(stage, lin)


async def out_of_reach(stage: Stage, phone: Phone) -> None:
    """An answer that Telegram does not take at first."""
    await stage.lab.fault(kind="error", method="sendMessage", times=6, chat_id=phone.user)
    await phone.says(f"/help 桥断了两个人, {cast.LIN[1]}, {ID_NUMBER}")
    await phone.hears("桥断了")


async def what_breaks(stage: Stage, folder: Path) -> None:
    """A task, a job, an update and a statement that fail, each with somebody's words in the error."""
    house, said = stage.town.house, f"{cast.LIN[0]} {cast.LIN[1]} {ID_NUMBER} 平乐村 1 号"

    async def fails() -> None:
        raise ValueError(said) from KeyError(said)

    with referring("W-0725-1"):
        house.nursery.spawn(fails(), name="a task that fails")
    timetable = Timetable([Job("a job that fails", 0.01, fails)], clock=house.clock, figures=NoFigures(), beats=Beats(house.clock))
    timetable.start()
    body = {"update_id": 77, "message": {"message_id": 1, "date": 1, "chat": {"id": 5, "type": "private"}, "text": {"no": said}}}
    await house.updates.receive(BOT_ID, [received(json.dumps(body).encode())])
    house.wakeups.publish(TOPIC)
    await until(lambda: house.updates.parked(BOT_ID))
    timetable.stop()
    async with open_databases(f"sqlite:///{folder / 'other.db'}") as databases:
        try:
            async with databases.write() as connection:
                await connection.execute(sa.text("INSERT INTO nowhere VALUES (:name)"), {"name": said})
        except Exception:
            logging.getLogger("mashang.test").exception("a statement failed")


async def test_an_evening_with_all_its_mishaps_leaves_nothing_personal_in_the_log(stage: Stage, logged: Everything, tmp_path: Path) -> None:
    await an_evening(stage)
    await what_breaks(stage, tmp_path)
    text = "\n".join(logged.lines["text"])
    for expected in ("a task that fails", "job faulted: a job that fails", "update 77 faulted, reference U77", "out of reach", "a statement failed"):
        assert expected in text, expected
    for lines in logged.lines.values():
        assert not [(word, line) for line in lines for word in personal() if word in line]


async def test_what_an_update_or_a_request_leads_to_carries_its_number_also_in_tasks(stage: Stage, logged: Everything, tmp_path: Path) -> None:
    await what_breaks(stage, tmp_path)
    said = [json.loads(line) for line in logged.lines["json"]]
    by_message = {line["message"].split(",")[0]: line["reference"] for line in said}
    assert by_message["job faulted: a job that fails"].startswith("J-")
    assert by_message["update 77 faulted"] == "U77"
    assert by_message["task a task that fails failed"] == "W-0725-1"
    assert all(line["at"].endswith("Z") and line["part"] == "web" for line in said)
