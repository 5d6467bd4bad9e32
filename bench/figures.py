"""What a measurement comes to, and how whole processes are measured: in turn, by their medians."""

import statistics
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One measurement: its median in seconds and as a ratio to ``to``; the budget is a ratio, without one seconds."""

    name: str
    seconds: float
    to: str = ""
    ratio: float | None = None
    budget: float | None = None

    @property
    def met(self) -> bool:
        """Whether it stays within its budget; true where there is none."""
        return self.budget is None or (self.seconds if self.ratio is None else self.ratio) <= self.budget


@dataclass(frozen=True)
class Command:
    """A process to measure: its words, its environment, and what makes it ready before each run."""

    words: Sequence[str]
    environ: Mapping[str, str]
    ready: Callable[[], object] = bool


def timed(command: Command) -> float:
    """Wall seconds of one process; what it prints is thrown away."""
    command.ready()
    begin = time.perf_counter()
    subprocess.run(command.words, env=command.environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    return time.perf_counter() - begin


def in_turn(commands: Mapping[str, Command], runs: int) -> dict[str, float]:
    """The median of each, the commands taking turns so that a slow moment of the machine hits each alike."""
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    for run in range(runs + 1):
        for name, command in commands.items():
            taken = timed(command)
            if run:  # the first run warms the caches
                seconds[name].append(taken)
    return {name: statistics.median(taken) for name, taken in seconds.items()}


def in_process(work: Callable[[], object], runs: int) -> float:
    """The median of ``runs`` calls, in seconds."""
    seconds = []
    for _run in range(runs):
        begin = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - begin)
    return statistics.median(seconds)
