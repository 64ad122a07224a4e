"""Signing in as people do, without a browser: the code, the yes in chat, the six digits of an app that the test holds."""

from dataclasses import dataclass, field

from domain.authenticators import digits_at, step_of
from services.sessions import Opened
from tests.houses import Town

Who = tuple[str, str | None]


@dataclass(slots=True)
class Apps:
    """The authenticator apps of the cast."""

    town: Town
    secrets: dict[str, bytes] = field(default_factory=dict)

    def digits(self, who: Who) -> str:
        """What the app shows now; the same twice within one step."""
        return digits_at(self.secrets[who[0]], step_of(self.town.clock.now()))

    def next_digits(self, who: Who) -> str:
        """New ones, some time later."""
        self.town.clock.go_on(seconds=30)
        return self.digits(who)

    async def confirmed(self, who: Who, *, family: str = "Firefox · Linux") -> str:
        """The secret of a browser whose code this person confirmed in chat."""
        logins, by = self.town.house.services.logins, await self.town.actor(who)
        secret = await logins.begin(family=family)
        login = await logins.ask(logins.code_of(secret), by=by)
        await logins.answer(login.id, yes=True, by=by)
        return secret

    async def sign_in(self, who: Who) -> Opened:
        """A session of two factors; the app is set up on the way when there is none."""
        services, secret = self.town.house.services, await self.confirmed(who)
        if who[0] in self.secrets:
            return await services.logins.finish(secret, self.next_digits(who))
        self.secrets[who[0]] = services.authenticators.offer(secret, office="LS", account=who[0]).secret
        return (await services.logins.set_up(secret, self.digits(who))).opened
