"""A letter as HTML that mail programs show: tables, styles on each element, nothing fetched from anywhere, and colours
that stand in the dark as well."""

from __future__ import annotations

from html import escape
from typing import Final

from schemas.plaintext import uri
from service.mail.letters import Block, Button, Facts, Item, Letter, Listing, Paragraph, unturned

_FONT: Final = "font-family:-apple-system,'Segoe UI',Roboto,'Noto Sans',Arial,sans-serif"
_INK: Final = "color:#1d1f21"
_SOFT: Final = "color:#5b6067"
_ACCENT: Final = "color:#8a2b1d"
_WHOLE: Final = 'width="100%" cellpadding="0" cellspacing="0" border="0"'

_PAGE: Final = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>{subject}</title>
<style>
:root {{ color-scheme: light dark; supported-color-schemes: light dark; }}
@media (max-width: 480px) {{
  .outer {{ padding: 8px 10px !important; }}
  h1 {{ font-size: 19px !important; }}
  .first {{ font-size: 16px !important; }}
  td.ink, ul.ink, h2 {{ font-size: 14px !important; }}
  p.soft, td.soft {{ font-size: 13px !important; }}
  .line {{ padding-top: 3px !important; padding-bottom: 3px !important; }}
}}
@media (prefers-color-scheme: dark) {{
  .paper {{ background-color: #16181a !important; }}
  .ink, .ink a {{ color: #e8e6e1 !important; }}
  .soft, .soft a {{ color: #a9adb2 !important; }}
  .accent {{ color: #f0a08e !important; border-color: #f0a08e !important; }}
  .line {{ border-color: #33373b !important; }}
}}
</style>
</head>
<body class="paper" style="margin:0;padding:0;background-color:#fbfaf7">
<table role="presentation" class="paper" width="100%" cellpadding="0" cellspacing="0" border="0"
 style="background-color:#fbfaf7">
<tr><td align="center" class="outer" style="padding:14px 12px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:600px">
<tr><td class="ink" align="left" style="{font};{ink};font-size:16px;line-height:1.4">
<h1 class="ink" style="{font};{ink};font-size:22px;line-height:1.25;margin:0 0 8px">{heading}</h1>
{body}
</td></tr>
</table>
</td></tr>
</table>
</body>
</html>
"""


def html_text(letter: Letter) -> str:
    """The letter as an HTML document, in ASCII letters alone."""
    page = _PAGE.format(
        subject=_text(letter.subject),
        heading=_text(letter.heading),
        body="\n".join(_block(block) for block in letter.blocks),
        font=_FONT,
        ink=_INK,
    )
    return page.encode("ascii", "xmlcharrefreplace").decode()


def _block(block: Block) -> str:
    match block:
        case Paragraph(text, strong):
            size, kind = ("18px", _INK) if strong else ("14px", _SOFT)
            name = "ink first" if strong else "soft"
            return f'<p class="{name}" style="{kind};font-size:{size};margin:0 0 12px">{_text(text)}</p>'
        case Facts(rows):
            return _facts(rows)
        case Listing(heading, items, short=True) if items:
            line = " &middot; ".join(map(_item, items))
            return f'<p class="soft" style="{_SOFT};font-size:14px;margin:0 0 10px">{_text(heading)}: {line}</p>'
        case Listing(heading, items, empty):
            return _listing(heading, items, empty)
        case Button(label, url):
            return _button(label, url)


def _facts(rows: tuple[tuple[str, str], ...]) -> str:
    edge = "border-top:1px solid #ddd8cd;padding:5px 0"
    lines = (
        f'<tr><td class="soft line" valign="top" style="{_FONT};{_SOFT};font-size:14px;{edge};padding-right:10px;'
        f'width:66px">{_text(label)}</td>'
        f'<td class="ink line" valign="top" style="{_FONT};{_INK};font-size:15px;{edge}">{_text(value)}</td></tr>'
        for label, value in rows
    )
    start = f'<table role="presentation" {_WHOLE} style="margin:4px 0 10px">'
    return "\n".join([start, *lines, "</table>"])


def _listing(heading: str, items: tuple[Item, ...], empty: str) -> str:
    if not items:
        return _block(Paragraph(empty)) if empty else ""
    lines = "\n".join(f'<li style="margin:0 0 3px">{_item(item)}</li>' for item in items)
    return (
        f'<h2 class="ink" style="{_FONT};{_INK};font-size:15px;margin:0 0 5px">{_text(heading)}</h2>\n'
        f'<ul class="ink" style="{_INK};font-size:14px;margin:0 0 10px;padding-left:20px">\n{lines}\n</ul>'
    )


def _item(item: Item) -> str:
    text = _text(item.text)
    if item.url:
        text = f'<a class="ink" href="{escape(uri(item.url))}" style="{_INK}">{text}</a>'
    return f'{text}<span class="soft" style="{_SOFT}">: {_text(item.note)}</span>' if item.note else text


def _button(label: str, url: str) -> str:
    return (
        f'<p style="margin:0 0 14px"><a class="accent" href="{escape(uri(url))}" style="{_ACCENT};display:inline-block;'
        "border:1px solid #8a2b1d;border-radius:5px;padding:9px 16px;text-decoration:none;font-weight:600"
        f'">{_text(label)}</a></p>'
    )


def _text(text: str) -> str:
    return escape(unturned(text))
