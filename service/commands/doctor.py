"""`leadup doctor`: how the store and the clock stand, and what needs a person."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from service.settings import Settings

if TYPE_CHECKING:
    from service.examining import Finding


@click.command()
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text", show_default=True)
@click.pass_context
def doctor(ctx: click.Context, form: str) -> None:
    """Say how the store and the clock stand, a line each; status 1 if anything needs a person, else 0.

    `fine`: nothing to do; `note`: worth knowing, nothing breaks; `act`: needs a person. JSON lists every item.
    """
    from service.examining import examine, needs_a_person

    settings: Settings = ctx.obj
    findings = examine(settings)
    waiting = needs_a_person(findings)
    if form == "json":
        told = {"needs_a_person": waiting, "findings": [asdict(finding) for finding in findings]}
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        for finding in findings:
            click.echo(_line(finding))
    ctx.exit(1 if waiting else 0)


def _line(finding: Finding) -> str:
    return f"{finding.state:<5} {finding.check:<10} {finding.says} {finding.do}".rstrip().replace("\n", " ")
