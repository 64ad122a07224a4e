"""Six digits before a decision, in chat."""

from domain.text import N_

ASKED = N_("🔐 Nothing is decided yet. Type the six digits that your authenticator app shows now; your message is deleted at once. Stop: /cancel")
