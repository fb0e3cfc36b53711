"""A table as the answer to a request: CSV is sent while it is read, XLSX once it is whole."""

from __future__ import annotations

import tempfile

from flask import Response, send_file, stream_with_context

from kiosk.papers.sheet import Table, csv_of, xlsx_into

KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""The ends of files that there are, and what each says of itself."""


def answer(table: Table, name: str, kind: str) -> Response:
    """Send `table` as a file that is kept: `name` without its end, `kind` one of `KINDS`."""
    full = f"{name}.{kind}"
    if kind == "csv":
        sent = Response(stream_with_context(csv_of(table)), content_type=KINDS[kind])
        sent.headers.set("Content-Disposition", "attachment", filename=full)
        return sent
    file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by the server when it has been sent
    xlsx_into(table, file)
    file.seek(0)
    return send_file(file, KINDS[kind], as_attachment=True, download_name=full)
