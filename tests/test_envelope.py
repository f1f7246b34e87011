"""What every answer carries, whatever it says."""

import httpx
import pytest


@pytest.mark.parametrize("path", ["/healthz", "/openapi.json", "/v1/elders", "/nothing/here"])
async def test_a_browser_keeps_frames_and_guesses_at_nothing(client: httpx.AsyncClient, path: str) -> None:
    carried = (await client.get(path)).headers

    assert carried["cache-control"] == "no-store"
    assert carried["x-content-type-options"] == "nosniff"
    assert carried["content-security-policy"].startswith("default-src 'none'")
    assert carried["cross-origin-resource-policy"] == "same-origin"
    assert carried["referrer-policy"] == "no-referrer"
