"""What the command line says when it cannot do what it was asked to."""

import sys


def complain(headline: str, *sentences: str, status: int = 1) -> int:
    """Writes to stderr; answers with ``status``, the exit status."""
    print(f"portal: {headline}", file=sys.stderr)
    for sentence in sentences:
        print(f"  {sentence}", file=sys.stderr)
    return status
