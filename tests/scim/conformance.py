"""Asks a server what scim2-tester asks: `conformance.py ADDRESS TOKEN` prints a JSON line for each check.

It runs apart from the tests, where its packages are: the HTTP framework would take one of them up if it found it.
"""

import json
import random
import sys
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode, urlsplit
from wsgiref.headers import Headers

# pyright: reportMissingImports=false, reportUnknownVariableType=false, reportUntypedBaseClass=false
from scim2_client import BaseSyncSCIMClient
from scim2_client.engines.inprocess import InProcessResponse
from scim2_tester import check_server


class Client(BaseSyncSCIMClient):
    def __init__(self, address: str, token: str) -> None:
        super().__init__()
        self._address, self._token = address, token

    def request(self, method: str, url: str, **sent: Any) -> InProcessResponse:
        place = urlsplit(url if "://" in url else f"{self._address}/{url.lstrip('/')}")
        query = urlencode(sent.get("params") or {}, doseq=True)
        body = json.dumps(sent["json"]).encode() if sent.get("json") is not None else sent.get("content")
        headers = {"Content-Type": "application/scim+json", **(sent.get("headers") or {})}
        headers["Authorization"] = f"Bearer {self._token}"
        connection = HTTPConnection(place.hostname or "", place.port, timeout=60)
        try:
            connection.request(method, f"{place.path}{'?' if query else ''}{query}", body, headers)
            answer = connection.getresponse()
            return InProcessResponse(answer.status, Headers(answer.getheaders()), answer.read())
        finally:
            connection.close()


# What is chosen of several is the same each time.
random.seed(2)
for one in check_server(Client(*sys.argv[1:])):
    print(json.dumps({"title": one.title, "status": one.status.name, "reason": str(one.reason)}))
