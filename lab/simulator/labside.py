"""The people's entrance: `/lab/users/…`. Bodies and answers are JSON, but for pictures, which come as multipart."""

from typing import Any

from aiohttp import web

from lab.simulator.bodies import Body, whole
from lab.simulator.calls import read_form
from lab.simulator.chats import Person
from lab.simulator.errors import Impossible
from lab.simulator.people import Seat
from lab.simulator.views import chat_view
from lab.simulator.world import World

Json = dict[str, Any]


class LabSide:
    """What persons do and see. Each act answers with the ids of the message and the update it became."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[web.RouteDef]:
        user = r"/lab/users/{user_id:-?\d+}"
        return [
            web.post("/lab/users", self.create),
            web.get("/lab/users", self.people),
            web.post(f"{user}/text", self.text),
            web.post(f"{user}/start", self.start),
            web.post(f"{user}/press", self.press),
            web.post(f"{user}/contact", self.contact),
            web.post(f"{user}/location", self.location),
            web.post(f"{user}/photos", self.photos),
            web.post(f"{user}/document", self.document),
            web.post(f"{user}/block", self.block),
            web.post(f"{user}/unblock", self.unblock),
            web.post(f"{user}/read", self.read),
            web.get(f"{user}/messages", self.messages),
        ]

    def _seat(self, request: web.Request) -> Seat:
        person = self._world.chats.people.get(int(request.match_info["user_id"]))
        if person is None:
            raise Impossible(404, "no such person")
        bot = request.query.get("bot")
        return Seat(self._world, self._world.account(whole(bot, "bot") if bot else None), person)

    async def create(self, request: web.Request) -> web.Response:
        body = await Body.of(request)
        user_id = body.whole("id", default=0) or self._world.chats.next_user_id()
        if user_id in self._world.chats.people:
            raise Impossible(409, "there is a person with that id")
        person = Person(
            id=user_id,
            first_name=body.text("first_name", default="") or f"User {user_id}",
            last_name=body.text("last_name", default=""),
            username=body.text("username", default=""),
            language_code=body.text("language_code", default=""),
            phone=body.text("phone", default=""),
            role=body.text("role", default=""),
            role_label=body.text("role_label", default=""),
        )
        self._world.chats.people[user_id] = person
        return web.json_response(person.user(), status=201)

    async def people(self, request: web.Request) -> web.Response:
        return web.json_response([person.user() for person in self._world.chats.people.values()])

    async def text(self, request: web.Request) -> web.Response:
        body = await Body.of(request)
        return web.json_response(self._seat(request).say(body.text("text")))

    async def start(self, request: web.Request) -> web.Response:
        body = await Body.of(request)
        return web.json_response(self._seat(request).start(body.text("payload", default="")))

    async def press(self, request: web.Request) -> web.Response:
        """The button at {row, col}, or the one with {data}."""
        body = await Body.of(request)
        seat, number = self._seat(request), body.whole("message_id")
        data = body.text("data", default="") or None
        place = (body.whole("row", default=0), body.whole("col", default=0))
        button = seat.button(number, row=place[0], column=place[1], data=data)
        return web.json_response(seat.press(number, button=button))

    async def contact(self, request: web.Request) -> web.Response:
        """The own card, or with {phone_number, first_name, user_id} any other; `user_id` null is a card without one."""
        body = await Body.of(request)
        named = {key: value for key, value in body.values.items() if key in ("phone_number", "first_name", "user_id")}
        return web.json_response(self._seat(request).share_contact(named))

    async def location(self, request: web.Request) -> web.Response:
        body = await Body.of(request)
        place: Json = {"latitude": body.real("latitude"), "longitude": body.real("longitude")}
        if "horizontal_accuracy" in body.values:
            place["horizontal_accuracy"] = body.real("horizontal_accuracy")
        return web.json_response(self._seat(request).share_place(place))

    async def photos(self, request: web.Request) -> web.Response:
        """Multipart: one to ten files and a `caption`; several are an album."""
        fields, uploads = await read_form(request)
        sent = await self._seat(request).send_photos(list(uploads.values()), caption=fields.get("caption", ""))
        return web.json_response({"messages": sent, **sent[0]})

    async def document(self, request: web.Request) -> web.Response:
        """Multipart: one file, sent as it is, and a `caption`."""
        fields, uploads = await read_form(request)
        if len(uploads) != 1:
            raise Impossible(400, "one file")
        [upload] = uploads.values()
        return web.json_response(self._seat(request).send_document(upload, caption=fields.get("caption", "")))

    async def block(self, request: web.Request) -> web.Response:
        return web.json_response(self._seat(request).block(True))

    async def unblock(self, request: web.Request) -> web.Response:
        return web.json_response(self._seat(request).block(False))

    async def read(self, request: web.Request) -> web.Response:
        """The person has seen everything up to {message_id}."""
        chat, number = self._seat(request).chat, (await Body.of(request)).whole("message_id")
        if number > chat.read_up_to:
            chat.read_up_to = number
            self._world.chats.touch(chat)
        return web.json_response({"unread": chat.unread()})

    async def messages(self, request: web.Request) -> web.Response:
        """The chat as the person sees it: what changed later than revision `after`; waits up to `timeout` seconds."""
        seat = self._seat(request)
        after = whole(request.query.get("after", "0"), "after")
        timeout = whole(request.query.get("timeout", "0"), "timeout")
        await self._world.wait(lambda: seat.chat.revision > after, seconds=timeout)
        return web.json_response(chat_view(self._world, seat, after=after))
