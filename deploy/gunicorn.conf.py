"""How gunicorn serves the kiosk. Reasons: docs/adr/0005-one-process-many-threads.md."""

from __future__ import annotations

import os
from pathlib import Path


def _listener(host: str, port: str) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


bind = [_listener(os.environ.get("HOST") or "127.0.0.1", os.environ.get("PORT") or "8000")]
if os.environ.get("KIOSK_PUBLIC_BIND"):
    bind.append(os.environ["KIOSK_PUBLIC_BIND"])

# One process owns the devices; a second worker would open the printer a second time.
worker_class = "gthread"
workers = 1
threads = 64
# Streams hold a thread each: connections beyond threads wait in the worker, so they are kept few.
worker_connections = 128
keepalive = 5

# The heartbeat is the worker's main loop, not its threads: a device that hangs for minutes never stops it.
# A minute leaves room for a slow start from a memory card.
timeout = 60
graceful_timeout = 3
# The heartbeat file belongs into memory: a disk that is busy or full must not look like a dead worker.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108
control_socket_disable = True

# X-Forwarded-* is judged in one place, the application (KIOSK_TRUSTED_PROXIES): gunicorn trusts nobody,
# not even 127.0.0.1, and ignores the FORWARDED_ALLOW_IPS of the environment.
forwarded_allow_ips = ""

# Links carry one-time tokens and times tell who was there: no request is logged here, the application
# logs what it needs without personal data.
accesslog = None
errorlog = "-"
loglevel = "warning"

limit_request_line = 2048
limit_request_fields = 60
limit_request_field_size = 8190
