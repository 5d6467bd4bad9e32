"""`python -m bench.undo [--sequences N] [--length N] [--seed N]`: random commands, all taken back and done again.

Commands of every family are run over the same few records, imports, merges, undos and redos among them. Then all are
taken back one by one and done again one by one, and both once more at once; each state must equal, row by row and
column by column, what it was. Stops at the first that does not, with the lines that lead there.
"""

import argparse
import random
import tempfile
import time
from pathlib import Path

from salescli import db
from tests.undo_desk import Desk, play


def main() -> None:
    """Play the sequences and say how many commands they changed data by."""
    asked = argparse.ArgumentParser(prog="python -m bench.undo")
    asked.add_argument("--sequences", type=int, default=200)
    asked.add_argument("--length", type=int, default=60, help="commands a sequence")
    asked.add_argument("--seed", type=int, default=1)
    given = asked.parse_args()
    begin, changed = time.perf_counter(), 0
    with tempfile.TemporaryDirectory() as folder:
        template = Path(folder) / "template.db"
        with db.reading(template):
            pass
        for seed in range(given.seed, given.seed + given.sequences):
            own = Path(folder) / str(seed)
            own.mkdir()
            changed += play(Desk(own, template), random.Random(seed), given.length)
            print(f"seed {seed}: as it was, {changed} changes so far, {time.perf_counter() - begin:.0f} s", flush=True)


if __name__ == "__main__":
    main()
