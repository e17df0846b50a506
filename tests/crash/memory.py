"""Where the scratch files of a night lie: a disk that costs nothing, where the system has one."""

from pathlib import Path

MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 (folders in it are named by tempfile, nobody guesses them)
