"""The simulator panel: one page for demonstrations, development and tests; not there in production."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, abort, current_app, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask.wrappers import Response
from flask_babel import get_locale
from flask_babel import gettext as _
from markupsafe import Markup

from kiosk.demonstration import enrol, panel, qr_picture, seed, troubles
from kiosk.demonstration import officers as demo_officers
from kiosk.demonstration.panel import Offer
from kiosk.demonstration.portraits import Portraits, PortraitsMissing
from kiosk.demonstration.residents import Portrait
from kiosk.demonstration.stage import Lighting, Stage
from kiosk.demonstration.troubles import Part
from kiosk.domain.nik import grouped
from kiosk.domain.totp import seconds_left
from kiosk.hardware.camera.acting import Act
from kiosk.routes import qr
from kiosk.services import totp
from kiosk.services.kiosk import Kiosk
from kiosk.wording import access as words

bp = Blueprint("simulator", __name__, url_prefix="/simulator")

LONGEST_SCAN = 4096
STAGE = "simulator-stage"


def this_kiosk() -> Kiosk:
    """The kiosk of the application that answers."""
    kiosk: Kiosk = current_app.extensions["kiosk"]
    return kiosk


def the_stage() -> Stage:
    """Who stands before the camera of this application."""
    portraits = Portraits(this_kiosk().settings.data / "portraits")
    stage: Stage = current_app.extensions.setdefault(STAGE, Stage(portraits))
    return stage


@bp.app_template_filter("in_fours")
def in_fours(nik: str) -> str:
    """A NIK as people read it aloud."""
    return grouped(nik)


@bp.after_request
def never_kept(response: Response) -> Response:
    """The panel shows mails and numbers: nothing of it stays in a cache but the pictures."""
    response.headers.setdefault("Cache-Control", "no-store")
    response.vary.add("HX-Request")
    return response


@bp.get("")
def show() -> ResponseReturnValue:
    """The whole panel."""
    return page("simulator/panel.html", **_stage(), **_live(), **_parts())


@bp.get("/live")
def live() -> ResponseReturnValue:
    """Paper, mails and QR, when something has come since `seen`; else 204."""
    if request.args.get("seen") == panel.mark(this_kiosk()):
        return "", 204
    return render_template("simulator/live.html", **_live())


@bp.get("/parts")
def parts() -> ResponseReturnValue:
    """How the parts are, when that has changed since `seen`; else 204."""
    now = _parts()
    if request.args.get("seen") == now["parts_mark"]:
        return "", 204
    return render_template("simulator/parts.html", **now)


@bp.post("/stand")
def stand() -> ResponseReturnValue:
    """Put a resident before the camera, or nobody."""
    try:
        the_stage().stand(this_kiosk(), request.form.get("key") or None)
    except KeyError:
        abort(422)
    return _section("simulator/stage.html", _stage())


@bp.post("/light")
def light() -> ResponseReturnValue:
    """Turn one switch before the camera: a field of `Lighting`."""
    now = the_stage().lighting(this_kiosk())
    switch = request.form.get("switch", "")
    if now is not None and switch in Lighting.__dataclass_fields__:
        the_stage().light(this_kiosk(), replace(now, **{switch: not getattr(now, switch)}))
    return _section("simulator/stage.html", _stage())


@bp.post("/act")
def act() -> ResponseReturnValue:
    """Choose what whoever stands before the camera does there."""
    chosen = request.form.get("act", "")
    if chosen not in Act.__members__.values():
        abort(422)
    the_stage().play(this_kiosk(), Act(chosen))
    return _section("simulator/stage.html", _stage())


@bp.post("/again")
def again() -> ResponseReturnValue:
    """Let every resident come a second time."""
    seed.start_again()
    return _section("simulator/stage.html", {**_stage(), "done_again": True})


@bp.post("/scan")
def scan() -> ResponseReturnValue:
    """Hold a text, a sheet that came out, or the phone with its code before the scanner."""
    kiosk = this_kiosk()
    text = request.form.get("text", "").strip()[:LONGEST_SCAN]
    if mark := request.form.get("sheet"):
        sheet = panel.sheet(kiosk, mark)
        text = (panel.code_on(sheet) or "") if sheet else ""
    if "phone" in request.form:
        text = panel.registration(kiosk) or ""
    scanned = "done" if text and panel.scan(kiosk, text) else "nothing"
    return _section("simulator/live.html", {**_live(), "scanned": scanned})


@bp.post("/parts")
def break_part() -> ResponseReturnValue:
    """Bring a part into one of its ways."""
    part = request.form.get("part", "")
    if part not in Part.__members__.values():
        abort(422)
    if not troubles.bring_about(this_kiosk(), Part(part), request.form.get("way", "")):
        abort(422)
    return _section("simulator/parts.html", _parts())


@bp.post("/normal")
def normal() -> ResponseReturnValue:
    """Set everything back."""
    troubles.everything_normal(this_kiosk())
    return _section("simulator/parts.html", _parts())


@bp.post("/face-process")
def kill_face_process() -> ResponseReturnValue:
    """Kill the face process, to see it come back."""
    troubles.kill_face_process(this_kiosk())
    return _section("simulator/parts.html", _parts())


@bp.get("/portraits/<name>.jpg")
def portrait(name: str) -> ResponseReturnValue:
    """A person of the demonstration, as the simulated camera shows him."""
    try:
        picture = the_stage().person(Portrait(name)).picture
    except (ValueError, PortraitsMissing):
        abort(404)
    return _picture(picture, "image/jpeg")


@bp.get("/sheets/<mark>.png")
def sheet(mark: str) -> ResponseReturnValue:
    """A sheet that came out of the simulated printer."""
    found = panel.sheet(this_kiosk(), mark) or abort(404)
    return _picture(found.png, "image/png")


@bp.get("/phone")
def phone() -> ResponseReturnValue:
    """Read the QR that the kiosk draws, as a phone would, and go where it leads."""
    offer = panel.offer(this_kiosk())
    link = qr_picture.read(_drawn(offer)) if offer else None
    if link is None:
        return page("simulator/no_qr.html"), 404
    return redirect(link)


@bp.get("/petugas")
def officers() -> ResponseReturnValue:
    """The made-up officers with all they know, and what their phones show now."""
    return page("simulator/officers.html", **_phones())


@bp.get("/petugas/kode")
def officers_codes() -> ResponseReturnValue:
    """The same list, once the codes have changed."""
    return render_template("simulator/phones.html", **_phones())


def _phones() -> dict[str, object]:
    now = this_kiosk().clock.now()
    return {
        "officers": [
            (one, words.ROLE[one.role], totp.code_now(one.secret, now))
            for one in demo_officers.known(this_kiosk().settings)
        ],
        "seconds": seconds_left(now),
    }


def _stage() -> dict[str, object]:
    kiosk, stage = this_kiosk(), the_stage()
    return {
        "groups": panel.grouped(seed.present(kiosk)),
        "missing": seed.left_out(kiosk),
        "chosen": stage.chosen(kiosk),
        "lighting": stage.lighting(kiosk),
        "act": stage.act(kiosk),
        "nobody": stage.is_empty(kiosk),
        "portraits": stage.portraits.available,
        "newcomers": enrol.enrolled(),
    }


def _live() -> dict[str, object]:
    kiosk = this_kiosk()
    offer = panel.offer(kiosk)
    return {
        "mark": panel.mark(kiosk),
        "offer": offer,
        "qr": _drawn(offer) if offer else None,
        "registered": panel.registration(kiosk) is not None,
        "sheets": [
            (panel.mark_of(one), one.at.astimezone(kiosk.settings.zone)) for one in panel.sheets(kiosk)
        ],
        "letters": panel.letters(kiosk),
        "zone": kiosk.settings.zone,
    }


def _drawn(offer: Offer) -> Markup:
    """The QR as the kiosk's own screen draws it."""
    return qr.svg(offer.link, _("QR yang sedang tampil di anjungan"))


def _parts() -> dict[str, object]:
    kiosk = this_kiosk()
    states = troubles.states(kiosk)
    engine = kiosk.adapters.face
    return {
        "states": states,
        "engine": engine,
        "parts_mark": troubles.mark(states, engine),
        "all_normal": all(one.way in (None, troubles.NORMAL) for one in states),
    }


def page(template: str, **context: object) -> str:
    """Render a whole page, with what its header needs."""
    language = str(get_locale())
    return render_template(template, settings=this_kiosk().settings, language=language, **context)


def _section(template: str, context: dict[str, object]) -> ResponseReturnValue:
    """Answer a form: htmx gets the section it came from, anything else the whole panel again."""
    if request.headers.get("HX-Request") == "true":
        return render_template(template, **context)
    return redirect(url_for("simulator.show"), 303)


def _picture(data: bytes, kind: str) -> Response:
    answer = make_response(data)
    answer.mimetype = kind
    answer.cache_control.private = True
    answer.cache_control.max_age = 3600
    return answer
