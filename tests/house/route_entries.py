"""How every route is tried. A route that stands here nowhere fails the walk (tests/house/test_walk_of_routes.py)."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.access import Role
from domain.sheets import SheetKind
from tests.house.two_counties import LIST

OFFICER, APPROVER, ADMIN = Role.DUTY_OFFICER, Role.APPROVER, Role.ADMIN
Form = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Guarded:
    """A route behind a right or a session. `role` is whose official here gets through. `ids` says which id stands in a parameter that is called otherwise,
    `values` which values one that is no id takes. `{…}` in `form` and in the forms of `foreign` is an id of tests/house/two_counties.py: of this
    county in the first, of the other in the second. `own`: everybody who has the right is answered, with what is theirs and nothing else.
    `also` are statuses of success beside 200 and 303.
    """

    role: Role
    form: Form = field(default_factory=dict)
    ids: Form = field(default_factory=dict)
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    queries: tuple[str, ...] = ("",)
    foreign: tuple[Form, ...] = ()
    own: bool = False
    also: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Free:
    """A route that asks nobody who they are: why, what its form holds, and which tables may change all the same."""

    why: str
    form: Form = field(default_factory=dict)
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    tables: frozenset[str] = frozenset()


DRAFT, ACTIVE = {"order": "draft"}, {"notice": "active"}
APPROVALS = "/console/approvals"
SECURITY = "/console/security"
REPORT = "/reports/{number}"
USERS, HOLDER = "/console/users", {"person": "holder"}
DEVICES = "/console/devices"
CODES = "/console/codes"
PASSES = "/console/passes"
WISH = {"kind": "vehicle", "who": "浙K12345", "team": "一队", "area": "{area}", "hours": "24", "reason": "送药"}
MADE_UP = "A" * 32

GUARDED: Mapping[str, Guarded] = {
    "GET /api/v1/orders/{order}/board": Guarded(OFFICER),
    "GET /board": Guarded(OFFICER, own=True, queries=("", "?all")),
    "GET /board/{order}": Guarded(OFFICER, queries=("", "?reload")),
    "GET /board/{order}/people": Guarded(OFFICER, queries=("", "?column=listed", "?area={area}")),
    "GET /board/member/{member}": Guarded(OFFICER),
    "GET /live/board/{order}": Guarded(OFFICER),
    "GET /live/board/{order}/page": Guarded(OFFICER),
    "GET /sites": Guarded(OFFICER, own=True),
    "GET /sites/{site}": Guarded(OFFICER),
    "GET /notices": Guarded(OFFICER, own=True),
    "GET /reports": Guarded(OFFICER, own=True, queries=("", "?all")),
    f"GET {REPORT}": Guarded(OFFICER),
    f"GET {REPORT}/photos/{{photo}}": Guarded(OFFICER),
    f"POST {REPORT}/verify": Guarded(OFFICER),
    f"POST {REPORT}/assign": Guarded(OFFICER, {"name": "一队"}),
    f"POST {REPORT}/close": Guarded(OFFICER, {"words": "好了"}, also=frozenset({409})),
    f"POST {REPORT}/reject": Guarded(OFFICER, {"words": "不在本县"}),
    f"POST {REPORT}/same": Guarded(OFFICER, also=frozenset({409})),
    f"POST {REPORT}/unmask": Guarded(OFFICER),
    f"GET {APPROVALS}": Guarded(APPROVER, own=True),
    f"GET {APPROVALS}/orders/{{order}}": Guarded(APPROVER),
    f"POST {APPROVALS}/orders/{{order}}/approve": Guarded(APPROVER, {"shown": "{shown_order}"}, DRAFT),
    f"POST {APPROVALS}/orders/{{order}}/reject": Guarded(APPROVER, {"reason": "不需要"}, DRAFT),
    f"POST {APPROVALS}/orders/{{order}}/lift": Guarded(APPROVER),
    f"GET {APPROVALS}/notices/{{notice}}": Guarded(APPROVER),
    f"POST {APPROVALS}/notices/{{notice}}/approve": Guarded(APPROVER, {"shown": "{shown_notice}"}),
    f"POST {APPROVALS}/notices/{{notice}}/reject": Guarded(APPROVER, {"reason": "不需要"}),
    f"POST {APPROVALS}/notices/{{notice}}/cancel": Guarded(APPROVER, ids=ACTIVE),
    "GET /console/cards": Guarded(OFFICER, own=True),
    "POST /console/cards": Guarded(OFFICER, {"kind": "card", "area": "{area}"}, foreign=({"kind": "card", "area": "{area}"},)),
    "POST /console/cards/one": Guarded(OFFICER, {"short": "{code}"}, foreign=({"short": "{code}"},)),
    "GET /console/exports": Guarded(OFFICER, own=True),
    "GET /console/exports/{kind}.{form}": Guarded(
        OFFICER, own=True, values={"kind": tuple(SheetKind), "form": ("csv",)}, queries=("", "?area={area}", "?order={order_number}", "?whole")
    ),
    "GET /console/import": Guarded(ADMIN, own=True),
    "POST /console/import": Guarded(ADMIN, own=True),
    "GET /console/import/{upload}": Guarded(ADMIN),
    "POST /console/import/{upload}/check": Guarded(ADMIN),
    "POST /console/import/{upload}/take": Guarded(ADMIN, {"digest": hashlib.sha256(LIST).hexdigest()}),
    "POST /console/import/{upload}/drop": Guarded(ADMIN),
    f"GET {USERS}": Guarded(ADMIN, own=True, queries=("", "?words=林", "?area={area}")),
    f"GET {USERS}/{{person}}": Guarded(ADMIN, ids=HOLDER),
    f"POST {USERS}/{{person}}/grants": Guarded(ADMIN, {"role": "guard", "scope": "{area}"}, ids=HOLDER),
    f"POST {USERS}/{{person}}/grants/{{grant}}/revoke": Guarded(ADMIN, {"why": "moved"}, ids=HOLDER),
    f"POST {USERS}/{{person}}/authenticator/reset": Guarded(ADMIN, ids=HOLDER, also=frozenset({409})),
    f"POST {USERS}/{{person}}/sessions/end": Guarded(ADMIN, ids=HOLDER),
    f"GET {PASSES}": Guarded(APPROVER, own=True),
    f"POST {PASSES}": Guarded(OFFICER, WISH, foreign=(WISH,)),
    f"POST {PASSES}/{{held}}/grant": Guarded(APPROVER),
    f"POST {PASSES}/{{held}}/refuse": Guarded(APPROVER, {"why": "桥断"}),
    f"POST {PASSES}/{{held}}/revoke": Guarded(APPROVER, {"why": "取消"}),
    "GET /console/glass": Guarded(OFFICER, own=True),
    "POST /console/glass": Guarded(OFFICER, {"reason": "邻县值班员联系不上，需代为登记", "minutes": "15"}, own=True),
    "POST /console/glass/{glass}/end": Guarded(APPROVER, own=True),
    f"GET {DEVICES}": Guarded(ADMIN, own=True),
    f"POST {DEVICES}/whose": Guarded(ADMIN, {"phone": "13905780012"}),
    f"GET {DEVICES}/new/{{person}}": Guarded(ADMIN, ids=HOLDER),
    f"POST {DEVICES}/new/{{person}}": Guarded(ADMIN, {"label": "东门", "purpose-to_relatives": "1"}, ids=HOLDER),
    f"GET {DEVICES}/tickets/{{ticket}}": Guarded(ADMIN),
    f"GET {DEVICES}/one/{{device}}": Guarded(ADMIN),
    f"POST {DEVICES}/one/{{device}}/revoke": Guarded(ADMIN),
    f"GET {DEVICES}/entries": Guarded(OFFICER, own=True),
    f"POST {DEVICES}/entries/{{entry}}/settle": Guarded(OFFICER),
    f"POST {DEVICES}/entries/{{entry}}/unmask": Guarded(OFFICER),
    f"POST {DEVICES}/import": Guarded(OFFICER, own=True, also=frozenset({422})),
    f"GET {CODES}": Guarded(OFFICER, own=True, queries=("", "?area={area}", "?code={code}")),
    f"POST {CODES}/blanks": Guarded(
        OFFICER, {"count": "2", "area": "{area}", "reason": "printed"}, foreign=({"count": "2", "area": "{area}", "reason": "printed"},)
    ),
    f"POST {CODES}/households": Guarded(OFFICER, {"area": "{area}", "reason": "printed"}, foreign=({"area": "{area}", "reason": "printed"},)),
    f"POST {CODES}/one": Guarded(
        OFFICER, {"kind": "team", "words": "二队", "area": "{area}", "reason": "other"},
        foreign=({"kind": "team", "words": "二队", "area": "{area}", "reason": "other"},),
    ),
    f"POST {CODES}/replace": Guarded(OFFICER, {"short": "{code}", "reason": "lost"}, foreign=({"short": "{code}", "reason": "lost"},)),
    f"POST {CODES}/revoke": Guarded(OFFICER, {"short": "{code}"}, foreign=({"short": "{code}"},)),
    f"POST {CODES}/settle": Guarded(
        OFFICER, {"short": "{card}", "person": "{holder}"}, foreign=({"short": "{card}", "person": "{holder}"}, {"short": "{card}", "person": "nobody"})
    ),
    "GET /console/audit": Guarded(Role.AUDITOR, own=True),
    "GET /console": Guarded(OFFICER, own=True),
    f"GET {SECURITY}": Guarded(OFFICER, own=True),
    f"POST {SECURITY}/end": Guarded(ADMIN, {"session": "{session}"}, own=True, foreign=({"session": "{session}"},)),
    f"POST {SECURITY}/end-others": Guarded(OFFICER, own=True),
    f"GET {SECURITY}/digits": Guarded(OFFICER, own=True),
    f"POST {SECURITY}/digits": Guarded(OFFICER, {"code": "000000"}, own=True, also=frozenset({422})),
    f"GET {SECURITY}/authenticator": Guarded(OFFICER, own=True),
    f"POST {SECURITY}/authenticator": Guarded(OFFICER, {"code": "000000"}, own=True, also=frozenset({422})),
    f"POST {SECURITY}/codes": Guarded(OFFICER, own=True),
    "POST /logout": Guarded(OFFICER, own=True),
}  # fmt: skip

FREE: Mapping[str, Free] = {
    "GET /": Free("the first page"),
    "POST /language": Free("a cookie of the reader's own"),
    "POST /text-size": Free("a cookie of the reader's own"),
    "GET /static/{hash}/{name}": Free("style and scripts", values={"hash": ("0123",), "name": ("style.css",)}),
    "GET /scan": Free("leads to /scan/"),
    "GET /scan/": Free("the scanner, before anybody enrolled it"),
    "GET /scan/{file}": Free("its files", values={"file": ("check.html",)}),
    "GET /robots.txt": Free("for search engines"),
    "GET /healthz": Free("for who restarts the process"),
    "GET /readyz": Free("for who sends requests here"),
    "GET /metrics": Free("figures without names, behind a secret where there is one"),
    "GET /api/v1/trust.json": Free("the office's public keys, by which anybody checks a code"),
    "GET /api/v1/revoked.json": Free("hashes of withdrawn codes, signed; a new list is signed when one is due", tables=frozenset({"published"})),
    "GET /S": Free("to type a code"),
    "GET /S/{code}": Free("what a code says to whoever holds it"),
    "GET /s/{code}": Free("the same in small letters"),
    "POST /S/{code}/report": Free("a neighbour says that somebody is safe; an empty form says nothing"),
    "GET /login": Free("what signing in is"),
    "POST /login": Free("a browser asks for a code; nobody is in by that", tables=frozenset({"logins"})),
    "GET /login/code": Free("the code of this browser, by its cookie"),
    "GET /login/state": Free("whether it was confirmed"),
    "GET /login/digits": Free("the second factor, once it was"),
    "POST /login/digits": Free("the second factor, once it was", {"code": "000000"}),
    "GET /login/authenticator": Free("a secret for an app, once it was confirmed"),
    "POST /login/authenticator": Free("its first digits", {"code": "000000"}),
    "GET /board/enter/{ticket}": Free("one button; nothing is looked up", values={"ticket": (MADE_UP,)}),
    "POST /board/enter/{ticket}": Free("a ticket from chat, spent once", values={"ticket": (MADE_UP,)}),
    "POST /api/v1/devices": Free("a phone with a ticket, which is spent by it"),
    "POST /api/v1/devices/hello": Free("a phone, by the signature of its own key"),
    "POST /api/v1/devices/roster": Free("a phone, by the signature of its own key"),
    "POST /api/v1/devices/find": Free("a phone, by the signature of its own key"),
    "POST /api/v1/scans": Free("a phone, by the signature of its own key"),
    "POST /api/v1/scans/carried": Free("a phone with the batches of another, each by the signature of its own key"),
    "POST /telegram/5f1d2c": Free("Telegram, by the webhook's secret"),
}  # fmt: skip
