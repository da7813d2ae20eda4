"""The front door: what is here, and what a caller needs, for a person in two languages and for a program as JSON."""

from collections.abc import Iterator
from html import escape
from importlib.metadata import version
from typing import Any

import msgspec
from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler
from msgspec import Struct

# Nothing is loaded and nothing sent, so nothing is allowed, should something unescaped ever stand in the page.
_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


class EntryPoint(Struct, frozen=True):
    """Something to ask for. `open`: it answers without a token."""

    path: str
    method: str
    open: bool
    id: str
    en: str


ENTRY_POINTS = (
    EntryPoint(
        "/pages",
        "GET",
        True,
        "halaman: masuk dengan token Anda, lalu melapor, menjawab laporan, menilai, membaca nilai dan sebabnya",
        "pages: sign in with your token to report, answer reports, rate, read scores and why they are so",
    ),
    EntryPoint(
        "/openapi.json",
        "GET",
        True,
        "antarmuka HTTP: perintah, log, galat",
        "the HTTP interface: commands, log, errors",
    ),
    EntryPoint("/graphql/stream", "GET", False, "mengikuti skor dan peristiwa", "to follow scores and events"),
    EntryPoint("/graphql/schema.graphql", "GET", True, "skema GraphQL sebagai teks", "the GraphQL schema as text"),
    EntryPoint("/health/live", "GET", True, "apakah proses ini menjawab", "whether this process answers"),
    EntryPoint("/health/ready", "GET", True, "apakah siap melayani", "whether it is ready to serve"),
    EntryPoint(
        "/health/ready/{agency}", "GET", True, "apakah satu daerah mutakhir", "whether one agency is up to date"
    ),
    EntryPoint("/metrics", "GET", True, "angka untuk Prometheus", "numbers for Prometheus"),
    EntryPoint(
        "/graphql", "POST", False, "membaca: skor, penjelasan, riwayat", "to read: scores, explanations, histories"
    ),
    EntryPoint(
        "/agencies/{agency}/commands", "POST", False, "menulis: setiap perubahan adalah perintah", "to write: commands"
    ),
    EntryPoint(
        "/agencies/{agency}/appraisals/{employee}/{period}/document",
        "GET",
        False,
        "dokumen evaluasi sebuah hasil akhir",
        "the evaluation document of a final result",
    ),
    EntryPoint(
        "/agencies/{agency}/documents",
        "GET",
        False,
        "memeriksa dokumen evaluasi dengan nomor dan kodenya",
        "to check an evaluation document by its number and code",
    ),
    EntryPoint(
        "/agencies/{agency}/payroll/{period}",
        "GET",
        False,
        "tunjangan (TPP) yang ditetapkan, untuk daftar gaji",
        "the allowances (TPP) that are fixed, for the payroll",
    ),
    EntryPoint(
        "/agencies/{agency}/imports/{kind}",
        "POST",
        False,
        "berkas CSV atau XLSX: diperlihatkan dulu, lalu diterapkan",
        "a file of CSV or XLSX: shown first, then applied",
    ),
    EntryPoint(
        "/agencies/{agency}/scim/v2/Users",
        "GET",
        False,
        "daftar pegawai sebagai pengguna SCIM, untuk program pengelola akun",
        "the roster as users of SCIM, for programs that keep accounts",
    ),
    EntryPoint(
        "/agencies/{agency}/exports",
        "POST",
        False,
        "meminta seluruh data sebuah instansi sebagai berkas",
        "to ask for all data of an agency as a file",
    ),
    EntryPoint(
        "/agencies/{agency}/exports/{export}", "GET", False, "apakah berkas itu sudah jadi", "whether that is done"
    ),
    EntryPoint("/agencies/{agency}/exports/{export}/file", "GET", False, "berkas itu", "that file"),
    EntryPoint(
        "/survey/{token}",
        "GET",
        True,
        "survei kepuasan masyarakat, bagi pemegang tautan",
        "a survey, by its link",
    ),
    EntryPoint("/receipts/{code}", "GET", True, "apakah jawaban survei dihitung", "whether an answer was counted"),
    EntryPoint("/agencies/{agency}/survey-tokens", "POST", False, "token survei dan kode QR", "tokens of a survey"),
    EntryPoint("/agencies/{agency}/events", "GET", False, "log per halaman", "the log by pages"),
    EntryPoint("/agencies/{agency}/webhooks", "POST", False, "log dikirim ke alamat", "the log sent to an address"),
    EntryPoint("/agencies/{agency}/webhooks/{webhook}", "DELETE", False, "mengakhiri pengiriman itu", "to end that"),
    EntryPoint(
        "/agencies/{agency}/webhooks/{webhook}/dead", "GET", False, "peristiwa yang tidak diterima", "events not taken"
    ),
    EntryPoint("/agencies/{agency}/webhooks/{webhook}/secret", "POST", False, "rahasia baru", "a new secret"),
    EntryPoint(
        "/agencies/{agency}/webhooks/{webhook}/redelivery", "POST", False, "mengirimnya lagi", "to send them again"
    ),
    EntryPoint("/agencies/{agency}/events/stream", "GET", False, "log sebagai aliran", "the log as a stream"),
    EntryPoint("/agencies/{agency}/reads", "GET", False, "apa yang dibaca auditor", "what auditors read"),
    EntryPoint("/agencies/{agency}/sessions", "GET", False, "siapa yang masuk ke halaman", "who is signed in to pages"),
    EntryPoint(
        "/agencies/{agency}/sessions/{person}/ending",
        "POST",
        False,
        "mengakhiri sesi seseorang",
        "to end their sessions",
    ),
    EntryPoint("/agencies/{agency}/keys", "POST", False, "kunci bagi program", "keys of programs"),
    EntryPoint("/agencies/{agency}/keys/{key}/revocation", "POST", False, "mencabut kunci", "to revoke a key"),
)
WHAT = {
    "id": "Neraca menilai kinerja ASN: tepat, dijelaskan, dapat digugat.",
    "en": "Neraca appraises the performance of civil servants: exact, explained, open to objection.",
}
TOKEN = {
    "id": "Selain yang terbuka, setiap permintaan membawa token: Authorization: Bearer <token>. Token diberikan oleh"
    " pengelola server ini (berkas tokens.json); token menentukan siapa Anda, peran Anda dan instansi Anda.",
    "en": "All but the open ones want a token: Authorization: Bearer <token>. Whoever runs this server gives it out"
    " (tokens.json); it says who you are, your roles and your agency.",
}
_HEADINGS = {"id": ("Terbuka", "Dengan token"), "en": ("Open", "With a token")}


class IndexPage(Struct, frozen=True):
    name: str
    version: str
    what: str
    token: str
    links: dict[str, str]


def routes() -> list[HTTPRouteHandler]:
    number = version("neraca")
    page = "\n".join(_page(number)).encode()
    links = {door.path: f"{door.method}{'' if door.open else ', with a token'}: {door.en}" for door in ENTRY_POINTS}
    data = msgspec.json.encode(IndexPage("neraca", number, WHAT["en"], TOKEN["en"], links))

    @get("/", summary="What is here", include_in_schema=False, sync_to_thread=False)
    def front(request: Request[Any, Any, Any]) -> Response[bytes]:
        headers = {"Vary": "Accept"}
        if "text/html" in request.headers.get("Accept", ""):
            headers |= {"Content-Security-Policy": _POLICY, "X-Content-Type-Options": "nosniff"}
            return Response(page, media_type="text/html", headers=headers)
        return Response(data, media_type="application/json", headers=headers)

    return [front]


def _page(number: str) -> Iterator[str]:
    """No style, script or picture: it reads the same in any browser, and loads nothing."""
    yield '<!doctype html>\n<html lang="id">\n<head><meta charset="utf-8"><title>Neraca</title>'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1"></head>\n<body>'
    yield f"<h1>Neraca {escape(number)}</h1>"
    for language, (opened, closed) in _HEADINGS.items():
        yield f'<section lang="{language}">'
        yield f"<p>{escape(WHAT[language])}</p>"
        for heading, doors in ((opened, True), (closed, False)):
            yield f"<h2>{escape(heading)}</h2>\n<ul>"
            yield from (_item(door, language) for door in ENTRY_POINTS if door.open is doors)
            yield "</ul>"
        yield f"<p>{escape(TOKEN[language])}</p>\n</section>"
    yield "</body>\n</html>\n"


def _item(door: EntryPoint, language: str) -> str:
    said = escape(door.id if language == "id" else door.en)
    path = escape(door.path)
    # An address with a place to fill in leads nowhere as it stands.
    leads = door.open and "{" not in path
    shown = f'<a href="{path}">{path}</a>' if leads else f"<code>{door.method} {path}</code>"
    return f"<li>{shown}: {said}</li>"
