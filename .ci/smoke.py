"""Run the README's demo commands in a fresh clone, look at the pages, and end it with one Ctrl-C."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

SECONDS = 240


def main(command: str, beside: str) -> None:
    """`command` is the README's, with everything that a fresh clone needs; `beside` is for a second terminal."""
    folder = Path(tempfile.mkdtemp(prefix="rapport-"))
    clone = folder / "rapport"
    subprocess.run(["git", "clone", "-q", str(Path.cwd()), str(clone)], check=True)
    env = {k: v for k, v in os.environ.items() if k != "CI"}
    demo = subprocess.Popen(
        ["bash", "-c", command],
        cwd=clone,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        address = wait(demo)
        for path in ("/", "/join", "/insights", "/newsletter", "/dev/outbox", "/readyz"):
            with urllib.request.urlopen(address + path, timeout=20) as answer:
                assert answer.status == 200, path
        subprocess.run(["bash", "-c", beside], cwd=clone, env=env, check=True, timeout=60)
        os.killpg(demo.pid, signal.SIGINT)
        demo.communicate(timeout=30)
    finally:
        if demo.poll() is None:
            os.killpg(demo.pid, signal.SIGKILL)
        shutil.rmtree(folder, ignore_errors=True)
    assert demo.returncode == 0, f"Ctrl-C ended the demo with {demo.returncode}"
    print("The demo starts, answers and ends.")


def wait(demo: subprocess.Popen[str]) -> str:
    """The address that the demo prints, once it answers."""
    ends, printed = time.monotonic() + SECONDS, []
    assert demo.stdout is not None
    for line in demo.stdout:
        printed.append(line)
        found = re.search(r"http://127\.0\.0\.1:\d+", line)
        if found and answers(found[0], ends):
            return found[0]
        if time.monotonic() > ends:
            break
    raise SystemExit("The demo did not come up:\n" + "".join(printed))


def answers(address: str, ends: float) -> bool:
    """Whether the process behind the address says that it is well."""
    while time.monotonic() < ends:
        try:
            with urllib.request.urlopen(address + "/healthz", timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            time.sleep(0.3)
    return False


main(*sys.argv[1:])
