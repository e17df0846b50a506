"""What makes a file's new name last: the folder that holds it is written, too."""

import os
from pathlib import Path


def sync(folder: Path) -> None:
    """Returns when the names in ``folder`` are on disk. Raises ``OSError``."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
