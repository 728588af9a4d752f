"""``ccm-check rules docs``: a page for every rule."""

from __future__ import annotations

import click

from ccm_rules.cli.options import language_option, rules_option


@click.command("docs", short_help="Write a page for every rule, as Markdown.")
@click.argument("names", nargs=-1, metavar="[RULE…]")
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(),
    metavar="DIR",
    help="The directory to write into; it is made if there is none.",
)
@language_option("pages")
@rules_option("Rules to write about instead of the shipped ones.")
def command(names: tuple[str, ...], output: str, lang: str, home: str | None) -> int:
    """Write a Markdown page for every rule, or for each RULE, and an index.

    A page holds the law with its quotation and link, the conditions in plain
    words, the boundary days with the cases that test them, a worked example
    with real dates, the remedy, since when the rule is applied, when its
    quotation was last compared, and what rests on it. All of it is made from
    the rules.

    Pages are written all or none. Pages of rules that are gone are removed;
    files that this command did not write are left alone.

    \b
    Examples:
      ccm-check rules docs -o docs/rules
      ccm-check rules docs -o fr --lang fr
      ccm-check rules docs -o draft --rules my-rules initial-transparency-report
    """  # noqa: D301 - click reads the \b
    from ccm_rules.cli.rules.page_files import MARK, write
    from ccm_rules.documents.rulepages.pages import documents
    from ccm_rules.formats.markdown import render
    from ccm_rules.words.counting import plural

    made = documents(home, lang, names)
    found = {name: MARK + render(document) for name, document in made.items()}
    stale = write(found, output, whole=not names)
    pages = len(found) - (not names)
    gone = f"; {plural(len(stale), 'page')} of rules that are gone removed" if stale else ""
    click.echo(f"{output}: {plural(pages, 'page')} written{gone}")
    return 0
