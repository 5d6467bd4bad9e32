"""Commands that are killed or whose disk fails: before or after, never between (in full: `python -m bench.crash`)."""

import os
import random
import signal
import subprocess
import time
from pathlib import Path

import pytest

from bench.trust import adversity, kills
from bench.trust.deeds import DEEDS, Deed, lay_in_few, migrations, older
from bench.trust.desk import SALES, Desk, contents, faults
from bench.trust.hazards import Hazard
from tests.conftest import Sales

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs processes that are killed on POSIX")
needs_strace = pytest.mark.skipif(bool(kills.NO_STRACE), reason=kills.NO_STRACE)
LOG = next(deed for deed in DEEDS if deed.argv[:2] == ("visit", "log"))
KILLED = [deed for deed in DEEDS if deed.name in {"log a visit", "import clients"}]


@pytest.fixture(scope="module")
def stock(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files that commands are killed on."""
    folder = tmp_path_factory.mktemp("crash") / "stock"
    lay_in_few(folder, 300, visits=1)
    older(folder / "0001.db", "0001", 5)
    return folder


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "desk")


@pytest.mark.parametrize("deed", [*KILLED, migrations()[0]], ids=lambda deed: deed.name)
def test_a_command_that_is_killed_happened_or_did_not(deed: Deed, desk: Desk, stock: Path) -> None:
    (hazard,) = kills.at_random(desk, stock, [deed], 1, seed=random.SystemRandom().randrange(1 << 30))
    assert hazard.broken == []
    assert hazard.tried == 1


@needs_strace
def test_a_log_killed_at_its_last_write_never_happened(desk: Desk, stock: Path) -> None:
    """The end of the journal is the commit: killed right before it, what was written is taken back."""
    LOG.ready(desk, stock)
    before = contents(desk.db)
    done = desk.whole(*LOG.argv, before=["strace", "-f", "-o", "/dev/null", "-e", "inject=unlink:signal=KILL:when=1"])
    assert done.out == ""
    assert desk.left_over() == ["sales.db-journal"]
    assert "见面谈合同" in desk.run("visit", "list", "2026").out
    assert (contents(desk.db), faults(desk.db), desk.left_over()) == (before, [], [])


@needs_strace
@pytest.mark.parametrize(("fault", "said"), [("ENOSPC", "the disk is full")])
def test_a_disk_that_is_full_or_fails_is_said_and_nothing_stored(
    fault: str, said: str, desk: Desk, stock: Path
) -> None:
    LOG.ready(desk, stock)
    before = contents(desk.db)
    strace = ["strace", "-f", "-o", "/dev/null", "-e", f"inject=pwrite64:error={fault}:when=3"]
    done = desk.whole(*LOG.argv, before=strace)
    assert (done.code, done.out, done.err.count("\n")) == (5, "", 1)
    assert said in done.err
    assert (contents(desk.db), faults(desk.db), desk.left_over()) == (before, [], [])


def test_a_judge_of_kills_finds_halves(desk: Desk, stock: Path) -> None:
    """What holds all the above together can fail."""
    between = kills.Between(desk, LOG, stock)
    LOG.ready(desk, stock)
    done = desk.run("client", "edit", "C0003", "--note", "halb")
    hazard = Hazard("", "")
    between.judge(done, hazard, "here")
    assert hazard.broken == ["here: neither before nor after", "here: reported and not there"]


def test_an_import_that_is_ended_stores_nothing_and_leaves_no_journal(desk: Desk, stock: Path) -> None:
    """SQLAlchemy throws a connection away that was interrupted, without taking back what it wrote."""
    hazard = adversity.in_an_import(desk, stock, [signal.SIGTERM])
    assert (hazard.broken, hazard.counts) == ([], {"exit 130": 1})


def test_a_command_whose_input_is_closed_says_what_it_needs(desk: Desk) -> None:
    done = subprocess.run(
        ["sh", "-c", f"{' '.join(SALES)} log <&-"], env=desk.environ, capture_output=True, check=False
    )
    assert done.returncode == 2
    assert b"CLIENT" in done.stderr


def test_what_killed_commands_left_half_written_is_gone_after_a_day(sales: Sales, tmp_path: Path) -> None:
    old = [
        tmp_path / name
        for name in (".sales-0123456789ab.new", ".sales-ab_d12x3.xlsx", ".sales-0123456789ab.new-journal")
    ]
    kept = [tmp_path / name for name in (".sales-ba9876543210.new", "sales-0123456789ab.new", ".sales-mine")]
    for path in (*old, *kept):
        path.touch()
    for path in (*old, *kept[1:]):
        os.utime(path, (time.time() - 25 * 3600,) * 2)
    sales("data", "backup", "copy.db")
    assert [path for path in old if path.exists()] == []
    assert [path for path in kept if not path.exists()] == []
