"""Command `openapi`."""

from typing import Annotated

import typer

from app.cli.reporting import failures


def openapi(
    markdown: Annotated[bool, typer.Option("--markdown", help="Print it as a Markdown page instead of JSON.")] = False,
) -> None:
    """Print the OpenAPI document that is served at /openapi.json."""
    import json

    from app.api.openapi import packaged_document
    from app.api.openapi_markdown import markdown as as_markdown

    with failures() as settings:
        document = packaged_document(settings)
    typer.echo(as_markdown(document).rstrip() if markdown else json.dumps(document, ensure_ascii=False, indent=2))
