"""HTTP in, HTTP out: one file per noun, declarations only."""

from fastapi import APIRouter

from api.routers import (
    duty,
    elders,
    exceptions,
    families,
    me,
    oauth,
    obligations,
    operations,
    rates,
    tasks,
    users,
    visits,
    worklist,
)

ROUTERS: tuple[APIRouter, ...] = (
    operations.router,
    oauth.router,
    me.router,
    users.router,
    elders.router,
    families.router,
    duty.router,
    tasks.router,
    exceptions.router,
    visits.router,
    worklist.router,
    obligations.router,
    rates.router,
)
