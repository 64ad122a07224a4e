"""A second person's decision 二次审批: what both kinds of drafts share."""

from domain.errors import Invalid
from domain.text import N_

LONGEST_REASON = 200


class ReasonMissing(Invalid):
    code = "reason_missing"
    text = N_("Please say why, in up to {most} characters. The drafter reads it.")


def checked_reason(text: str) -> str:
    """A reason in one line; refuses none, and one that is too long."""
    reason = " ".join(text.split())
    if not any(character.isalnum() for character in reason) or len(reason) > LONGEST_REASON:
        raise ReasonMissing(most=LONGEST_REASON)
    return reason
