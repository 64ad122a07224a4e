"""Alarms about the house itself: what it means for people, and what to do. For whoever is in charge, in plain words."""

from collections.abc import Mapping

from bot.factory import Surface
from bot.messenger import Composed
from bot.views.marks import framed
from domain.deliveries import Message
from domain.text import N_
from domain.watch import Trouble
from locales.catalogue import Catalogue
from locales.formats import Formats

ALARM = N_("🛠 <b>Alarm: {what}</b>, {time}")
OVER = N_("✅ <b>Alarm over: {what}</b>, {time}")
RESTART = N_("Ask whoever runs the server to read the log and restart the service. Nothing is lost by a restart.")

SAID: Mapping[Trouble, tuple[str, str, str]] = {
    Trouble.REDIS: (
        N_("the parts of this service do not hear each other"),
        N_("Redis does not answer. Everything goes on, a few seconds slower."),
        N_("Ask whoever runs the server to start Redis again."),
    ),
    Trouble.DISK: (
        N_("little room left on the server"),
        N_("Less than 500 MB are free. When the disk is full, nothing more can be recorded."),
        N_("Ask whoever runs the server to make room now: old logs and old backups, never the database or the keys."),
    ),
    Trouble.EVENT_LOOP: (
        N_("the service stood still"),
        N_("For more than 10 seconds nobody was answered. It goes on now."),
        N_("Note the time and tell whoever runs the server: the log says where it stood."),
    ),
    Trouble.PART: (
        N_("a part of the service is missing"),
        N_("No process serves it: {which}."),
        N_("Ask whoever runs the server to start it again."),
    ),
    Trouble.LOOP: (N_("a part of the service has stopped"), N_("Which part: {which}."), RESTART),
    Trouble.JOB: (N_("a regular job is late"), N_("It has not succeeded for a while: {which}."), RESTART),
    Trouble.INTAKE: (
        N_("people in chat wait for an answer"),
        N_("For more than a minute. Messages that wait: {count}. Calls for help may be among them: keep the duty phone free."),
        RESTART,
    ),
    Trouble.PARKED: (
        N_("messages could not be taken in"),
        N_("Messages: {count}. Each sender was told a reference number; what they wanted to say did not arrive."),
        N_("Ask whoever runs the server who they are (runbook: parked updates), and call them."),
    ),
    Trouble.AUDIT: (
        N_("the record is not being sealed"),
        N_("What officials do is recorded, but for more than a minute it has not been protected against later changes."),
        RESTART,
    ),
    Trouble.UPDATES: (
        N_("nothing that people write arrives"),
        N_("Telegram cannot hand it over to our address and holds it back."),
        N_("Keep the duty phone free. Ask whoever runs the server whether our address opens from outside (certificate, firewall, proxy)."),
    ),
    Trouble.WEBHOOK: (
        N_("what people wrote went elsewhere"),
        N_("Telegram handed it to another address than ours. Our address has been set again."),
        N_("If this comes again, somebody else is using the bot’s token: get a new one from @BotFather."),
    ),
}  # fmt: skip


def told(message: Message, catalogue: Catalogue, surface: Surface) -> Composed:
    """The alarm and what to do, or that it is over. What cannot be told through deliveries has no words here and is never sent."""
    fields, time = message.fields, Formats(catalogue, surface.zone).day_time(message.made_at)
    what, meaning, to_do = SAID[Trouble(fields["trouble"])]
    if fields["over"]:
        lines = [catalogue.say(OVER, what=catalogue.say(what), time=time)]
    else:
        said = catalogue.say_html(meaning, which=fields["which"], count=fields["count"])
        lines = [catalogue.say(ALARM, what=catalogue.say(what), time=time), said, catalogue.say(to_do)]
    return Composed(framed("\n".join(lines), drill=message.drill, catalogue=catalogue))
