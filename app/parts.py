"""What stands at the boundary of the house and may be replaced."""

from dataclasses import dataclass

from services.intake import Dialogues, Updates
from services.ports import Clock, Ids, Wakeups, Works
from services.report_photos import Media


@dataclass(frozen=True, slots=True)
class Parts:
    """What stands at the boundary and may be replaced: by a test's fake, or by a saboteur that a story must notice."""

    clock: Clock
    ids: Ids
    works: Works
    updates: Updates
    dialogues: Dialogues
    wakeups: Wakeups
    media: Media
