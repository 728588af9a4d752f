"""Kills the job again and again, in processes of its own, and lets it run to its end.

Run by test_crash.py: ``crash_harness.py HOME FACTS LATER WORK HOOK MAIL TRIALS SEED``.
Everything is read and judged once; each trial then forks a night that is killed with
SIGKILL, either at a random line of the job or after a random time, and after it a night
that nobody disturbs: on the same day, or on the next. A marker to the hook ends a trial.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import random
import shutil
import signal
import sys
import time
import urllib.request
from pathlib import Path

import ccm_rules
from ccm_rules.alerts import job, ledger, ledger_file
from ccm_rules.alerts.config import OPERATOR, Config, Delivery, Filter, Route
from ccm_rules.alerts.delivery import Clock
from ccm_rules.alerts.events import KINDS
from ccm_rules.alerts.quiet import Quiet
from ccm_rules.alerts.routing import Router
from ccm_rules.alerts.snapshot import snapshot
from ccm_rules.alerts.targets import target

ALERTS = os.path.dirname(job.__file__)
FIRST = dt.date(2023, 6, 30).toordinal()


def _silent(*_, **__):
    pass


class Night:
    """One night's work on a ledger, in a child process."""

    def __init__(self, home, facts, later, hook, mail):
        self.rulebook = ccm_rules.load_rules(home=home)
        self.snapshots = {}
        for day, path in ((FIRST, facts), (FIRST + 1, later), (FIRST + 2, later)):
            record = ccm_rules.load_facts(path, rulebook=self.rulebook)
            when = ccm_rules.When(day, day)
            report = ccm_rules.check(record, self.rulebook, as_of=when, engines=["sqlite"])
            self.snapshots[day] = snapshot(report)
        self.targets = (hook, mail)

    def config(self, folder):
        channels, routes = {}, []
        for name, url in zip(("hook", "mail", "files"), (*self.targets, folder), strict=True):
            channel, recipients = target(url, {})
            # Small messages, so that one night has several.
            channels[name] = channel._replace(name=name, batch=2)
            routes.append(Route(name, name, recipients, Filter(), KINDS, -1, Quiet()))
        operators = (routes[2]._replace(name=OPERATOR),)
        return Config(channels, tuple(routes), operators, delivery=Delivery(2, 0.0, 5.0))

    def work(self, path, folder, day):
        config = self.config(folder)
        clock = Clock(lambda: f"2023-07-0{day - FIRST + 1}T02:00:00Z", time.sleep)
        work = job.Work(Router(config, self.rulebook), self.snapshots.__getitem__)
        with ledger_file.locked(path, 5.0, time.sleep), ledger.Ledger(path) as open_ledger:
            outcome = job.run(open_ledger, config, lambda: work, day, clock, _silent, 31)
        return 0 if not outcome.problem and not outcome.delivered.waiting else 1

    def forked(self, path, folder, day, at=0):
        """Do a night in a child; ``at`` is the line of the job at which it dies."""
        child = os.fork()
        if child:
            return child
        code = 9
        try:
            if at:
                sys.settrace(_killer(at))
            code = self.work(path, folder, day)
        finally:
            os._exit(code)


def _killer(at):
    left = at

    def lines(frame, event, argument):
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return lines

    def calls(frame, event, argument):
        return lines if frame.f_code.co_filename.startswith(ALERTS) else None

    return calls


def _ended(child):
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _count(night, path, folder, day):
    """How many lines of the job a night runs through."""
    lines = 0

    def each(frame, event, argument):
        nonlocal lines
        lines += 1
        return each

    sys.settrace(lambda f, e, a: each if f.f_code.co_filename.startswith(ALERTS) else None)
    code = night.work(path, folder, day)
    sys.settrace(None)
    assert code == 0
    return lines


def main():
    home, facts, later, work, hook, mail, trials, seed = sys.argv[1:]
    chance = random.Random(int(seed))
    night = Night(home, facts, later, hook, mail)
    base, folder = f"{work}/base.db", f"{work}/out"
    assert _ended(night.forked(base, folder, FIRST)) == 0
    _mark(hook, {"trial": "base"})
    shutil.copy(base, f"{work}/whole.db")
    start = time.perf_counter()
    assert _ended(night.forked(f"{work}/whole.db", folder, FIRST + 1)) == 0
    lasts = time.perf_counter() - start
    shutil.copy(base, f"{work}/count.db")
    lines = _count(night, f"{work}/count.db", folder, FIRST + 1)
    _mark(hook, {"trial": "whole", "files": sorted(os.listdir(folder))})
    killed = trial = 0
    # A kill at a random time may come too late on a machine that has just become quicker:
    # what counts are nights that died, and the nights that ended are trials all the same.
    for trial in range(3 * int(trials)):
        if killed == int(trials):
            break
        path, folder = f"{work}/{trial}.db", f"{work}/out-{trial}"
        shutil.copy(base, path)
        if trial % 3:
            child = night.forked(path, folder, FIRST + 1, chance.randint(1, lines))
        else:
            child = night.forked(path, folder, FIRST + 1)
            time.sleep(chance.uniform(0, lasts))
            os.kill(child, signal.SIGKILL)
        died = _ended(child) == -signal.SIGKILL
        killed += died
        code = _ended(night.forked(path, folder, FIRST + 1 + trial % 2))
        files = [n for n in sorted(os.listdir(folder)) if n.endswith(".json")]
        bodies = [json.loads(Path(folder, name).read_text()) for name in files]
        told = [[body["id"], [e["id"] for e in body["events"]]] for body in bodies]
        _mark(hook, {"trial": trial, "code": code, "died": died, "told": told})
        for name in (path, f"{path}-wal", f"{path}-shm", f"{path}.lock"):
            if os.path.exists(name):
                os.unlink(name)
    print(json.dumps({"killed": killed, "trials": trial, "lines": lines}))


def _mark(hook, state):
    request = urllib.request.Request(hook, data=json.dumps(state).encode())
    with urllib.request.urlopen(request, timeout=10):
        pass


if __name__ == "__main__":
    main()
