"""``ccm-check schema``: the published JSON Schemas."""

from __future__ import annotations

import click

from ccm_rules.cli.writing import Output, emit, publish
from ccm_rules.documents.schema_list import SchemaList


@click.command("schema", short_help="List or print the JSON Schemas of files and output.")
@click.argument("name", required=False)
@click.option("--output", type=click.Path(), metavar="FILE", help="Write to a file.")
def command(name: str | None, output: str | None) -> int:
    """List the JSON Schemas that come with ccm-check, or print the one called NAME.

    `facts` is the form of facts files; the others are called as the documents
    that they describe call themselves, in their key "schema".

    \b
    Examples:
      ccm-check schema
      ccm-check schema facts --output facts.schema.json
      ccm-check schema ccm-check/2
    """  # noqa: D301 - click reads the \b
    from ccm_rules.authoring.schemas import published, read, text

    files = published()
    if name is None:
        titles = {key: str(read(file)["title"]) for key, file in files.items()}
        publish(SchemaList(titles), Output(file=output, no_color=True))
        return 0
    if name not in files:
        import difflib

        near = difflib.get_close_matches(name, list(files), 1)
        hint = f" (did you mean {near[0]!r}?)" if near else ""
        raise click.UsageError(f"no schema is called {name!r}{hint}; there are {', '.join(files)}")
    emit(text(read(files[name])), "json", output)
    return 0
