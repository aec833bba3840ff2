"""The frame's own bars: start, memory, kernel."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from pathlib import Path
from statistics import median

from tests.bench import kernel_mix
from tests.bench.rows import Row

ROOT = Path(__file__).parents[2]


def run() -> list[Row]:
    """Every bar of the frame."""
    return [*_program(), *_kernel()]


def _program() -> list[Row]:
    home = tempfile.mkdtemp(prefix="outcry-bench-")
    outcry = [str(ROOT / ".venv" / "bin" / "outcry"), "--home", home]
    env = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}

    def timed(*words: str, says: str = "") -> float:
        began = time.perf_counter()
        subprocess.run(
            [*outcry, *words], input=says, text=True, check=True, capture_output=True, env=env
        )
        return time.perf_counter() - began

    timed("chat", "--plain", says="/price btc\n")
    prompt = median(timed("chat", "--plain") for _ in range(3))
    status = median(timed("status") for _ in range(3))
    return [
        ("the chat opens and closes, second time", prompt, 2.0, "< s"),
        ("outcry status, warm", status, 1.0, "< s"),
        ("resident memory at the prompt", _resident(outcry, env), 250.0, "< MB"),
    ]


def _resident(outcry: list[str], env: dict[str, str]) -> float:
    with subprocess.Popen(
        [*outcry, "chat", "--plain"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=env,
        text=True,
    ) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdin.write("/status\n")
        child.stdin.flush()
        child.stdout.readline()
        pages = int(Path(f"/proc/{child.pid}/statm").read_text().split()[1])
        child.stdin.close()
        child.wait()
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def _kernel() -> list[Row]:
    bare = kernel_mix.bare_rate()
    rate = kernel_mix.rate(kernel_mix.opened(), kernel_mix.arrivals())
    print(f"  kernel: {rate:,.0f} events a second, a bare loop {bare:,.0f}")
    return [
        ("kernel events a second", rate, 100_000.0, "/s"),
        ("kernel beside a bare dispatch loop", rate / bare, 0.2, "x"),
    ]
