"""Where a dialogue can stand. What was said so far lies in its draft."""

from aiogram.fsm.state import State, StatesGroup


class Registering(StatesGroup):
    language = State()
    consent = State()
    entrance = State()
    link_code = State()
    name = State()
    phone = State()
    village = State()
    summary = State()


class Founding(StatesGroup):
    """The first admin"""

    name = State()
    phone = State()


class Confirming(StatesGroup):
    """Six digits before a decision"""

    order = State()
    lift = State()
    notice = State()


class Answering(StatesGroup):
    """/safe"""

    where = State()
    outside = State()
    who = State()


class CallingForHelp(StatesGroup):
    note = State()


class Scanning(StatesGroup):
    post = State()
    relatives = State()
    outside = State()
    ready = State()
    walk_in = State()
    blank = State()


class Ticking(StatesGroup):
    """/list"""

    who = State()
    what = State()
    where = State()
    outside = State()
    means = State()


class Visiting(StatesGroup):
    """/visits"""

    note = State()


class Ordering(StatesGroup):
    areas = State()
    place = State()
    way = State()
    kind = State()
    check = State()


class Reporting(StatesGroup):
    """/report, in the order of its questions; `pin` and `village` are asked only when they are not plain."""

    who = State()
    kind = State()
    place = State()
    pin = State()
    village = State()
    hurt = State()
    trapped = State()
    text = State()
    photos = State()
    check = State()


class Handling(StatesGroup):
    """/reports: a decision that needs a name or words."""

    assignee = State()
    closing = State()
    rejecting = State()


class Gating(StatesGroup):
    """/site"""

    who = State()
    left = State()


class Glazing(StatesGroup):
    """/glass"""

    reason = State()
    check = State()


class Noticing(StatesGroup):
    """/notice, in the order of its questions; `who` belongs to an area, the days and the end to what comes again."""

    level = State()
    risk = State()
    audience = State()
    who = State()
    begins = State()
    when = State()
    at = State()
    days = State()
    day = State()
    clock = State()
    end = State()
    holidays = State()
    zh_caution = State()
    zh_action = State()
    en_caution = State()
    en_action = State()
    kind = State()
    width = State()
    check = State()


class Grouping(StatesGroup):
    """/group"""

    area = State()
    name = State()
    adding = State()
    members = State()


class Passing(StatesGroup):
    """/passes, in the order of its questions; `longer` only for more than 72 hours."""

    kind = State()
    who = State()
    team = State()
    area = State()
    hours = State()
    longer = State()
    reason = State()
    check = State()
    refusing = State()
    revoking = State()


class Guarding(StatesGroup):
    """/scan and /checkpoint of a guard"""

    post = State()
    ready = State()
