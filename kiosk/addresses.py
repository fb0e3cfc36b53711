"""Which addresses matter, and which of them a phone can open."""

from __future__ import annotations

import ipaddress
import os
import socket
from dataclasses import replace

from kiosk.config import Settings


def listening() -> tuple[str, int]:
    """Host and port that gunicorn is told to listen on (HOST, PORT)."""
    return os.environ.get("HOST") or "127.0.0.1", int(os.environ.get("PORT") or "8000")


def with_public_url(settings: Settings) -> Settings:
    """Fill in KIOSK_PUBLIC_URL where nobody has: the address under which this machine hears phones."""
    if settings.public_url:
        return replace(settings, public_url=settings.public_url.rstrip("/"))
    host, port = listening()
    if host in ("0.0.0.0", "::"):  # noqa: S104
        host = lan_address() or "127.0.0.1"
    return replace(settings, public_url=f"http://{host}:{port}")


def lan_address() -> str | None:
    """This machine's address in the local network; nothing is sent to find it out."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            # Connecting a UDP socket only chooses a route; 192.0.2.1 is for documentation (RFC 5737).
            probe.connect(("192.0.2.1", 9))
            address = str(probe.getsockname()[0])
        except OSError:
            return None
    return None if ipaddress.ip_address(address).is_loopback else address


def here() -> str:
    """The address under which this machine's own browser finds the server."""
    host, port = listening()
    return f"http://{'127.0.0.1' if host in ('0.0.0.0', '::') else host}:{port}"  # noqa: S104


def lines(settings: Settings) -> list[str]:
    """What `make run` prints before it serves."""
    shown = [f"  kiosk      {here()}/", f"  officers   {here()}/petugas"]
    if settings.is_demo:
        shown[-1] += f"   names, passwords and codes: {here()}/simulator/petugas"
        shown.append(f"  simulator  {here()}/simulator")
    known = with_public_url(settings)
    url = known.public_url
    if known.is_only_here:
        shown.append(
            f"  phones     {url}/   only this machine can open it; for real phones: make run HOST=0.0.0.0"
        )
    else:
        shown.append(f"  phones     {url}/   a phone in the same network can open it")
    return ["Anjungan IKD", *shown]
