"""The past of the demo's district, from the first roll to this minute, lived through with a clock that is set."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import httpx
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from api.demo import care, changes, files, forces, leads, people, reviews, risks, seasons, supervision
from api.demo.cast import Cast
from api.demo.forces import Centre
from api.demo.months import Rounds, unsafe_homes
from api.demo.office import Clock, Office
from api.demo.people import MadeUp
from api.demo.staff import Staff, engage
from api.demo.stories import Story, tell
from api.deps import Service
from api.domain.access import Actor
from api.domain.divisions import Division, Gazetteer, Level
from api.domain.months import civil_date
from api.jobs.worker import Worker
from api.main import create_app, enveloped
from api.security import Keys
from api.settings import Settings
from api.store import Trace
from api.usecases.founding import found

SEED = 20260531
_HOME = "江口镇"
_REQUEST_LASTS = 600  # seconds
_WORKER_EVERY = 4  # days


async def make_past(
    folder: Path, settings: Settings, keys: Keys, console: Console, elders: int, villages: Collection[str]
) -> tuple[Staff, Centre]:
    """Fill a migrated database through HTTP; answers who works there, and the centre that is paid to."""
    clock = Clock(datetime.now(UTC))
    app = create_app(settings, keys=keys, clock=clock)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(app.router.lifespan_context(app))
        client = httpx.AsyncClient(
            transport=httpx.ASGITransport(app=enveloped(app, settings)),
            base_url="http://127.0.0.1",
            timeout=_REQUEST_LASTS,
        )
        await stack.enter_async_context(client)
        office, everybody = await _founded(app.state.service, client, clock, elders, villages)
        bar = stack.enter_context(_progress(console))
        days = bar.add_task("", total=(office.today - office.first_month.first).days)

        def reach(at: datetime) -> None:
            clock.now = at
            gone = (civil_date(at) - office.first_month.first).days
            bar.update(days, completed=gone, description=f"演示数据 {civil_date(at)}")

        centre = Centre()
        await tell(_stories(office, everybody, centre, folder), office.now, reach)
    return office.staff, centre


async def _founded(
    service: Service, client: httpx.AsyncClient, clock: Clock, elders: int, villages: Collection[str]
) -> tuple[Office, list[MadeUp]]:
    """The district, the people on its rolls, and everybody who works there."""
    district = service.settings.district
    await found(service.store, district)
    gazetteer = await _gazetteer(service)
    places = list(_places(gazetteer, district, villages))
    everybody = list(people.made_up(places, elders, civil_date(clock.now), Random(f"{SEED} people")))
    staff = _staff(district, [village for _, village in places], gazetteer)
    users = await engage(service, staff, gazetteer)
    cast = Cast(everybody, Random(f"{SEED} cast"))
    return Office(client, service, clock, clock.now, staff, users, cast), everybody


async def _gazetteer(service: Service) -> Gazetteer:
    actor = Actor.system(service.settings.district, "demo")
    async with service.store.opened(actor, Trace("demo", "demo", "local"), writes=False) as registers:
        return await registers.places.gazetteer()


def _places(gazetteer: Gazetteer, district: str, villages: Collection[str]) -> Iterator[tuple[Division, Division]]:
    for township in gazetteer.children(district):
        if township.level is Level.TOWNSHIP:
            for village in gazetteer.children(township.code):
                if not villages or village.code in villages:
                    yield township, village


def _staff(district: str, villages: Sequence[Division], gazetteer: Gazetteer) -> Staff:
    """The liaison's village is the first of the instructor's township."""
    townships = dict.fromkeys(village.code[:9] for village in villages)
    home = next(code for code in townships if gazetteer.name_of(code) == _HOME)
    first, *others = (village.code for village in villages if village.code.startswith(home))
    return Staff.of(district, townships, first, others[:3])


def _progress(console: Console) -> Progress:
    return Progress(TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), console=console)


def _stories(office: Office, elders: Sequence[MadeUp], centre: Centre, folder: Path) -> Iterator[Story]:
    """Parts are given out before anything is written down: who is away is not visited."""
    random = Random(f"{SEED} visits")
    unsafe = unsafe_homes(elders, office.first_month.first, office.today, random)
    rounds = Rounds(elders, unsafe, office.cast.absences, random)
    played = [
        *risks.stories(office, Random(f"{SEED} risks")),
        *care.stories(office, Random(f"{SEED} care")),
        *changes.stories(office),
        *leads.stories(office, Random(f"{SEED} leads")),
        *reviews.stories(office),
        *seasons.stories(office, rounds),
        *supervision.stories(office),
        *forces.stories(office, centre, folder),
    ]
    records = files.written(office, rounds, folder)
    slow = elders[-1].village.code
    yield files.rolls(office, elders, folder)
    yield files.visits(office, records, slow)
    yield files.forgotten(office, records, slow)
    yield from played
    yield _background_jobs(office)


async def _background_jobs(office: Office) -> Story:
    """The worker is there every few days, and at the end: what became due meanwhile is dated when it was due."""
    worker = Worker(office.service)
    passes = [office.ago(ago, "02:00") for ago in range(80, 0, -_WORKER_EVERY)]
    for at in (*passes, office.now):
        yield at
        while await worker.step():
            continue
