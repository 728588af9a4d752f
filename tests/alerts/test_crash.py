"""Kill -9 at any point: nothing is lost, and nothing is sent under two identities."""

from __future__ import annotations

import copy
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize("nights", [50, pytest.param(200, marks=pytest.mark.slow)])
def test_a_job_that_is_killed_loses_nothing_and_repeats_itself_recognisably(
    job, save, home, hook, inbox, mail_url, tmp_path, nights
):
    job.write()
    later = copy.deepcopy(job.record)
    later["facts"] = [f for f in later["facts"] if f["fact"] != "stated-deadline"]
    later["facts"] += [
        {
            "fact": "report",
            "party": "TGO",
            "kind": "initial",
            "date": "2023-05-02",
            "source": "LIST",
        },
        *(
            {
                "fact": "stated-count",
                "of": f"n{n}",
                "value": n,
                "date": "2023-06-30",
                "source": "LIST",
            }
            for n in range(4)
        ),
    ]
    work = tmp_path / "work"
    work.mkdir()
    harness = Path(__file__).with_name("crash_harness.py")
    command = [sys.executable, harness, home, job.path, save(later, "later.json"), work]
    done = subprocess.run(
        [str(c) for c in [*command, hook.url, mail_url, nights, 20260101]],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        env={**os.environ, "PYTHONPATH": str(harness.parents[2])},
    )
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert result["killed"] == nights, result

    # The requests of each trial stand between two markers.
    trials, requests = [], []
    for headers, data in hook.requests:
        body = json.loads(data)
        if "trial" in body:
            trials.append((body, requests))
            requests = []
        else:
            requests.append((headers["Idempotency-Key"], data))
    expected = _events(trials[1][1])
    assert len(expected) == 6  # four new, one changed, one no longer found
    for state, requests in trials[2:]:
        assert state["code"] == 0, state
        # Each event came, under one identity, and each repeat is the same to the byte.
        assert sorted(_events(requests)) == sorted(expected), state
        assert len({key for key, _ in requests}) == len(set(requests)), state
        told = [event for _, events in state["told"] for event in events]
        assert sorted(told) == sorted(expected), state
    repeats = sum(len(requests) - len(set(requests)) for _, requests in trials[2:])
    # Some died between sending and marking: else this tests too little.
    assert repeats or nights < 200

    # The same by mail: what was made once has the same bytes wherever it was repeated.
    named = {}
    for mail, _, raw in inbox.mails:
        named.setdefault((mail["Message-ID"], mail["Date"]), set()).add(raw)
    assert all(len(raws) == 1 for raws in named.values())
    assert len(inbox.mails) >= 3 * (result["trials"] + 2)


def _events(requests):
    """The events of some requests, repeats of a request left out."""
    bodies = dict(requests)
    return [event["id"] for data in bodies.values() for event in json.loads(data)["events"]]
