"""The sentences of sign-in, account and people: roles, and what is wrong with what was chosen."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from kiosk.domain.password import PASSWORD_MAX, PASSWORD_MIN, PasswordFault
from kiosk.domain.pin import PinFault
from kiosk.domain.roles import Role
from kiosk.services.officer import AddRefusal

ROLE: dict[Role, LazyString] = {
    Role.OFFICER: _("Petugas"),
    Role.SUPERVISOR: _("Penyelia"),
    Role.TECHNICIAN: _("Teknisi"),
    Role.AUDITOR: _("Auditor"),
}

ROLE_DOES: dict[Role, LazyString] = {
    Role.OFFICER: _("Melayani warga: papan, kasus, antrean, loket, perangkat."),
    Role.SUPERVISOR: _("Semua bagian, termasuk petugas, angka, dan audit."),
    Role.TECHNICIAN: _("Papan dan perangkat, tanpa data warga."),
    Role.AUDITOR: _("Angka dan audit, tanpa mengubah apa pun."),
}

PASSWORD: dict[PasswordFault, LazyString] = {
    PasswordFault.TOO_SHORT: _("Masih terlalu pendek: paling sedikit %(number)s huruf.", number=PASSWORD_MIN),
    PasswordFault.TOO_LONG: _("Paling banyak %(number)s huruf.", number=PASSWORD_MAX),
    PasswordFault.IS_USERNAME: _("Kata sandi tidak boleh memuat nama pengguna."),
    PasswordFault.SAME_AS_BEFORE: _("Ini kata sandi yang lama. Pilih yang baru."),
    PasswordFault.NOT_THE_SAME_TWICE: _("Kedua kata sandi tidak sama. Ketik lagi."),
}

PIN: dict[PinFault, LazyString] = {
    PinFault.NOT_SIX_DIGITS: _("PIN terdiri dari 6 angka."),
    PinFault.REPEATED: _("Jangan mengulang angka yang sama, seperti 111111 atau 121212."),
    PinFault.IN_A_ROW: _("Jangan angka berurutan, seperti 123456."),
    PinFault.LIKE_A_DATE: _("Jangan berupa tanggal, seperti 170845: tanggal lahir mudah ditebak."),
    PinFault.NOT_THE_SAME_TWICE: _("Kedua PIN tidak sama. Ketik lagi."),
}

ADD: dict[AddRefusal, LazyString] = {
    AddRefusal.USERNAME_NOT_POSSIBLE: _("Nama pengguna: 3 sampai 40 huruf kecil, angka, titik, - atau _."),
    AddRefusal.USERNAME_TAKEN: _(
        "Nama pengguna ini sudah ada, mungkin milik petugas yang sudah keluar. Pilih yang lain."
    ),
    AddRefusal.NAME_NOT_POSSIBLE: _("Nama lengkap wajib diisi, paling banyak 80 huruf."),
}
