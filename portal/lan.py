"""This machine's address on its network: what phones in the same room can type."""

import socket

# Reserved for documentation (RFC 5737): asking for the way there picks our own address, and sends nothing.
_ELSEWHERE = ("192.0.2.1", 9)


def address(port: int) -> str:
    """``http://ADDRESS:PORT`` of the interface that leads outside; loopback when the machine has no network."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(_ELSEWHERE)
            own = probe.getsockname()[0]
        except OSError:
            own = "127.0.0.1"
    return f"http://{own}:{port}"
