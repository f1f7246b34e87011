"""HTTP in, HTTP out: one file per noun, declarations only."""

from fastapi import APIRouter

from api.routers import operations

ROUTERS: tuple[APIRouter, ...] = (operations.router,)
