"""Settings that cannot be right are refused at the start, with a sentence that names them."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk import adapters, create_app, keys
from kiosk.config import LEAST, Settings, SettingsError
from kiosk.domain.clock import SystemClock

PRODUCTION = {
    "env": "production",
    "key_file": Path("keys.txt"),
    "register": "dukcapil",
    "authority": "dukcapil",
    "mail": "smtp://mail.example",
    "camera": "browser",
    "printer": "tcp://192.0.2.7:9100",
    "scanner": "browser",
    "public_url": "https://ikd.example",
}


def test_the_defaults_are_a_demonstration_that_starts():
    settings = Settings()
    assert settings.is_demo
    assert (settings.camera, settings.printer, settings.scanner) == ("simulated",) * 3


def test_production_starts_when_everything_real_is_named():
    assert not Settings(**PRODUCTION).is_demo


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("register", "local"),
        ("authority", "local"),
        ("camera", "simulated"),
        ("camera", "files:recorded"),
        ("printer", "simulated"),
        ("scanner", "simulated"),
        ("scanner", "evdev:05e0:1200; simulated"),
        ("mail", "folder"),
        ("key_file", None),
        ("debug", True),
        ("public_url", ""),
        ("public_url", "http://ikd.example"),
        ("public_url", "ikd.example"),
        ("public_url", "HTTPSX://ikd.example"),
    ],
)
def test_production_refuses_what_belongs_to_a_demonstration(name, value):
    with pytest.raises(SettingsError, match=f"KIOSK_{name.upper()}"):
        Settings(**PRODUCTION | {name: value})


@pytest.mark.parametrize("env", ["", "Production", "prod", "production ", "test"])
def test_a_mistyped_environment_is_no_demonstration(env):
    with pytest.raises(SettingsError, match="KIOSK_ENV"):
        Settings(env=env)


@pytest.mark.parametrize(
    "name", ["KIOSK_PAPERMM", "KIOSK_", "KIOSK_FACE_ACEPT", "KIOSK_IS_DEMO", "KIOSK_ZONE"]
)
def test_a_mistyped_name_is_refused(name):
    with pytest.raises(SettingsError, match=f"{name} is not a setting"):
        Settings.from_environment({name: "1"})


def test_what_is_not_ours_in_the_environment_is_left_alone():
    assert Settings.from_environment({"HOME": "/", "PORT": "x", "kiosk_env": "production"}) == Settings()


def test_every_kind_of_setting_is_read():
    settings = Settings.from_environment(
        {
            "KIOSK_TERMINAL": "B2",
            "KIOSK_PAPER_MM": "58",
            "KIOSK_FACE_ACCEPT": "0.5",
            "KIOSK_DEBUG": "yes",
            "KIOSK_DATA": "/srv/kiosk",
            "KIOSK_KEY_FILE": "/etc/kiosk/keys",
            "KIOSK_OFFICE_LOGO": "",
        }
    )
    assert settings == Settings(
        terminal="B2",
        paper_mm=58,
        face_accept=0.5,
        debug=True,
        data=Path("/srv/kiosk"),
        key_file=Path("/etc/kiosk/keys"),
        office_logo=None,
    )


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("KIOSK_PAPER_MM", "eighty"),
        ("KIOSK_OFFICE_TEXT", "Jl. Contoh 1;Senin-Jumat;Sabtu"),
        ("KIOSK_OFFICE_TEXT", "x" * 65),
        ("KIOSK_OFFICE_TEXT", "Rek. 3273 0141 0790 0012"),
        ("KIOSK_PAPER_MM", ""),
        ("KIOSK_PAPER_MM", "57"),
        ("KIOSK_PAPER_MM", "80.5"),
        ("KIOSK_FACE_TRIES", "2.9"),
        ("KIOSK_FACE_TRIES", "0"),
        ("KIOSK_FACE_TRIES", "-1"),
        ("KIOSK_FACE_TRIES", "Infinity"),
        ("KIOSK_CODE_TRIES", "nan"),
        ("KIOSK_FACE_ACCEPT", "0,54"),
        ("KIOSK_FACE_ACCEPT", "nan"),
        ("KIOSK_FACE_ACCEPT", "0"),
        ("KIOSK_FACE_ACCEPT", "0.7"),
        ("KIOSK_FACE_REVIEW", "1"),
        ("KIOSK_FACE_REVIEW", "inf"),
        ("KIOSK_ANSWER_MOMENT_SECONDS", "0"),
        ("KIOSK_ANSWER_MOMENT_SECONDS", "nan"),
        ("KIOSK_ADAPTER_DEADLINE_SECONDS", "inf"),
        ("KIOSK_ADAPTER_DEADLINE_SECONDS", "-8"),
        ("KIOSK_QR_RENEWALS", "-1"),
        ("KIOSK_TRUSTED_PROXIES", "-1"),
        ("KIOSK_DEBUG", "maybe"),
        ("KIOSK_TERMINAL", ""),
        ("KIOSK_TERMINAL", "Anjungan 1"),
        ("KIOSK_TERMINAL", "é"),
        ("KIOSK_TERMINAL", "A" * 17),
        ("KIOSK_TIMEZONE", "Asia/Bandung"),
        ("KIOSK_TIMEZONE", ""),
        ("KIOSK_TIMEZONE", "../../etc/passwd"),
        ("KIOSK_OFFICE_REGION", "327"),
        ("KIOSK_OFFICE_REGION", "327A"),
        ("KIOSK_OFFICE_REGION", "٣٢٧٣"),
    ],
)
def test_a_value_that_makes_no_sense_is_refused_by_its_name(name, text):
    with pytest.raises(SettingsError, match=name):
        Settings.from_environment({name: text})


@pytest.mark.parametrize("name", LEAST)
def test_the_least_is_allowed_and_less_is_not(name):
    assert getattr(Settings(**{name: LEAST[name]}), name) == LEAST[name]
    with pytest.raises(SettingsError, match=f"KIOSK_{name.upper()} is .* at least"):
        Settings(**{name: LEAST[name] - 0.01})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("register", "siak"),
        ("register", "Local"),
        ("authority", ""),
        ("mail", "sendmail"),
        ("mail", "folder://x"),
        ("mail", "smtp"),
        ("camera", "webcam"),
        ("camera", "kiosk.hardware.camera"),
        ("printer", "usb"),
        ("printer", "tcp"),
        ("printer", "simulated://x"),
        ("scanner", "laser"),
    ],
)
def test_an_unknown_driver_is_refused_by_the_name_of_its_setting(tmp_path, name, value):
    keys.create(tmp_path / keys.FILE_NAME)
    with pytest.raises(SettingsError, match=f"KIOSK_{name.upper()}"):
        create_app(Settings(data=tmp_path, **{name: value}))


def test_a_password_in_a_mistyped_address_is_not_repeated(tmp_path):
    settings = Settings(data=tmp_path, mail="smpt://kiosk:geheim@mail.example")
    with pytest.raises(SettingsError) as refusal:
        adapters.build(settings, keys.Keys({1: bytes(32)}), SystemClock())
    assert "geheim" not in str(refusal.value)


def test_settings_cannot_be_changed_while_the_kiosk_runs():
    with pytest.raises(AttributeError):
        Settings().env = "production"


def test_the_database_lies_with_the_data_unless_told_otherwise(tmp_path):
    assert Settings(data=tmp_path).database_url == f"sqlite:///{tmp_path / 'kiosk.db'}"
    assert Settings(database="postgresql://db/kiosk").database_url == "postgresql://db/kiosk"


def test_another_embedder_needs_bounds_of_its_own():
    asked = {"KIOSK_FACE_ENGINE": "onnx:model.onnx", "KIOSK_FACE_ACCEPT": "1.05"}
    with pytest.raises(SettingsError, match="KIOSK_FACE_REVIEW must be set beside KIOSK_FACE_ENGINE=onnx"):
        Settings.from_environment(asked)
    assert Settings.from_environment(asked | {"KIOSK_FACE_REVIEW": "1.2"}).face_review == 1.2
    with pytest.raises(SettingsError, match="review < 2"):
        Settings.from_environment(asked | {"KIOSK_FACE_REVIEW": "2"})
    with pytest.raises(SettingsError, match="review < 1"):
        Settings.from_environment({"KIOSK_FACE_ACCEPT": "1.05", "KIOSK_FACE_REVIEW": "1.2"})
