"""HTTP in, HTTP out: one file per noun, declarations only."""

from fastapi import APIRouter

from api.routers import (
    calendar,
    duty,
    elders,
    exceptions,
    families,
    held_visits,
    imports,
    jobs,
    me,
    oauth,
    obligations,
    operations,
    policies,
    rates,
    reference,
    tasks,
    users,
    visit_records,
    visits,
    worklist,
)

ROUTERS: tuple[APIRouter, ...] = (
    operations.router,
    jobs.router,
    reference.router,
    policies.router,
    calendar.router,
    oauth.router,
    me.router,
    users.router,
    elders.router,
    families.router,
    duty.router,
    tasks.router,
    exceptions.router,
    visits.router,
    imports.router,
    visit_records.router,
    held_visits.router,
    worklist.router,
    obligations.router,
    rates.router,
)
