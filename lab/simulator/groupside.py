"""The groups' entrance: `/lab/groups/…`. Bodies and answers are JSON; `by` is who acts, by default the group's creator.

POST /lab/groups               {title, owner, kind: group|supergroup, members: [ids], bot: false, id: 0} → the group
GET  /lab/groups               all groups;  GET /lab/groups/ID one
POST /lab/groups/ID/add        {by, payload, admin} the bot is added; a payload (startgroup) is said as `/start@bot …` after it
POST /lab/groups/ID/remove     {by} the bot is put out
POST /lab/groups/ID/status     {by, status: member|administrator|restricted} the bot's standing
POST /lab/groups/ID/join       {user_id, by} a person comes in;  …/leave {user_id, by} goes or is put out
POST /lab/groups/ID/rename     {by, title}
POST /lab/groups/ID/migrate    {by} → {id: of the supergroup}
POST /lab/groups/ID/delete     {by}

Each act answers with {group, updates: [update ids that the bot will get]}. What people say in a group is in `labside`:
the same paths as in a private chat, with `?group=ID`.
"""

from collections.abc import Iterable
from typing import Any

from aiohttp import web

from lab.simulator.bodies import Body, whole
from lab.simulator.chats import Person
from lab.simulator.errors import Impossible
from lab.simulator.groups import Group
from lab.simulator.membership import GroupLife, found
from lab.simulator.people import Seat
from lab.simulator.queue import Entry
from lab.simulator.views import group_view
from lab.simulator.world import Account, World

Json = dict[str, Any]


class GroupSide:
    """Making groups, filling, changing and ending them."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[web.RouteDef]:
        group = r"/lab/groups/{group_id:-\d+}"
        return [
            web.post("/lab/groups", self.create),
            web.get("/lab/groups", self.all),
            web.get(group, self.one),
            web.post(f"{group}/add", self.add),
            web.post(f"{group}/remove", self.remove),
            web.post(f"{group}/status", self.status),
            web.post(f"{group}/join", self.join),
            web.post(f"{group}/leave", self.leave),
            web.post(f"{group}/rename", self.rename),
            web.post(f"{group}/migrate", self.migrate),
            web.post(f"{group}/delete", self.delete),
        ]

    def _life(self, request: web.Request) -> GroupLife:
        group = self._world.chats.groups.get(int(request.match_info["group_id"]))
        if group is None:
            raise Impossible(404, "no such group")
        return GroupLife(self._world, group)

    def _account(self, request: web.Request) -> Account:
        bot = request.query.get("bot")
        return self._world.account(whole(bot, "bot") if bot else None)

    def _person(self, user_id: int) -> Person:
        person = self._world.chats.people.get(user_id)
        if person is None:
            raise Impossible(404, "no such person")
        return person

    def _by(self, body: Body, group: Group) -> Person:
        creator = next((user_id for user_id, status in group.members.items() if status == "creator"), 0)
        return self._person(body.whole("by", default=creator))

    def _done(self, request: web.Request, group: Group, entries: Iterable[Entry]) -> web.Response:
        mine = self._account(request).queue.history
        updates = [entry.update_id for entry in entries if mine.get(entry.update_id) is entry]
        return web.json_response({"group": group_view(self._world, group), "updates": updates})

    async def create(self, request: web.Request) -> web.Response:
        body = await Body.of(request)
        owner = self._person(body.whole("owner"))
        given = body.values.get("members", [])
        if not isinstance(given, list):
            raise Impossible(400, "members must be a list of ids")
        others = [self._person(whole(each, "members")) for each in given]
        members = {each.id: "member" for each in others} | {owner.id: "creator"}
        title, kind = body.text("title", default="") or "Group", body.text("kind", default="group")
        group = found(self._world, title, kind=kind, members=members, group_id=body.whole("id", default=0))
        if body.values.get("bot"):
            GroupLife(self._world, group).add_bot(self._account(request), by=owner)
        return web.json_response(group_view(self._world, group), status=201)

    async def all(self, request: web.Request) -> web.Response:
        return web.json_response([group_view(self._world, group) for group in self._world.chats.groups.values()])

    async def one(self, request: web.Request) -> web.Response:
        return web.json_response(group_view(self._world, self._life(request).group))

    async def add(self, request: web.Request) -> web.Response:
        life, body, account = self._life(request), await Body.of(request), self._account(request)
        by, payload = self._by(body, life.group), body.text("payload", default="")
        entries = life.add_bot(account, by=by, admin=bool(body.values.get("admin")))
        if payload:
            number = Seat(self._world, account, by, life.group).start(payload)["update_id"]
            entries += [account.queue.history[number]] if number else []
        return self._done(request, life.group, entries)

    async def remove(self, request: web.Request) -> web.Response:
        life, body = self._life(request), await Body.of(request)
        return self._done(request, life.group, life.remove_bot(self._account(request), by=self._by(body, life.group)))

    async def status(self, request: web.Request) -> web.Response:
        life, body = self._life(request), await Body.of(request)
        entries = life.set_bot(self._account(request), by=self._by(body, life.group), status=body.text("status"))
        return self._done(request, life.group, entries)

    async def join(self, request: web.Request) -> web.Response:
        life, body = self._life(request), await Body.of(request)
        person = self._person(body.whole("user_id"))
        by = self._person(body.whole("by", default=person.id))
        return self._done(request, life.group, life.join(person, by=by).values())

    async def leave(self, request: web.Request) -> web.Response:
        life, body = self._life(request), await Body.of(request)
        person = self._person(body.whole("user_id"))
        by = self._person(body.whole("by", default=person.id))
        return self._done(request, life.group, life.leave(person, by=by).values())

    async def rename(self, request: web.Request) -> web.Response:
        life, body = self._life(request), await Body.of(request)
        told = life.rename(body.text("title"), by=self._by(body, life.group))
        return self._done(request, life.group, told.values())

    async def migrate(self, request: web.Request) -> web.Response:
        life, body, mine = self._life(request), await Body.of(request), self._account(request).queue.history
        before = len(mine)
        new = life.migrate(by=self._by(body, life.group))
        return web.json_response({"id": new.id, "group": group_view(self._world, new), "updates": list(mine)[before:]})

    async def delete(self, request: web.Request) -> web.Response:
        life, body = self._life(request), await Body.of(request)
        return self._done(request, life.group, life.delete(by=self._by(body, life.group)))
