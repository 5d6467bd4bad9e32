"""What is no file to read a table from, and cells as text."""

import os
import threading
from datetime import date, datetime, time
from pathlib import Path

import pytest

from salescli.errors import NotFound, Refused
from salescli.tabular import Limits, as_text, read_table

posix_only = pytest.mark.skipif(os.name != "posix", reason="needs POSIX files")


def test_a_missing_file_is_not_found(tmp_path):
    with pytest.raises(NotFound, match=r"There is no file .*nothing\.csv") as raised:
        read_table(tmp_path / "nothing.csv")
    assert raised.value.exit_code == 3
    (tmp_path / "file").write_text("x")
    with pytest.raises(NotFound):
        read_table(tmp_path / "file" / "clients.csv")


def test_a_folder_is_refused(tmp_path):
    with pytest.raises(Refused, match="is a folder"):
        read_table(tmp_path)


@posix_only
@pytest.mark.parametrize("path", ["/dev/zero", "/dev/null"])
def test_a_device_is_refused_unread(path):
    with pytest.raises(Refused, match="is a device or a pipe"):
        read_table(Path(path))


@posix_only
def test_a_pipe_is_refused_instead_of_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(Refused, match="is a device or a pipe"):
        read_table(tmp_path / "pipe.csv")


@posix_only
def test_links_in_a_circle_are_refused(tmp_path):
    (tmp_path / "a.csv").symlink_to(tmp_path / "b.csv")
    (tmp_path / "b.csv").symlink_to(tmp_path / "a.csv")
    with pytest.raises(Refused, match=r"a\.csv can't be read"):
        read_table(tmp_path / "a.csv")


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_refused(tmp_path):
    (tmp_path / "clients.csv").write_text("a,b\n1,2\n")
    (tmp_path / "clients.csv").chmod(0)
    with pytest.raises(Refused, match="can't be read"):
        read_table(tmp_path / "clients.csv")


def test_a_sparse_file_of_ten_gigabytes_is_refused_unread(tmp_path):
    path = tmp_path / "huge.csv"
    with path.open("wb") as stream:
        stream.truncate(10 << 30)
    with pytest.raises(Refused, match=r"huge\.csv has 10,240 MB; the limit is 50 MB"):
        read_table(path)


def test_a_file_a_byte_over_the_limit_is_refused_and_one_at_it_is_read(tmp_path):
    path = tmp_path / "clients.csv"
    path.write_text("a,b\n1,2\n")
    assert len(read_table(path, limits=Limits(csv_bytes=8)).rows) == 1
    with pytest.raises(Refused, match="the limit is"):
        read_table(path, limits=Limits(csv_bytes=7))


def test_a_workbook_has_a_limit_of_its_own(tmp_path):
    path = tmp_path / "clients.csv"
    with path.open("wb") as stream:
        stream.write(b"PK\x03\x04")
        stream.truncate((20 << 20) + 1)
    with pytest.raises(Refused, match=r"has 20\.01 MB; the limit is 20 MB"):
        read_table(path)


# Windows tells the time of a change only when the file is closed.
@pytest.mark.parametrize("mode", ["ab", pytest.param("r+b", marks=posix_only)])
def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path, mode):
    path = tmp_path / "clients.csv"
    path.write_bytes(b"a,b\n" + b"1,2\n" * 5_000_000)
    started, stop = threading.Event(), threading.Event()

    def write_on() -> None:
        with path.open(mode, buffering=0) as stream:
            while not stop.is_set():
                stream.seek(0)
                stream.write(b"a,b\n")
                started.set()

    writer = threading.Thread(target=write_on)
    writer.start()
    started.wait()
    try:
        with pytest.raises(Refused, match=r"clients\.csv changed while it was being read"):
            read_table(path)
    finally:
        stop.set()
        writer.join()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("1.38E+10", "1.38E+10"),
        (" x ", " x "),
        (None, ""),
        (14101270340.0, "14101270340"),
        (1.38e10, "13800000000"),
        (1e21, "1000000000000000000000"),
        (0.1, "0.1"),
        (1e-7, "0.0000001"),
        (-2.50, "-2.5"),
        (-0.0, "0"),
        (float("inf"), "inf"),
        (float("nan"), "nan"),
        (7, "7"),
        (True, "TRUE"),
        (False, "FALSE"),
        (date(2026, 11, 22), "2026-11-22"),
        (datetime(2026, 11, 22, 17, 5), "2026-11-22 17:05:00"),  # noqa: DTZ001
        (time(14, 0), "14:00"),
        (time(14, 0, 5), "14:00:05"),
    ],
)
def test_a_cell_becomes_the_text_a_person_would_type(value, text):
    assert as_text(value) == text
