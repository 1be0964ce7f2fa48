"""The report as one HTML page that loads nothing else. It escapes every text of a user."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from ...overview.chains import Cover
from . import formats
from .contents import Overview
from .timeline import status_text


def render(overview: Overview) -> str:
    """Return the page."""
    return _template().render(report=overview, Cover=Cover, status_text=status_text)


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader(__package__, "template"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=formats.written,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "gib": formats.gib_text,
        "money": formats.money_text,
        "moment": formats.moment_text,
        "counted": formats.counted,
    }
    return environment.get_template("page.html")
