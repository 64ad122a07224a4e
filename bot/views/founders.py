"""The first admin, in chat."""

from domain.text import N_

BEGIN_FIRST = N_("This looks like an admin code. Send /start, agree to the notice, tap “Yes, I have a code”, and type it there.")
FOUND = N_(
    "✅ You are the admin of this office now, {name}. The code is used up.\n\n"
    "You give roles to others; you see no names of residents and issue no orders. To open the console: /login"
)
