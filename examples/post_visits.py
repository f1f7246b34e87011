#!/usr/bin/env python3
"""Post a file of visit records (one JSON object a line) in batches, until the service has every one of them.

    . var/demo/client.env      # TANFANG_CLIENT_ID and TANFANG_CLIENT_SECRET; the address is TANFANG_URL
    python examples/post_visits.py var/demo/unsent.ndjson

Needs httpx. Run it as often as you like: a record counts once, by its external_id. Ends with 0 when all was taken in,
3 when records were rejected: correct those and run it again.
"""

import hashlib
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import httpx

BATCH = 500
ATTEMPTS = 8
PASSING = {429, 502, 503, 504}  # come again; Retry-After says when


class Service:
    """The service, signed in to. A token lasts 15 minutes; when it has run out, the next one is fetched."""

    def __init__(self) -> None:
        self._http = httpx.Client(base_url=os.environ.get("TANFANG_URL", "http://127.0.0.1:8000"), timeout=600)
        self._form = {
            "grant_type": "client_credentials",
            "client_id": os.environ["TANFANG_CLIENT_ID"],
            "client_secret": os.environ["TANFANG_CLIENT_SECRET"],
        }

    def get(self, path: str) -> httpx.Response:
        return self._answered("GET", path, b"", {})

    def post_json(self, path: str, body: dict[str, Any]) -> httpx.Response:
        return self.post(path, json.dumps(body).encode(), "application/json")

    def post(self, path: str, content: bytes, media_type: str) -> httpx.Response:
        """Its key is made of what is sent, so that a repeat, be it after a crash, is answered as the first was."""
        key = hashlib.sha256(path.encode() + content).hexdigest()
        return self._answered("POST", path, content, {"Content-Type": media_type, "Idempotency-Key": key})

    def _answered(self, method: str, path: str, content: bytes, headers: dict[str, str]) -> httpx.Response:
        """The answer to a request that is repeated while the network or the service fails."""
        for attempt in range(ATTEMPTS):
            wait = min(2.0**attempt, 60)
            try:
                answer = self._http.request(method, path, content=content, headers=headers)
            except httpx.TransportError as error:
                print(error, file=sys.stderr)  # whether it arrived is not known: so once more, with the same key
            else:
                if answer.status_code == 401:
                    self._sign_in()
                    continue
                if answer.status_code not in PASSING:
                    return accepted(answer)
                wait = max(wait, float(answer.headers.get("Retry-After", 0)))
            time.sleep(wait)
        raise SystemExit("the service does not answer; run this again later, it goes on where it was")

    def _sign_in(self) -> None:
        answer = accepted(self._http.post("/oauth/token", data=self._form))
        self._http.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"


def accepted(answer: httpx.Response) -> httpx.Response:
    """The answer, unless the request as a whole was refused: somebody has to look at that."""
    if answer.is_error:
        problem = answer.json()
        raise SystemExit(f"HTTP {answer.status_code} {problem.get('code', '')}: {problem.get('detail', problem)}")
    return answer


def records_in(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]


def post_all(service: Service, records: Sequence[dict[str, Any]]) -> Counter[str]:
    """How many were created, updated, unchanged, held and rejected; why one was rejected is printed."""
    counts: Counter[str] = Counter()
    for batch in _batches(records):
        answer = service.post_json("/v1/visits/batch", {"items": batch})
        for item in answer.json()["items"]:
            counts[item["result"]] += 1
            for error in item["errors"]:
                print(item["external_id"], error["pointer"], error["code"], error["detail"], error["fix"])
    return counts


def _batches(records: Sequence[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    rest = iter(records)
    while batch := list(islice(rest, BATCH)):
        yield batch


def main(file: Path) -> int:
    counts = post_all(Service(), records_in(file))
    print("  ".join(f"{result} {count}" for result, count in sorted(counts.items())))
    return 3 if counts["rejected"] else 0


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1])))
