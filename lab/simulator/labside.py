"""The people's entrance: `/lab/users/…`. Bodies and answers are JSON, but for files, which come as multipart.

POST /lab/users                    {first_name, last_name, username, language_code, phone, role, id} → the person
GET  /lab/users
POST /lab/users/ID/text            {text, reply_to}
POST /lab/users/ID/start           {payload}
POST /lab/users/ID/press           {message_id, row, col} or {message_id, data}
POST /lab/users/ID/contact         {} the own card, or {phone_number, first_name, user_id}
POST /lab/users/ID/location        {latitude, longitude, horizontal_accuracy, live_period, heading}
POST /lab/users/ID/move            {message_id, latitude, longitude}: the next point of a live location
POST /lab/users/ID/photos          multipart: 1–10 files, `caption`, `reply_to`; several are an album
POST /lab/users/ID/document        multipart: one file and `caption`, `mime_type`; or JSON {file_name, mime_type, file_size,
                                   caption}: a file of a stated size without bytes. Likewise …/video and …/voice, with
                                   `duration`, `width`, `height`
POST /lab/users/ID/block           …/unblock, …/deactivate (for good)
POST /lab/users/ID/read            {message_id}
GET  /lab/users/ID/messages        ?after=REVISION&timeout=SECONDS

`?bot=ID` picks a bot when there are several; `?group=ID` makes it happen in a group. Each act answers with
{message_id, update_id}; `update_id` is null when the bot does not hear of it.
"""

from typing import Any

from aiohttp import web

from lab.simulator.bodies import Body, whole
from lab.simulator.calls import Upload, read_form
from lab.simulator.chats import Person
from lab.simulator.errors import Impossible
from lab.simulator.groups import Group
from lab.simulator.people import Seat
from lab.simulator.sharing import Given, move, send_file, send_photos, share_contact, share_place
from lab.simulator.views import chat_view
from lab.simulator.world import World

Json = dict[str, Any]
FILE_KINDS = ("document", "video", "voice")
MEASURES = ("duration", "width", "height")


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
            web.post(f"{user}/move", self.move),
            web.post(f"{user}/photos", self.photos),
            *(web.post(f"{user}/{{kind:{kind}}}", self.file) for kind in FILE_KINDS),
            web.post(f"{user}/block", self.block),
            web.post(f"{user}/unblock", self.unblock),
            web.post(f"{user}/deactivate", self.deactivate),
            web.post(f"{user}/read", self.read),
            web.get(f"{user}/messages", self.messages),
        ]

    def _seat(self, request: web.Request) -> Seat:
        person = self._world.chats.people.get(int(request.match_info["user_id"]))
        if person is None:
            raise Impossible(404, "no such person")
        bot = request.query.get("bot")
        account = self._world.account(whole(bot, "bot") if bot else None)
        return Seat(self._world, account, person, self._group(request))

    def _group(self, request: web.Request) -> Group | None:
        asked = request.query.get("group")
        if not asked:
            return None
        group = self._world.chats.groups.get(whole(asked, "group"))
        if group is None:
            raise Impossible(404, "no such group")
        return group

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
        return web.json_response(self._seat(request).say(body.text("text"), reply_to=body.whole("reply_to", default=0)))

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
        return web.json_response(share_contact(self._seat(request), named))

    async def location(self, request: web.Request) -> web.Response:
        body = await Body.of(request)
        place: Json = {"latitude": body.real("latitude"), "longitude": body.real("longitude")}
        if "horizontal_accuracy" in body.values:
            place["horizontal_accuracy"] = body.real("horizontal_accuracy")
        place |= {name: body.whole(name) for name in ("live_period", "heading") if body.values.get(name)}
        return web.json_response(share_place(self._seat(request), place))

    async def move(self, request: web.Request) -> web.Response:
        body = await Body.of(request)
        place = {"latitude": body.real("latitude"), "longitude": body.real("longitude")}
        return web.json_response(move(self._seat(request), body.whole("message_id"), place))

    async def photos(self, request: web.Request) -> web.Response:
        """Multipart: one to ten files and a `caption`; several are an album."""
        fields, uploads = await read_form(request)
        reply_to = whole(fields.get("reply_to") or 0, "reply_to")
        sent = await send_photos(
            self._seat(request), list(uploads.values()), caption=fields.get("caption", ""), reply_to=reply_to
        )
        return web.json_response({"messages": sent, **sent[0]})

    async def file(self, request: web.Request) -> web.Response:
        """Multipart: one file, sent as it is, and a `caption`; or JSON about a file that is not there."""
        if request.content_type == "application/json":
            body = await Body.of(request)
            fields, name = body.values, body.text("file_name", default="")
            upload = Upload(name, body.text("mime_type", default=""), b"")
        else:
            fields, uploads = await read_form(request)
            if len(uploads) != 1:
                raise Impossible(400, "one file")
            [came] = uploads.values()
            upload = Upload(came.filename, str(fields.get("mime_type", "")), came.body)
        kind = request.match_info["kind"]
        given = Given(
            kind,
            upload,
            stated=whole(fields.get("file_size") or 0, "file_size"),
            caption=str(fields.get("caption") or ""),
            about={name: whole(fields.get(name) or 0, name) for name in MEASURES[: {"document": 0, "voice": 1}.get(kind, 3)]},
        )
        return web.json_response(send_file(self._seat(request), given))

    async def block(self, request: web.Request) -> web.Response:
        return web.json_response(self._seat(request).block(True))

    async def unblock(self, request: web.Request) -> web.Response:
        return web.json_response(self._seat(request).block(False))

    async def deactivate(self, request: web.Request) -> web.Response:
        return web.json_response(self._seat(request).deactivate())

    async def read(self, request: web.Request) -> web.Response:
        """The person has seen everything up to {message_id}."""
        seat, number = self._seat(request), (await Body.of(request)).whole("message_id")
        if number > seat.chat.read.get(seat.person.id, 0):
            seat.chat.read[seat.person.id] = number
            self._world.chats.touch(seat.chat)
        return web.json_response({"unread": seat.chat.unread(seat.person.id)})

    async def messages(self, request: web.Request) -> web.Response:
        """The chat as the person sees it: what changed later than revision `after`; waits up to `timeout` seconds."""
        seat = self._seat(request)
        after = whole(request.query.get("after", "0"), "after")
        timeout = whole(request.query.get("timeout", "0"), "timeout")
        await self._world.wait(lambda: seat.chat.revision > after, seconds=timeout)
        return web.json_response(chat_view(self._world, seat, after=after))
