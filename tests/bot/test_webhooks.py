"""What Telegram says of a webhook, from a Bot API server that tells the truth: where it pushes, what it holds back, and that its last try failed."""

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.webhooks import WebhookDesk
from domain.watch import Late, Trouble, Webhook, webhook_late
from lab.ports import free_port
from lab.simulator.remote import Remote
from lab.simulator.server import Simulator
from tests.bot.conftest import MEI
from tests.waiting import until

if TYPE_CHECKING:
    from aiogram import Bot


async def desk_of(bot: "Bot", url: str) -> WebhookDesk:
    async def set_again() -> None:
        await bot.set_webhook(url)

    return WebhookDesk(bot, url=url, set_again=set_again)


def late(webhook: Webhook | None, *, ours: str, quiet: timedelta, silence: timedelta = timedelta(minutes=15)) -> set[Late]:
    """As it is called when nothing has come for so long before the last try."""
    assert webhook is not None
    assert webhook.failed_at is not None
    return webhook_late(webhook, ours=ours, last_update=webhook.failed_at - timedelta(seconds=1), now=webhook.failed_at + quiet, silence=silence)


async def test_updates_that_cannot_be_pushed_are_an_alarm(bot: "Bot", lab: Remote) -> None:
    closed = f"http://127.0.0.1:{free_port()}/telegram/1"
    desk = await desk_of(bot, closed)
    assert await desk.mend()
    await lab.say(MEI, "水进屋了")

    async def failed() -> Webhook | None:
        said = await desk.ask()
        return said if said is not None and said.failed_at is not None else None

    webhook = await until(failed)
    assert webhook is not None
    assert (webhook.url, webhook.pending) == (closed, 1)
    assert late(webhook, ours=closed, quiet=timedelta(minutes=3)) == {Late(Trouble.UPDATES)}
    assert late(webhook, ours=closed, quiet=timedelta(seconds=30)) == set()


async def test_a_webhook_that_is_gone_or_elsewhere_is_set_again(bot: "Bot") -> None:
    ours, other = (f"http://127.0.0.1:{free_port()}/telegram/{number}" for number in (1, 2))
    desk = await desk_of(bot, ours)
    assert await desk.ask() == Webhook("", 0)
    await bot.set_webhook(other)
    said = await desk.ask()
    assert said is not None
    assert said.url == other
    assert await desk.mend()
    assert await desk.ask() == Webhook(ours, 0)


async def test_while_telegram_does_not_answer_nothing_is_said_of_the_webhook(bot: "Bot", simulator: Simulator) -> None:
    desk = await desk_of(bot, "http://127.0.0.1:1/")
    await simulator.stop()
    assert await desk.ask() is None
    assert not await desk.mend()
