"""What a user named is written as their system's own tools would, whatever stands there."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from router.write_file import write_file

WRITE = """
import sys; from pathlib import Path; from router.write_file import write_file
write_file(Path(sys.argv[1]), sys.argv[2])
"""
ROOT = Path(__file__).parents[2]
is_root = os.geteuid() == 0


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def read_in_the_background(fifo: Path) -> tuple[threading.Thread, list[str]]:
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append(fifo.read_text()))
    reader.start()
    return reader, read


def test_a_file_is_exchanged_so_that_its_readers_see_the_old_or_the_new_one(tmp_path: Path) -> None:
    file = tmp_path / "super.graphql"
    write_file(file, "old")
    with file.open() as reader:
        write_file(file, "new")
        assert reader.read() == "old"
    assert file.read_text() == "new"
    assert names(tmp_path) == ["super.graphql"]


def test_a_new_file_has_the_permissions_that_the_user_gives_new_files(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_file(tmp_path / "new", b"")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o640


def test_a_file_that_was_there_keeps_its_permissions(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.touch()
    file.chmod(0o600)
    write_file(file, "new")
    assert (stat.S_IMODE(file.stat().st_mode), file.read_text()) == (0o600, "new")


@pytest.mark.skipif(not is_root, reason="only root gives files away")
def test_a_file_that_was_there_keeps_its_owner(tmp_path: Path) -> None:
    file = tmp_path / "theirs"
    file.touch()
    os.chown(file, 65534, 65534)
    write_file(file, "new")
    assert (file.stat().st_uid, file.stat().st_gid) == (65534, 65534)


def test_a_fifo_gets_the_text_and_stays(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    reader, read = read_in_the_background(fifo)
    write_file(fifo, "text")
    reader.join(10)
    assert read == ["text"]
    assert stat.S_ISFIFO(fifo.stat().st_mode)
    assert names(tmp_path) == ["fifo"]


@pytest.mark.parametrize("there", [True, False])
def test_a_link_stays_and_its_target_is_written(tmp_path: Path, there: bool) -> None:
    (tmp_path / "folder").mkdir()
    target = tmp_path / "folder" / "target"
    if there:
        target.write_text("old")
    (tmp_path / "second").symlink_to("folder/target")
    (tmp_path / "first").symlink_to(tmp_path / "second")
    write_file(tmp_path / "first", "new")
    assert target.read_text() == "new"
    assert (tmp_path / "first").is_symlink()
    assert (tmp_path / "second").is_symlink()


def test_a_link_to_a_fifo_leads_to_the_fifo(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "device").symlink_to("fifo")
    reader, read = read_in_the_background(tmp_path / "fifo")
    write_file(tmp_path / "device", "text")
    reader.join(10)
    assert read == ["text"]
    assert (tmp_path / "device").is_symlink()


def test_links_that_lead_nowhere_are_an_error(tmp_path: Path) -> None:
    (tmp_path / "one").symlink_to("two")
    (tmp_path / "two").symlink_to("one")
    with pytest.raises(OSError, match="symbolic links"):
        write_file(tmp_path / "one", "text")


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="this system has no /proc")
def test_an_open_descriptor_is_written_whatever_it_leads_to(tmp_path: Path) -> None:
    (tmp_path / "stdout").symlink_to("/proc/self/fd/1")  # as /dev/stdout is
    argv = [sys.executable, "-c", WRITE, str(tmp_path / "stdout"), "text"]
    assert subprocess.run(argv, capture_output=True, text=True).stdout == "text"
    with (tmp_path / "redirected").open("w+") as output:
        subprocess.run(argv, stdout=output, check=True)
        assert output.read() == "text"  # not a file of that name that took its place
    assert names(tmp_path) == ["redirected", "stdout"]


def test_process_substitution_gets_the_text(tmp_path: Path) -> None:
    command = '"$0" -c "$1" >(cat > copy; touch done) text; until [ -e done ]; do sleep 0.01; done'
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    argv = ["bash", "-c", command, sys.executable, WRITE]
    subprocess.run(argv, check=True, timeout=30, cwd=tmp_path, env=env)
    assert (tmp_path / "copy").read_text() == "text"


def test_a_directory_is_refused_and_stays(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError):
        write_file(tmp_path, "text")
    assert names(tmp_path.parent / tmp_path.name) == []


def unprivileged(path: Path, text: str) -> subprocess.CompletedProcess[str]:
    """Write as somebody whom permissions hold back."""
    account = 65534 if is_root else None
    source = Path(write_file.__code__.co_filename).read_text()
    program = f"{source}\nimport sys; write_file(Path(sys.argv[1]), sys.argv[2])"
    argv = ["/usr/bin/env", "python3", "-c", program, str(path), text]
    return subprocess.run(
        argv,
        capture_output=True,
        text=True,
        cwd="/",
        user=account,
        group=account,
        extra_groups=[] if account else None,
    )


@pytest.fixture
def open_folder(tmp_path: Path) -> Path:
    """A folder that everybody may enter (pytest's are the user's own)."""
    for folder in (tmp_path, *tmp_path.parents[:2]):
        folder.chmod(0o755)
    return tmp_path


def test_a_file_that_may_be_written_in_a_folder_that_may_not_is_written_in_place(open_folder: Path) -> None:
    file = open_folder / "shared"
    file.write_text("old")
    file.chmod(0o666)
    open_folder.chmod(0o555)
    before = file.stat().st_ino
    done = unprivileged(file, "new")
    open_folder.chmod(0o755)
    assert done.returncode == 0, done.stderr
    assert (file.read_text(), file.stat().st_ino) == ("new", before)


def test_a_file_that_is_closed_to_writing_is_refused_though_it_could_be_exchanged(open_folder: Path) -> None:
    file = open_folder / "closed"
    file.write_text("old")
    file.chmod(0o444)
    open_folder.chmod(0o777)
    done = unprivileged(file, "new")
    assert "PermissionError" in done.stderr
    assert file.read_text() == "old"
