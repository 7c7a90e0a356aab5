"""`leadup subscriptions`: who is told, by e-mail or by the webhook."""

from __future__ import annotations

from typing import Any

import click

from service.settings import Settings
from service.store.database import store_of


@click.group()
def subscriptions() -> None:
    """Who is told of what: list, add, resume, end, erase."""


@subscriptions.command("list")
@click.option("--all", "every", is_flag=True, help="Those that are over too.")
@click.pass_obj
def list_subscriptions(settings: Settings, every: bool) -> None:
    """A line each: id, state, address, calendar, what is told, since when."""
    from service.store import subscriptions as kept

    with store_of(settings).reading() as conn:
        for each in kept.every(conn, () if every else ("waiting", "active", "paused")):
            parts = (
                each.id,
                each.state,
                each.email or "(erased)",
                each.calendar,
                each.choices.query or "key meetings",
                each.choices.digest or ", ".join(each.choices.matters),
                f"since {each.confirmed_at or each.created_at}",
                each.paused_why or "",
            )
            click.echo("\t".join(part for part in parts if part))


@subscriptions.command("add")
@click.argument("email", metavar="EMAIL|webhook")
@click.option("--calendar", required=True)
@click.option("--query", default="", help="Which events, as an address writes it; key meetings if not given.")
@click.option("--lead-day", "lead_days", type=click.IntRange(1, 365), multiple=True, help="May be given again.")
@click.option("--matter", "matters", multiple=True, help="May be given again.")
@click.option("--hour", help="Such as 07:00.")
@click.option("--zone", help="Such as Asia/Tokyo.")
@click.option("--weekdays", is_flag=True, help="On Mondays to Fridays only.")
@click.option("--digest", type=click.Choice(["daily", "weekly"]))
@click.option("--given-by", multiple=True, help="Whose windows lead days are counted to; may be given again.")
@click.option("--widest-days", type=click.IntRange(1, 366), help="Of windows at most so wide.")
@click.option("--person", "people", multiple=True, help="Of whom `unseen` tells; may be given again.")
@click.option("--unseen-day", "unseen_days", type=click.IntRange(1, 365), multiple=True, help="May be given again.")
@click.pass_obj
def add(settings: Settings, /, **asked: Any) -> None:
    """Tell an address, or the webhook that is set, from now on, without asking it to confirm: whoever runs the service
    vouches for it."""
    from schemas.subscriptions import WEBHOOK
    from schemas.wire.fields import load
    from schemas.wire.subscriptions import SubscriptionDraftSchema
    from service import subscribing

    told = {name: list(value) if isinstance(value, tuple) else value for name, value in asked.items() if value}
    hooked = told["email"] == WEBHOOK
    if hooked:
        del told["email"]
    draft = load(SubscriptionDraftSchema(partial=("email",) if hooked else False), told)
    click.echo(subscribing.enrol(store_of(settings), draft).id)


@subscriptions.command("resume")
@click.argument("id_", metavar="ID")
@click.pass_obj
def resume(settings: Settings, id_: str) -> None:
    """Tell again one that was paused since a mail server refused its address."""
    from service import subscribing

    subscribing.resume(store_of(settings), id_)
    click.echo(f"{id_} is told again.")


@subscriptions.command("end")
@click.argument("id_", metavar="ID")
@click.pass_obj
def end(settings: Settings, id_: str) -> None:
    """End a subscription."""
    from service import subscribing

    subscribing.end(store_of(settings), id_)
    click.echo(f"{id_} is ended.")


@subscriptions.command("erase")
@click.argument("email")
@click.pass_obj
def erase(settings: Settings, email: str) -> None:
    """Forget an address wholly: its subscriptions, and its letters in the mail folder. What was told when stays."""
    from service import subscribing

    count = subscribing.erase(store_of(settings), email, settings.mail_folder)
    click.echo(f"Subscriptions of that address: {count}; it is kept nowhere in the store any more.")
