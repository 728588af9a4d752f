"""Random sound facts documents, made from the vocabulary."""

from __future__ import annotations

import datetime as dt
import unicodedata

from hypothesis import strategies as st

from ccm_rules.compiler import load_rules

VOCABULARY = load_rules().vocabulary
PARTIES = ("TGO", "CIV", "ZAF", "PER")
MEETINGS = ("11MSP", "=1+1")
#: Ids of sources that a list, a spreadsheet or a path could trip over.
SOURCES = ("UNTC", "A.B", "[X]", "=S", "'Q", "a;b", "11MSP-PR")
NASTY = (
    "", " ", "'", "''", "'=1", "=1+1", "+1", "-1", "@x", "a,b", 'say "so"', "a\nb",
    "\t", ";", "[", "[]", '["a"]', "all", "a; b", "\ufeff", "¶20, ¶21",
    "Ž\u0301", "é", "e\u0301", "\u2028", "0", "2023-06-30", "null",
)  # fmt: skip


texts = st.one_of(
    st.sampled_from(NASTY),
    st.text(
        st.characters(exclude_categories=["Cs", "Cc"], include_characters="\t\n"), max_size=12
    ),
)
#: The years of which records speak (`ccm_rules.dates.recorded`).
days = st.dates(dt.date(1000, 1, 1), dt.date(2999, 12, 31)).map(lambda day: day.isoformat())
points = st.one_of(days, days.map(lambda day: day[:7]), days.map(lambda day: day[:4]))
whens = st.one_of(
    points,
    st.tuples(days, days).map(lambda pair: f"[{min(pair)}..{max(pair)}]"),
    points.map(lambda point: f"[..{point}]"),
    points.map(lambda point: f"[{point}..]"),
)
references = st.tuples(st.sampled_from(SOURCES), texts).map(
    lambda pair: f"{pair[0]} {pair[1]}" if pair[1] else pair[0]
)
citations = st.one_of(references, st.lists(references, min_size=1, max_size=3))


def value(field):
    if field.one_of:
        return st.sampled_from(field.one_of)
    return {
        "party": st.sampled_from(PARTIES),
        "meeting": st.sampled_from(MEETINGS),
        "text": texts,
        "int": st.integers(-(2**53) + 1, 2**53 - 1),
        "when": whens,
    }[field.type]


def _some(**strategies):
    """A dictionary in which each of these keys may stand."""
    return st.fixed_dictionaries({}, optional=strategies)


@st.composite
def facts(draw, kind):
    fields = {}
    for field in kind.fields.values():
        if not field.optional or field.name in kind.one_of or draw(st.booleans()):
            fields[field.name] = draw(value(field))
    more = draw(_some(note=texts, known=whens))
    return {"fact": kind.name, **fields, "source": draw(citations), **more}


@st.composite
def registers(draw):
    kind = draw(st.sampled_from(list(VOCABULARY.values())))
    limits = {
        field.name: draw(value(field))
        for field in kind.fields.values()
        if field.type not in ("when", "party") and field.name != "of" and draw(st.booleans())
    }
    parties = st.just("all")
    if "party" in kind.fields:
        parties = st.one_of(parties, st.lists(st.sampled_from(PARTIES), max_size=3))
    more = draw(_some(parties=parties, note=texts))
    return {"of": kind.name, **limits, "until": draw(days), "source": draw(citations), **more}


@st.composite
def sources(draw):
    found = {}
    for name in SOURCES:
        spec = {"title": draw(texts), **draw(_some(url=texts, note=texts))}
        if draw(st.booleans()):
            spec |= {"published": draw(whens), **draw(_some(kind=st.just("document")))}
        else:
            spec |= draw(_some(kind=st.just("register")))
        found[name] = spec
    return found


def _alone(found, seen):
    """Without decisions that contradict each other, which no record may hold."""
    for fact in found:
        kind = VOCABULARY[fact["fact"]]
        names = (unicodedata.normalize("NFC", str(fact.get(name))) for name in kind.key)
        key = (kind.name, *names)
        if not kind.exclusive or key not in seen:
            seen.add(key)
            yield fact


@st.composite
def documents(draw, of=None):
    """A document; ``of`` names its sources."""
    header = draw(_some(title=texts, as_of=days, period=whens, rules=st.lists(texts, max_size=3)))
    kinds = st.sampled_from(list(VOCABULARY.values()))
    found = draw(st.lists(kinds.flatmap(facts), max_size=6))
    for name in MEETINGS:
        place = draw(st.integers(0, len(found)))
        found.insert(place, {**draw(facts(VOCABULARY["meeting"])), "id": name})
    return {
        **header,
        "sources": of or draw(sources()),
        "registers": draw(st.lists(registers(), max_size=4)),
        "facts": list(_alone(found, set())),
    }


@st.composite
def together(draw):
    """Three documents that one record can hold."""
    of = draw(sources())
    found = [draw(documents(of=of)) for _ in range(3)]
    seen = set()
    return [{**document, "facts": list(_alone(document["facts"], seen))} for document in found]
