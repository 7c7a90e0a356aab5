"""`leadup token`: the tokens that writing needs."""

from __future__ import annotations

from datetime import datetime

import click

from schemas.vocabulary import SCOPES
from service.clock import instant
from service.commands.conventions import DAY
from service.settings import Settings
from service.store.database import store_of


@click.group()
def token() -> None:
    """Make, list and revoke the tokens that writing needs."""


@token.command("create")
@click.argument("name")
@click.option("--scope", type=click.Choice(SCOPES), default="read", show_default=True)
@click.option("--calendar", "calendars", multiple=True, help="Limit it to this calendar; may be given again.")
@click.option("--expires", type=DAY, help="The day from which it is refused (00:00 UTC).")
@click.pass_obj
def create_token(
    settings: Settings, name: str, scope: str, calendars: tuple[str, ...], expires: datetime | None
) -> None:
    """Make a token; standard output holds it alone, and it is shown this once."""
    from service.store import tokens

    limits = tuple(dict.fromkeys(calendars))
    until = expires.date() if expires else None
    with store_of(settings).transaction("leadup") as tx:
        secret = tokens.create(tx, name, scope, calendars=limits, expires=until)
    words = (f" in {', '.join(limits)}" if limits else "") + (f" until {until}" if until else "")
    click.echo(f"The token {name} may {scope}{words}. It is shown only now:", err=True)
    click.echo(secret)


@token.command("list")
@click.pass_obj
def list_tokens(settings: Settings) -> None:
    """Every token by name: scope, calendars, when made, when it expires, when last used, whether it is in force."""
    from service.store import tokens

    store = store_of(settings)
    with store.reading() as conn:
        for each in tokens.every(conn):
            parts = (
                each.name,
                each.scope,
                ", ".join(each.calendars) or "all calendars",
                f"made {each.created_at} by {each.created_by}",
                f"expires {each.expires_at or 'never'}",
                f"last used {each.last_used_at or 'never'}",
                f"revoked {each.revoked_at}" if each.revoked_at else each.standing(instant(store.clock.now())),
            )
            click.echo("\t".join(parts))


@token.command("revoke")
@click.argument("name")
@click.pass_obj
def revoke_token(settings: Settings, name: str) -> None:
    """End a token at once."""
    from service.store import tokens

    with store_of(settings).transaction("leadup") as tx:
        tokens.revoke(tx, name)
    click.echo(f"The token {name} is revoked.")
