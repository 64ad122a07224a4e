"""An office of its own and its codes, for `mashang bench verify`."""

from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

LASTS = timedelta(days=3 * 365)


def read_by_the_press(count: int) -> dict[str, Any]:
    """So many distinct codes, each read once a round as a scanner's text arrives at the server."""
    from app.clock import SystemClock, SystemIds
    from codes.keyring import Keyring, generate
    from domain.codes import Holder
    from domain.scans import Reason
    from lab.bench import verify
    from services.press import CodePress

    now = SystemClock().now().replace(microsecond=0)
    ids = SystemIds(SystemClock().now)
    with TemporaryDirectory() as folder:
        generate(Path(folder) / "keys", issuer="LS", now=now, root_key=Path(folder) / "root-key.pem")
        press = CodePress(Keyring.load(Path(folder) / "keys"), issuer="LS", public_url="https://ls.example.org", bot_link="https://t.me/bench_bot")
    texts = [
        press.url(press.sign(kind=Holder.PERSON, cti=ids.random_bytes(10), issued_at=now, expires_at=now + LASTS, drill_only=False)) for _ in range(count)
    ]  # fmt: skip
    return verify.measured(lambda text: press.read(text, now=now).reason is Reason.OK, texts)
