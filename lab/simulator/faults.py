"""What goes wrong on purpose: the next calls of a method are refused, fail, hang, or lose their answer."""

from dataclasses import asdict, dataclass, replace
from typing import Any, Literal, get_args

from lab.simulator.errors import Impossible

Kind = Literal["retry_after", "error", "hang", "cut", "garbage"]


@dataclass(frozen=True, kw_only=True)
class Fault:
    """The next `times` calls of `method` (after letting `skip` pass) go wrong.

    kind         what the caller sees                                     took effect unless said otherwise
    retry_after  429 with `seconds` (an integer) to wait                  no
    error        `status` (5xx)                                           no
    hang         nothing for `seconds`, then a cut connection             no
    cut          a cut connection                                         yes
    garbage      200 with a body that is no JSON                          yes

    `accepted` says otherwise. `method` "*" is any but getUpdates; `chat_id` narrows to one chat.
    """

    kind: Kind
    method: str = "*"
    times: int = 1
    skip: int = 0
    seconds: float = 1
    status: int = 502
    chat_id: int | None = None
    accepted: bool | None = None

    @property
    def takes_effect(self) -> bool:
        return self.kind in ("cut", "garbage") if self.accepted is None else self.accepted

    def concerns(self, method: str, *, chat_id: int | None) -> bool:
        named = method.lower() != "getupdates" if self.method == "*" else method.lower() == self.method.lower()
        return named and (self.chat_id is None or self.chat_id == chat_id)


class Faults:
    """The faults still to come, first asked first used."""

    def __init__(self) -> None:
        self._coming: list[Fault] = []

    def add(self, fault: Fault) -> None:
        if fault.kind not in get_args(Kind) or fault.times < 1:
            raise Impossible(400, f"no such fault: {fault.kind}, {fault.times} times")
        self._coming.append(fault)

    def clear(self) -> None:
        self._coming.clear()

    def take(self, method: str, *, chat_id: int | None) -> Fault | None:
        """The fault that befalls this call, counted down."""
        for place, fault in enumerate(self._coming):
            if not fault.concerns(method, chat_id=chat_id):
                continue
            if fault.skip > 0:
                self._coming[place] = replace(fault, skip=fault.skip - 1)
                return None
            if fault.times > 1:
                self._coming[place] = replace(fault, times=fault.times - 1)
            else:
                del self._coming[place]
            return fault
        return None

    def list(self) -> list[dict[str, Any]]:
        return [asdict(fault) for fault in self._coming]
