import re

import httpx
import pytest
from fastapi import FastAPI

from api.docs_ui import mount_docs


@pytest.fixture
def browser() -> httpx.AsyncClient:
    app = FastAPI(docs_url=None, redoc_url=None)
    mount_docs(app)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://testserver")


async def test_the_documentation_page_asks_no_other_host_for_anything(browser: httpx.AsyncClient) -> None:
    page = await browser.get("/docs")

    references = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert len(references) == 5
    for reference in references:
        assert (await browser.get(reference)).status_code == 200, reference


async def test_the_documentation_page_runs_nothing_inline(browser: httpx.AsyncClient) -> None:
    page = await browser.get("/docs")

    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    assert re.findall(r"<script[^>]*>([^<]*)", page.text) == ["", ""]


async def test_the_documentation_page_is_no_part_of_the_interface(browser: httpx.AsyncClient) -> None:
    document = (await browser.get("/openapi.json")).json()

    assert document["paths"] == {}
