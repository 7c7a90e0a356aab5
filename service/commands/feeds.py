"""`leadup feed`: private addresses of feeds, for calendar programs where reading is closed."""

from __future__ import annotations

import click

from service.settings import Settings
from service.store.database import store_of


@click.group()
def feed() -> None:
    """Make, list and revoke private addresses of feeds."""


@feed.command("address")
@click.argument("slug")
@click.option("--token", "name", required=True, help="The name of the token as which it is read.")
@click.pass_obj
def make_address(settings: Settings, slug: str, name: str) -> None:
    """Make a private address of a feed; standard output holds it alone, and it is shown this once."""
    from schemas.feeds import PRIVATE
    from service import addressing
    from service.store import tokens

    store = store_of(settings)
    with store.transaction("leadup") as tx:
        token = tokens.in_force(tx.conn, name, store.clock.now())
        made, secret = addressing.give(tx, store.clock, slug, token, closed=settings.reading == "token")
    told = f"The address {made.id} opens {slug} as {name} may read it, until that ends. It is shown only now:"
    click.echo(told, err=True)
    click.echo(f"{settings.public_url}{PRIVATE}{secret}.ics")


@feed.command("addresses")
@click.argument("slug")
@click.pass_obj
def list_addresses(settings: Settings, slug: str) -> None:
    """The private addresses of a feed by id: whose, when made, when last looked at, whether its token is in force."""
    from service.clock import instant
    from service.store import feedaddresses

    store = store_of(settings)
    with store.reading() as conn:
        for each in feedaddresses.every(conn, slug):
            parts = (
                each.id,
                each.token.name,
                f"made {each.created_at}",
                f"last used {each.last_used_at or 'never'}",
                each.token.standing(instant(store.clock.now())),
            )
            click.echo("\t".join(parts))


@feed.command("revoke")
@click.argument("slug")
@click.argument("address")
@click.pass_obj
def revoke_address(settings: Settings, slug: str, address: str) -> None:
    """End a private address at once, by its id."""
    from service.store import feedaddresses

    with store_of(settings).transaction("leadup") as tx:
        feedaddresses.end(tx, feedaddresses.one(tx.conn, slug, address).id)
    click.echo(f"The address {address} of {slug} is revoked.")
