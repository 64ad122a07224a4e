"""Words to a second person: what was issued on a day that is over."""

from bot.factory import Surface
from bot.messenger import Composed
from bot.views.marks import called, framed
from domain.deliveries import Message
from domain.text import N_
from locales.catalogue import Catalogue
from services.code_days import CountLine

HEAD = N_("🪪 <b>Codes issued on {day}</b>: {count} by {issuers} officials.")
LINE = N_("{name}: {count}")
UNUSUAL = N_("⚠️ {name}: {count} — far more than on other days. Please ask why.")
WHERE = N_("All counts stand on the page: {link}")
MOST_LINES = 10


def composed(message: Message, lines: list[CountLine], catalogue: Catalogue, surface: Surface) -> Composed:
    day = lines[0].count.day if lines else ""
    said = [catalogue.say_html(HEAD, day=day, count=sum(line.count.total for line in lines), issuers=len(lines))]
    for number, line in enumerate(lines[:MOST_LINES], 1):
        name = called(line.name, detail=surface.chat_detail, catalogue=catalogue, number=number)
        said.append(catalogue.say_html(UNUSUAL if line.unusual else LINE, name=name, count=line.count.total))
    if surface.public_url is not None:
        said.append(catalogue.say_html(WHERE, link=f"{surface.public_url.rstrip('/')}/console/codes"))
    return Composed(framed("\n".join(said), drill=message.drill, catalogue=catalogue))
