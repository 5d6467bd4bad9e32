"""Runs a command and prints the most memory it took, in MB, as the last word on stderr: `resident.py COMMAND…`."""

import os
import sys


def main(words: list[str]) -> None:
    """Run the command; what it prints on stdout is thrown away."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    child = os.posix_spawnp(words[0], words, os.environ)
    _child, _status, used = os.wait4(child, 0)
    print(used.ru_maxrss // (1024 if sys.platform != "darwin" else 1024 * 1024), file=sys.stderr)


if __name__ == "__main__":
    main(sys.argv[1:])
