import httpx

from tests.elders.forms import a_form, enrolled, patched


async def test_the_tier_is_explained_by_criterion_fact_and_clause(liaison: httpx.AsyncClient) -> None:
    elder = await enrolled(
        liaison,
        categories=None,
        facts={"spouse": False, "children_complete": True, "relatives_complete": True},
        resident_id="35030319461123998X",
    )
    answer = await liaison.get(f"/v1/elders/{elder['id']}/tier")
    assert answer.status_code == 200, answer.text
    assert "etag" not in answer.headers
    tier = answer.json()
    assert (tier["on"], tier["tier"], tier["state"]) == ("2026-11-03", "general", "decided")
    (reason,) = tier["reasons"]
    assert reason["criterion"] == "no_family_in_home_or_township"
    assert reason["clause"] == "附件2第2项"
    assert {"fact": "no_family_near", "text": "家属不在同一镇（街道）"} in reason["facts"]
    findings = {finding["category"]: finding for finding in tier["categories"]}
    assert (findings["living_alone"]["holds"], findings["empty_nest"]["holds"]) == ("yes", "no")
    assert findings["kinless"]["holds"] == "unknown"
    assert {fact["fact"] for fact in findings["kinless"]["facts"]} == {"nobody_cares", "lost_labour_capacity"}
    assert tier["provisional"] is True
    assert tier["ahead"] == [{"from_day": "2026-11-23", "tier": "priority"}]


async def test_the_explanation_speaks_english_when_asked(liaison: httpx.AsyncClient) -> None:
    elder = await enrolled(liaison, categories=None, ability={"level": "severe"})
    answer = await liaison.get(f"/v1/elders/{elder['id']}/tier", headers={"Accept-Language": "en"})
    (reason,) = answer.json()["reasons"]
    assert reason["text"] == "moderately impaired or worse"
    assert reason["facts"] == [{"fact": "ability_moderate", "text": "ability is moderately impaired or worse"}]


async def test_the_history_names_fields_and_hides_what_is_sealed(liaison: httpx.AsyncClient) -> None:
    elder = await enrolled(liaison)
    await patched(liaison, elder, {"alias": "阿芳", "disease_history": "糖尿病"})
    answer = await liaison.get(f"/v1/elders/{elder['id']}/history")
    first, second = answer.json()["data"]
    assert (first["command"], second["command"]) == ("enrol", "correct")
    assert {change["field"]: change for change in second["changes"]} == {
        "alias": {"field": "alias", "before": None, "after": "阿芳", "sealed": False},
        "disease_history": {"field": "disease_history", "before": None, "after": None, "sealed": True},
    }
    assert "糖尿病" not in answer.text
    assert a_form()["residence"]["detail"] not in answer.text
