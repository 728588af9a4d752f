"""The nightly alert job: tells people once, and only once, about what is new.

    report ─ snapshot ─▶ events ─ routing ─▶ messages ─▶ outbox ─▶ channels
                           ▲                               │
                           └────────── ledger ◀────────────┘

A `Snapshot` is what stands on a day as plain values; `events` compares it with what
was told before; `night` writes the events and the messages made of them to the
ledger in one transaction; `delivery` sends what the ledger holds and marks it. So a
run that dies at any point loses nothing: the next one finds either nothing written,
or messages that wait under the name that they had.

Nothing here reads a clock: days and times come from the command line.
"""
