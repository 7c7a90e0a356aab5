"""`leadup token`: the tokens that writing needs."""

from __future__ import annotations

import click

from schemas.vocabulary import SCOPES
from service.settings import Settings
from service.store.database import store_of


@click.group()
def token() -> None:
    """Make, list and revoke the tokens that writing needs."""


@token.command("create")
@click.argument("name")
@click.option("--scope", type=click.Choice(SCOPES), default="read", show_default=True)
@click.pass_obj
def create_token(settings: Settings, name: str, scope: str) -> None:
    """Make a token; standard output holds it alone, and it is shown this once."""
    from service.store import tokens

    if not name.strip():
        raise click.BadParameter("a token needs a name.", param_hint="NAME")
    with store_of(settings).transaction(name) as tx:
        secret = tokens.create(tx, name, scope)
    click.echo(f"The token {name} may {scope}. It is shown only now:", err=True)
    click.echo(secret)


@token.command("list")
@click.pass_obj
def list_tokens(settings: Settings) -> None:
    """Every token by name: its scope, when it was made and revoked."""
    from service.store import tokens

    with store_of(settings).reading() as conn:
        for each in tokens.every(conn):
            click.echo(f"{each.name}\t{each.scope}\tmade {each.created_at}\t{each.revoked_at or 'in force'}")


@token.command("revoke")
@click.argument("name")
@click.pass_obj
def revoke_token(settings: Settings, name: str) -> None:
    """End a token at once."""
    from service.store import tokens

    with store_of(settings).transaction(name) as tx:
        tokens.revoke(tx, name)
    click.echo(f"The token {name} is revoked.")
