"""What a measurement comes to, and how whole processes are measured: in turn, by their medians."""

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_PATIENCE = 40  # seconds
_LAUNCHER = Path(__file__).with_name("resident.py")


@dataclass(frozen=True)
class Figure:
    """One measurement: its median in seconds and as a ratio to ``to``; the budget is a ratio, without one seconds.

    ``at_least``: the ratio shall reach the budget, not stay within it. ``megabytes`` is the most memory it took, or
    with ``over`` what it took more than that floor.
    """

    name: str
    seconds: float
    to: str = ""
    ratio: float | None = None
    budget: float | None = None
    at_least: bool = False
    megabytes: int | None = None
    most_megabytes: int | None = None
    over: str = ""

    @property
    def met(self) -> bool:
        """Whether it stays within its budgets; true where there is none."""
        return self._fast and self._small

    @property
    def _fast(self) -> bool:
        if self.budget is None:
            return True
        reached = self.seconds if self.ratio is None else self.ratio
        return reached >= self.budget if self.at_least else reached <= self.budget

    @property
    def _small(self) -> bool:
        return self.most_megabytes is None or self.megabytes is None or self.megabytes <= self.most_megabytes


@dataclass(frozen=True)
class Command:
    """A process to measure: its words, its environment, what makes it ready before each run, and what is 0 or 4."""

    words: Sequence[str]
    environ: Mapping[str, str]
    ready: Callable[[], object] = bool
    fine: Sequence[int] = (0,)


def timed(command: Command) -> float:
    """Wall seconds of one process; what it prints is thrown away."""
    command.ready()
    begin = time.perf_counter()
    done = subprocess.run(
        command.words, env=command.environ, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, check=False,
    )  # fmt: skip
    taken = time.perf_counter() - begin
    if done.returncode not in command.fine:
        raise RuntimeError(f"{command.words}: exit {done.returncode}\n{done.stderr.decode(errors='replace')}")
    return taken


def megabytes(command: Command) -> int | None:
    """The most memory that one process takes; none where the system doesn't tell.

    It is started by a small program: a process counts what its parent held when it began as its own.
    """
    if sys.platform == "win32":
        timed(command)
        return None
    command.ready()
    told = subprocess.run(
        [sys.executable, "-S", str(_LAUNCHER), *command.words], env=command.environ, stdin=subprocess.DEVNULL,
        capture_output=True, check=True,
    )  # fmt: skip
    return int(told.stderr.split()[-1])


def in_turn(commands: Mapping[str, Command], runs: int) -> dict[str, float]:
    """The median of each, the commands taking turns so that a slow moment of the machine hits each alike.

    Slow ones run less often, but at least once after the first time.
    """
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    begin = time.perf_counter()
    for run in range(runs + 1):
        if run > 1 and time.perf_counter() - begin > _PATIENCE:
            break
        for name, command in commands.items():
            taken = timed(command)
            if run:  # the first run warms the caches
                seconds[name].append(taken)
    return {name: statistics.median(taken) for name, taken in seconds.items()}


def in_process(work: Callable[[], object], runs: int) -> float:
    """The median of ``runs`` calls, in seconds."""
    return here_in_turn({"": work}, runs)[""]


def here_in_turn(works: Mapping[str, Callable[[], object]], runs: int) -> dict[str, float]:
    """The median of each call in this process, in turn, in seconds."""
    seconds: dict[str, list[float]] = {name: [] for name in works}
    for _run in range(runs):
        for name, work in works.items():
            begin = time.perf_counter()
            work()
            seconds[name].append(time.perf_counter() - begin)
    return {name: statistics.median(taken) for name, taken in seconds.items()}
