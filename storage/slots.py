"""Slots of the send budget in Redis: one script, one clock (Redis's own), the same pace and the same window as bot/bucket.py keeps for one process.

Nothing in it is a fact. A Redis that forgot everything begins with a second of silence.
"""

from collections.abc import Awaitable, Callable, Sequence
from itertools import count
from typing import Any, cast

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from services.budget import Granted, Later, Over, SlotsAway

PREFIX = "mashang:{%s}:slots:"
PATIENCE = 0.5
FAILURES = (RedisError, OSError, TimeoutError)
SECOND = 1_000_000

COMMON = """
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
local function text(number) return string.format('%.0f', number) end
local pace, under, arrived, first = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
"""
TAKE = (
    COMMON
    + """
local gap, most, window, waited, lost_after = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local direct, directs, process, name = ARGV[6] == '1', tonumber(ARGV[7]), ARGV[8], ARGV[9]
local CATCH_UP, CLOSEST, AHEAD, LOOK_AGAIN, SILENCE, HEARD = 100000, 0.5, 100000, 50000, 1000000, 250000

redis.call('ZREMRANGEBYSCORE', first, '-inf', text(now))
if directs > 0 then redis.call('ZADD', first, text(now + HEARD), process) else redis.call('ZREM', first, process) end
if not direct and redis.call('ZCARD', first) > 0 then return {0, gap} end

redis.call('ZREMRANGEBYSCORE', under, '-inf', text(now))
redis.call('ZREMRANGEBYSCORE', arrived, '-inf', text(now - window))
local come = redis.call('ZCARD', arrived)
local too_many = come + redis.call('ZCARD', under) + 1 - most
local due = now
if too_many > come then return {0, LOOK_AGAIN} end
if too_many > 0 then due = tonumber(redis.call('ZRANGE', arrived, too_many - 1, too_many - 1, 'WITHSCORES')[2]) + window end

local following, last = tonumber(redis.call('HGET', pace, 'next') or now + SILENCE), tonumber(redis.call('HGET', pace, 'last') or 0)
due = math.max(due, following, last + CLOSEST * gap, now)
if due - now > AHEAD then
  redis.call('HSET', pace, 'next', text(following))
  return {0, due - now - AHEAD / 2}
end
following = math.max(following, now - waited, due - CATCH_UP) + gap
redis.call('HSET', pace, 'next', text(following), 'last', text(due))
redis.call('ZADD', under, text(now + lost_after), name)
redis.call('EXPIRE', under, 3600)
return {1, due - now}
"""
)
OVER = (
    COMMON
    + """
for each = 1, #ARGV, 2 do
  local ago = tonumber(ARGV[each + 1])
  redis.call('ZREM', under, ARGV[each])
  if ago >= 0 then redis.call('ZADD', arrived, text(now - ago), ARGV[each]) end
end
redis.call('EXPIRE', arrived, 3600)
return 0
"""
)


class RedisSlots:
    """The house's slots: `per_second` × `headroom` evenly, and no more than `per_second` within any second as they arrive."""

    def __init__(self, url: str, *, of: str, process: str, per_second: float, headroom: float, lost_after: float) -> None:
        """`of` names whose budget it is (one bot of one office). After `lost_after` seconds a slot of which nobody said more counts as over."""
        self._redis = Redis.from_url(url, socket_connect_timeout=PATIENCE, socket_timeout=PATIENCE, retry=Retry(NoBackoff(), 0), decode_responses=True)
        most = max(1, int(per_second))
        self._pace = [round(SECOND / (per_second * headroom)), most, round(SECOND * most / per_second)]
        self._lost_after = round(SECOND * lost_after)
        self._process = process
        self._counted = count(1)
        self._keys = [PREFIX % of + part for part in ("pace", "under-way", "arrived", "first")]
        self._take = self._redis.register_script(TAKE)
        self._over = self._redis.register_script(OVER)

    async def take(self, *, waited: float, direct: bool, directs: int) -> Granted | Later:
        name = f"{self._process}:{next(self._counted)}"
        asked: list[str | int] = [*self._pace, round(SECOND * waited), self._lost_after, int(direct), directs, self._process, name]
        free, wait = await reached(lambda: cast(Awaitable[list[int]], self._take(keys=self._keys, args=asked)))
        return Granted(name, wait / SECOND) if free else Later(wait / SECOND)

    async def over(self, slots: Sequence[Over]) -> None:
        said: list[str] = []
        for slot in slots:
            said += [slot.name, "-1" if slot.ago is None else str(round(SECOND * max(0.0, slot.ago)))]
        await reached(lambda: cast(Awaitable[Any], self._over(keys=self._keys, args=said)))

    async def close(self) -> None:
        await self._redis.aclose()


async def reached(ask: Callable[[], Awaitable[list[int]]]) -> list[int]:
    """What Redis answers. SlotsAway when it does not."""
    try:
        return await ask()
    except FAILURES as error:
        raise SlotsAway(type(error).__name__) from error
