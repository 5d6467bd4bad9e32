"""The entry: ``sales`` and ``python -m salescli``."""

import gc

gc.disable()  # collection during imports is a third of a command's time

import atexit  # noqa: E402
import os  # noqa: E402
import signal  # noqa: E402
import sys  # noqa: E402

_AT_CTRL_C = signal.getsignal(signal.SIGINT)
if _AT_CTRL_C is signal.default_int_handler:
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # ends quietly until there is someone to catch it

os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # looking for plugins reads every installed package

from salescli.cli import root  # noqa: E402


def main() -> None:
    """Run the program and leave with its exit code."""
    atexit.register(gc.freeze)  # nothing to collect when the process ends anyway
    signal.signal(signal.SIGINT, _AT_CTRL_C)
    for name in ("SIGTERM", "SIGHUP"):  # end a command as Ctrl-C does: nothing stored, no half files left about
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, signal.default_int_handler)
    root.speak(sys.argv[1:], dict(os.environ))
    sys.exit(root.run(sys.argv[1:]))


if __name__ == "__main__":
    main()
