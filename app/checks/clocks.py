"""The clock: it goes forward, and agrees with others that are asked anyway."""

from app.checks.finding import Finding, look, ok, wrong

DOUBT, TOO_FAR = 2.0, 30.0


def compared(part: str, seconds: float, *, other: str) -> Finding:
    """Our clock against another one; positive when ours is ahead."""
    says = f"{abs(seconds):.1f} s {'ahead of' if seconds >= 0 else 'behind'} {other}"
    if abs(seconds) > TOO_FAR:
        return wrong(part, f"{says}: set the time (timedatectl set-ntp true); codes and links are judged by it")
    return look(part, f"{says}: is the time set by the network?") if abs(seconds) > DOUBT else ok(part, f"agrees with {other}")


def going() -> Finding:
    """The monotonic clock never goes back, and both clocks go equally fast over a moment."""
    from app.clock import SystemClock

    clock = SystemClock()
    began, before = clock.now(), clock.monotonic()
    steps = [clock.monotonic() for _ in range(1000)]
    if any(later < sooner for sooner, later in zip([before, *steps], steps, strict=False)):
        return wrong("clock", "the machine's monotonic clock goes backwards: everything that waits will misbehave")
    gap = (clock.now() - began).total_seconds() - (clock.monotonic() - before)
    if abs(gap) > DOUBT:
        return look("clock", f"the time was set by {gap:.1f} s while this ran")
    return ok("clock", f"{clock.now():%Y-%m-%d %H:%M:%S} UTC")
