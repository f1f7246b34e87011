"""The service itself, accounts and sessions."""

from tests.accounts.signing import PASSWORD
from tests.matrix import things
from tests.matrix.client_things import a_client_with_secret
from tests.matrix.recipes.asked import Answer, Ask, Recipe, Recipes, and_of_another, any_version, form_of, json_of
from tests.matrix.world import Thing

_OTHER_GRANT = things.part_of_another(things.an_account, "user_id")
_LIAISON = {"role": "village_liaison"}


def _as_client(thing: Thing) -> Ask:
    """By the secret that a client was given."""
    who = {"client_id": thing.id("client_id"), "client_secret": thing.words["secret"]}
    return Ask(form={"grant_type": "client_credentials", **who})


RECIPES: Recipes = {
    "healthz": [Recipe()],
    "readyz": [Recipe()],
    "show_version": [Recipe()],
    "show_keys": [Recipe()],
    "token": [
        Recipe(ask=form_of(grant_type="password", username="one-auditor", password=PASSWORD)),
        Recipe(a_client_with_secret, _as_client, placed=False, note="client"),
    ],
    "revoke": [
        Recipe(things.a_session, lambda thing: Ask(form={"token": thing.words["token"]}), placed=False),
    ],
    "show_me": [Recipe()],
    "change_my_password": [Recipe(ask=json_of(old_password=PASSWORD, new_password="a kettle over the moon"))],
    "list_users": [Recipe(ask=lambda thing: Ask(query={"page_size": "200"}), lists=True)],
    "create_user": [
        Recipe(
            things.a_place,
            lambda thing: Ask(
                json={
                    "username": things.a_username(),
                    "display_name": "新来的",
                    "grants": [{**_LIAISON, "area": thing.village}],
                }
            ),
            outside=Answer(403, "grant_beyond_own"),
            unknown=Answer(422, "grant_area_unknown"),
        )
    ],
    "show_user": [Recipe(things.an_account)],
    "change_user": [Recipe(things.an_account, any_version(display_name="改名了"))],
    "give_user_grant": [
        Recipe(things.an_account, lambda thing: Ask(json={**_LIAISON, "area": thing.village})),
        Recipe(
            things.to_be_granted,
            lambda thing: Ask(json={**_LIAISON, "area": thing.village}),
            outside=Answer(403, "grant_beyond_own"),
            unknown=Answer(422, "grant_area_unknown"),
            note="area",
        ),
        Recipe(
            things.to_be_deputy,
            lambda thing: Ask(json={"deputy_for": thing.id("principal"), "ends_on": "2026-12-31"}),
            outside=Answer(422, "deputy_unknown"),
            unknown=Answer(422, "deputy_unknown"),
            note="deputy",
        ),
    ],
    "revoke_user_grant": and_of_another(Recipe(things.an_account), _OTHER_GRANT),
    "disable": [Recipe(things.an_account)],
    "enable": [Recipe(things.a_disabled_account)],
    "reset_user_password": [Recipe(things.an_account)],
}
