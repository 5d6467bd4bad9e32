"""The program in a process of its own, forked from one that has it imported: hundredths of a second a run.

A run that must be killed is forked from the asking process itself. Many runs are forked from a warm process, which
holds the libraries and the program and little else and costs a third; POSIX alone can do either.
"""

import gc
import importlib
import json
import os
import pkgutil
import socket
import sys
import tempfile
import traceback
import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NoReturn


def import_floors() -> None:
    """Import what every command imports, and set up its tables."""
    import sqlalchemy.orm

    from salescli import models, render, services

    for floor in (models, services, render):
        for module in pkgutil.walk_packages(floor.__path__, f"{floor.__name__}."):
            importlib.import_module(module.name)
    sqlalchemy.orm.configure_mappers()


def import_commands(language: str) -> None:
    """Import all commands, whose help is in ``language`` from then on."""
    from salescli import cli
    from salescli.cli import root

    root.speak([], {"SALES_LANG": language, "SALES_CONFIG": os.devnull})
    for module in pkgutil.iter_modules(cli.__path__, "salescli.cli."):
        importlib.import_module(module.name)


def fork() -> int:
    """os.fork, without the warning that there are threads beside: a test runner's, which hold nothing we need."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return os.fork()


def begin(argv: Sequence[str], environ: Mapping[str, str], folder: Path, streams: Sequence[int]) -> int:
    """Fork the program from this process; gives back the number of the new one, to be waited for."""
    child = fork()
    if child == 0:
        be_the_program(argv, environ, folder, streams)
    return child


def be_the_program(
    argv: Sequence[str], environ: Mapping[str, str], folder: str | Path, streams: Sequence[int]
) -> NoReturn:
    """Be ``sales argv`` in this forked process, with ``streams`` for its stdin, stdout and stderr, and end."""
    code = 1
    gc.disable()  # as the program does itself
    try:
        for number, stream in enumerate(streams):
            os.dup2(stream, number)
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(environ)
        sys.argv = ["sales", *argv]
        sys.stdin = open(0, encoding="utf-8", errors="surrogateescape", closefd=False)  # noqa: SIM115
        sys.stdout = open(1, "w", buffering=1, encoding="utf-8", closefd=False)  # noqa: SIM115
        sys.stderr = open(2, "w", buffering=1, encoding="utf-8", closefd=False)  # noqa: SIM115
        warnings.simplefilter("error")
        from salescli.cli import root

        root.speak(sys.argv[1:], dict(os.environ))
        code = root.run(sys.argv[1:])
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


class Warm:
    """A process that forks the program when asked; begun before much else is imported, it stays small.

    It does what ``prepare`` does when it is asked first.
    """

    def __init__(self, prepare: Callable[[], object]) -> None:
        self._asked, theirs = socket.socketpair()
        if fork() == 0:
            try:
                self._asked.close()
                gc.disable()  # a collection in a forked process would copy every page
                _serve(theirs, prepare)
            finally:
                os._exit(1)
        theirs.close()

    def run(self, argv: Sequence[str], environ: Mapping[str, str], folder: Path, streams: Sequence[int]) -> int:
        """Run ``sales argv`` to its end; gives back its exit code."""
        with tempfile.TemporaryFile() as request:
            request.write(json.dumps([list(argv), dict(environ), str(folder)]).encode())
            request.seek(0)
            socket.send_fds(self._asked, [b"run"], [request.fileno(), *streams])
            answer = self._asked.recv(16)
        assert answer, "the warm process is gone"
        return int(answer)

    def end(self) -> None:
        """Let the process end."""
        self._asked.close()


def _serve(asked: socket.socket, prepare: Callable[[], object]) -> None:
    """Fork a process for each request, until the one that asks is gone."""
    ready = False
    while True:
        asked_for, (*files,), _flags, _address = socket.recv_fds(asked, 16, 4)
        if not asked_for:
            os._exit(0)
        if not ready:
            prepare()
            ready = True
        child = os.fork()
        if child == 0:
            with os.fdopen(files[0], encoding="utf-8") as request:
                argv, environ, folder = json.load(request)
            be_the_program(argv, environ, folder, files[1:])
        for file in files:
            os.close(file)
        _pid, status = os.waitpid(child, 0)
        asked.send(str(os.waitstatus_to_exitcode(status)).encode())
