"""Ports that nobody listens on, from below the range that the system takes for outgoing connections: one of those could take ours before we listen."""

import socket
from random import SystemRandom

LOWEST, HIGHEST = 20_000, 32_000
TRIES = 500


def free_port(*, neighbours: int = 0) -> int:
    """A free port whose next `neighbours` are free too. OSError when there is none."""
    random = SystemRandom()
    for _ in range(TRIES):
        port = random.randrange(LOWEST, HIGHEST)
        if all(is_free(port + n) for n in range(neighbours + 1)):
            return port
    raise OSError("no free port was found")


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
