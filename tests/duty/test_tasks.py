from tests.duty.office import Office, code


async def test_people_close_what_people_do(office: Office) -> None:
    elder = await office.confirmed("2026-11-03")
    listed = (await office.reads(office.liaison, "/v1/tasks?kind=name_contact&state=open")).json()["data"]
    assert [task["elder_id"] for task in listed] == [elder]
    done = f"/v1/tasks/{listed[0]['id']}/done"
    closed = await office.does(office.liaison, done, note="已明确邻居")
    assert (closed["state"], closed["done_on"]) == ("done", "2026-11-03")
    assert code(await office.says(office.liaison, done)) == "409 wrong_state"


async def test_a_task_to_visit_is_closed_by_a_visit(office: Office) -> None:
    await office.confirmed("2026-11-03")
    [task] = (await office.reads(office.liaison, "/v1/tasks?kind=first_visit")).json()["data"]
    assert code(await office.says(office.liaison, f"/v1/tasks/{task['id']}/done")) == "409 wrong_state"


async def test_tasks_come_page_by_page_in_order_of_their_days(office: Office) -> None:
    await office.confirmed("2026-11-03")
    await office.confirmed("2026-11-03")
    due, token = [], ""
    while True:
        page = (await office.reads(office.liaison, f"/v1/tasks?page_size=3{token}")).json()
        due += [task["due_on"] for task in page["data"]]
        if not page["has_more"]:
            break
        token = f"&page_token={page['next_page_token']}"
    assert len(due) == 8
    assert due == sorted(due)


async def test_tasks_of_some_days_and_nobody_elses(office: Office) -> None:
    await office.confirmed("2026-11-03")
    week = (await office.reads(office.liaison, "/v1/tasks?due_on.gte=2026-11-10&due_on.lt=2026-11-11")).json()
    assert {task["kind"] for task in week["data"]} == {"name_contact", "verify_facts"}
    elsewhere = (await office.reads(office.supervisor, "/v1/tasks?area=350303101")).json()
    assert elsewhere["data"] == []
