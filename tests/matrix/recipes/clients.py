"""Machine clients of providers, and their secrets."""

from tests.matrix import client_things, things
from tests.matrix.provider_things import a_provider
from tests.matrix.recipes.asked import EMPTY, Answer, Ask, Recipe, Recipes, and_of_another, any_version

_UNKNOWN_PROVIDER = Answer(422, "grant_provider_unknown")

RECIPES: Recipes = {
    "list_clients": [
        Recipe(ask=lambda thing: Ask(query={"page_size": "200"})),
        Recipe(
            client_things.a_client,
            lambda thing: Ask(query={"provider_id": thing.id("provider_id")}),
            outside=EMPTY,
            unknown=EMPTY,
            note="provider",
        ),
    ],
    "create_client": [
        Recipe(
            a_provider,
            lambda thing: Ask(json={"provider_id": thing.id("provider_id")}),
            outside=_UNKNOWN_PROVIDER,
            unknown=_UNKNOWN_PROVIDER,
        )
    ],
    "show_client": [Recipe(client_things.a_client)],
    "change_client": [Recipe(client_things.a_client, any_version(name="新的服务系统"))],
    "close_client": [Recipe(client_things.a_client)],
    "list_client_secrets": [Recipe(client_things.a_client_with_secret)],
    "give_client_secret": [Recipe(client_things.a_client)],
    "revoke_client_secret": and_of_another(
        Recipe(client_things.a_client_with_secret),
        things.part_of_another(client_things.a_client_with_secret, "client_id"),
    ),
}
