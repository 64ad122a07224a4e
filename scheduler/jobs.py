"""What is due: each job is one use case, and finishes what a person ordered or what the house promised."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from services.bundle import Services
from services.ports import Wakeups


@dataclass(frozen=True, slots=True)
class Job:
    """One thing to do again and again. `every` is in seconds."""

    name: str
    every: float
    run: Callable[[], Awaitable[object]]


def rings(wakeups: Wakeups) -> tuple[Job, ...]:
    """What every process does for itself, since a wake-up of another one may get lost."""

    async def ring() -> None:
        for topic in ("deliveries", "updates", "pauses"):
            wakeups.publish(topic)

    return (Job("look for what is due again", 1.0, ring),)


def jobs(services: Services) -> tuple[Job, ...]:
    """Every job of the house, with its interval. Two timetables beside each other do nothing twice: what a job does is a row with a key of its own."""
    return (
        Job("end what is good no more", 5.0, services.deliveries.expire),
        Job("release notices that are due", 1.0, services.notice_runs.release),
        Job("fill the copies of large notices", 1.0, services.notice_runs.fill),
        Job("say on which notices nobody decided", 5.0, services.notice_runs.lapse),
        Job("count the codes of each day that is over", 60.0, services.code_days.close),
        Job("chain the audit log", 1.0, services.audit.chain),
        Job("sign the list of revoked codes", 1.0, services.lists.keep_fresh),
        Job("fill the snapshots of large orders", 1.0, services.evacuations.fill),
        Job("forget files that nobody confirmed", 60.0, services.list_imports.sweep),
        Job("ask who is still on site, and end what nobody answered", 15.0, services.presence.look_after),
    )
