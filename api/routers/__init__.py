"""HTTP in, HTTP out: one file per noun, declarations only."""

from fastapi import APIRouter

from api.routers import elders, families, me, oauth, operations, users, visits

ROUTERS: tuple[APIRouter, ...] = (
    operations.router,
    oauth.router,
    me.router,
    users.router,
    elders.router,
    families.router,
    visits.router,
)
