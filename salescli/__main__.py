"""The entry: ``sales`` and ``python -m salescli``."""

import gc

gc.disable()  # collection during imports is a third of a command's time

import contextlib  # noqa: E402
import os  # noqa: E402
import signal  # noqa: E402
import sys  # noqa: E402

_AT_CTRL_C = signal.getsignal(signal.SIGINT)
if _AT_CTRL_C is signal.default_int_handler:
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # ends quietly until there is someone to catch it

os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # looking for plugins reads every installed package

from salescli.cli import root  # noqa: E402


def _listen() -> None:
    signal.signal(signal.SIGINT, _AT_CTRL_C)
    for name in ("SIGTERM", "SIGHUP"):  # end a command as Ctrl-C does: nothing stored, no half files left about
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, signal.default_int_handler)


def _ignore_signals() -> None:
    """Let nobody end the program now that its exit code says what it did: nothing is left that takes time."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)


def main() -> None:
    """Run the program and leave with its exit code."""
    code = root.INTERRUPTED
    with contextlib.suppress(KeyboardInterrupt):  # before it began, or again while the first was told of
        try:
            _listen()
            root.speak(sys.argv[1:], dict(os.environ))
            code = root.run(sys.argv[1:])
            with contextlib.suppress(OSError, ValueError, AttributeError):  # nobody reads it, or it was closed
                sys.stderr.flush()
        finally:
            _ignore_signals()
    os._exit(code)  # everything is written and closed: taking the modules apart one by one would take 15 ms


if __name__ == "__main__":
    main()
