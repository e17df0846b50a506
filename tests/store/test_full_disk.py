"""A disk that is full: nothing is acknowledged, nothing is lost, and it goes on when there is room again."""

import asyncio
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.domain.quiz import commands as c
from tests.halls import Hall, hall
from tests.playing import joining, pid

ROOM = 256 * 1024


async def join_until_it_fails(place: Hall) -> int:
    """How many joined before the disk was full."""
    for number in range(100_000):
        if await place.outcome(joining(f"s{number}", name="Somebody")) == "not saved":
            return number
    raise AssertionError("the disk did not fill")


async def goes_on(place: Hall, joined: int) -> None:
    """The next try works, and the file holds whom it said that it holds and nobody else."""
    assert place.log.failing is None
    assert place.replayed() == place.state == place.run.ahead
    everybody = [f"s{number}" for number in range(joined)] + ["late"]
    assert list(place.state.participants) == everybody
    assert [row[0] for row in place.rows()] == list(range(1, len(everybody) + 2))


@pytest.fixture
def tiny_disk() -> Iterator[Path]:
    if os.geteuid() != 0:
        pytest.skip("only root can mount a disk of 256 KiB; the limit on the file's size is tested for everybody")
    with tempfile.TemporaryDirectory(prefix="portal-tiny-") as folder:
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={ROOM}", "portal-tiny", folder], capture_output=True, check=False
        )
        if mounted.returncode:
            pytest.skip(f"this machine mounts nothing: {mounted.stderr.decode().strip()}")
        try:
            yield Path(folder)
        finally:
            subprocess.run(["umount", folder], check=True)


def test_on_a_full_disk_nothing_is_said_to_be_saved_and_with_room_it_goes_on(tiny_disk: Path) -> None:
    async def scene() -> None:
        ballast = tiny_disk / "somebody-elses-film"
        ballast.write_bytes(b"x" * 48 * 1024)
        async with hall(tiny_disk) as place:
            joined = await join_until_it_fails(place)
            assert joined > 0
            assert "full" in str(place.log.failing)
            assert list(place.state.participants) == [f"s{number}" for number in range(joined)]
            ballast.unlink()
            await place.do(joining("late"))
            await goes_on(place, joined)

    asyncio.run(scene())


def test_with_a_limit_on_the_size_of_files_it_is_the_same(tmp_path: Path) -> None:
    """The limit binds a whole process, so the scene has one of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.store.test_full_disk", str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 0


async def scene_with_a_limit(folder: Path) -> int:
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    async with hall(folder) as place:
        resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM, hard))
        joined = await join_until_it_fails(place)
        assert await place.outcome(c.Clear(pid("s0"))) == "not saved"
        assert place.log.failing is not None
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
        await place.do(joining("late"))
        await goes_on(place, joined)
    return joined


if __name__ == "__main__":
    sys.stdout.write(str(asyncio.run(scene_with_a_limit(Path(sys.argv[1])))))
