"""The use cases of passes and checkpoints, as tests/house/use_cases.py tries them: name, who, role, call, and False where it is not bound to an area."""

from typing import Any

from domain.access import Role
from domain.scans import Via, Way
from services.crossings import Shown
from tests import cast
from tests.relief import wish

PASS_CASES: tuple[Any, ...] = (
    ("passes.ask", cast.YE, Role.TEAM_LEADER, lambda s, by: s.services.passes.ask(wish(), by=by, key="w")),
    ("passes.ask", cast.APPROVER, Role.APPROVER, lambda s, by: s.services.passes.ask(wish(), by=by, key="w")),
    ("passes.decide", cast.APPROVER, Role.APPROVER, lambda s, by: s.services.passes.decide(s.held, granted=True, by=by)),
    ("passes.decide", cast.APPROVER, Role.APPROVER, lambda s, by: s.services.passes.decide(s.held, granted=False, why="桥断", by=by)),
    ("passes.revoke", cast.APPROVER, Role.APPROVER, lambda s, by: s.services.passes.revoke(s.granted, "取消", by=by)),
    ("passes.replace", cast.APPROVER, Role.APPROVER, lambda s, by: s.services.passes.replace(s.granted, by=by)),
    ("passes.card", cast.APPROVER, Role.APPROVER, lambda s, by: s.services.passes.card(s.granted, by=by)),
    ("passes.show", cast.APPROVER, Role.APPROVER, lambda s, by: s.services.passes.show(s.held, by=by)),
    ("passes.listing", cast.APPROVER, Role.APPROVER, lambda s, by: s.services.passes.listing(by=by), False),
    ("passes.everything", cast.OFFICER, Role.DUTY_OFFICER, lambda s, by: s.services.passes.everything(by=by), False),
    ("passes.inside", cast.OFFICER, Role.DUTY_OFFICER, lambda s, by: s.services.passes.inside(by=by), False),
    ("checkpoints.add", cast.MALLORY, Role.ADMIN, lambda s, by: s.services.checkpoints.add("新卡口", cast.VILLAGE.code, by=by)),
    ("checkpoints.set_active", cast.MALLORY, Role.ADMIN, lambda s, by: s.services.checkpoints.set_active(s.checkpoint, active=False, by=by)),
    ("checkpoints.listing", cast.MALLORY, Role.ADMIN, lambda s, by: s.services.checkpoints.listing(by=by), False),
    ("checkpoints.posts", cast.YE, Role.GUARD, lambda s, by: s.services.checkpoints.posts(by=by), False),
    ("crossings.cross", cast.YE, Role.GUARD, lambda s, by: s.services.crossings.cross(Shown(s.checkpoint, Way.IN, s.short, Via.TYPED), by=by, key="w")),
)  # fmt: skip
