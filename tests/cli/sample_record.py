"""The record that the tests of the command line use."""

RECORD = {
    "title": "A record",
    "as_of": "2023-06-30",
    "sources": {
        "LIST": {"title": "Status list", "url": "https://example.org/list", "kind": "register"},
        "PAPER": {"title": "A paper", "published": "2023-05-01"},
    },
    "registers": [
        {
            "of": "report",
            "kind": "initial",
            "parties": ["TGO", "CIV", "PER"],
            "until": "2023-06-30",
            "source": "PAPER ¶1",
        },
    ],
    "facts": [
        {
            "fact": "deposit",
            "party": "TGO",
            "date": "2012-06-22",
            "instrument": "ratification",
            "source": "LIST",
        },
        {
            "fact": "deposit",
            "party": "CIV",
            "date": "2012-03-12",
            "instrument": "ratification",
            "source": "LIST",
        },
        {
            "fact": "deposit",
            "party": "PER",
            "date": "2012-09-26",
            "instrument": "ratification",
            "source": "LIST",
        },
        {
            "fact": "deposit",
            "party": "ZAF",
            "date": "2015-05-28",
            "instrument": "ratification",
            "source": "LIST",
        },
        {
            "fact": "deposit",
            "party": "NGA",
            "date": "2023-02-28",
            "instrument": "ratification",
            "source": "LIST",
        },
        {
            "fact": "report",
            "party": "PER",
            "kind": "initial",
            "date": "2014-01-01",
            "source": "PAPER ¶2",
        },
        {
            "fact": "meeting",
            "id": "12MSP",
            "title": "Twelfth Meeting",
            "kind": "MSP",
            "opens": "2024-09",
            "source": "PAPER ¶3",
        },
        {
            "fact": "meeting",
            "id": "11MSP",
            "title": "Eleventh Meeting",
            "kind": "MSP",
            "opens": "2023-09-11",
            "source": "PAPER ¶3",
        },
        {
            "fact": "stated-deadline",
            "party": "ZAF",
            "article": "3",
            "number": 0,
            "day": "2023",
            "source": "PAPER ¶4",
        },
        {
            "fact": "stated-count",
            "of": "states",
            "value": 111,
            "date": "2023-06-30",
            "source": "PAPER ¶5",
        },
    ],
}
