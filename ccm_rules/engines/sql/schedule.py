"""Running tasks that need each other's outcome, several at once."""

from __future__ import annotations

import queue
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import NamedTuple


class Task(NamedTuple):
    """Something to be done.

    Attributes:
        name: of the task.
        after: names of the tasks that it needs; those that there are not are done.
        run: does it.
        host: whether it is work of the host, of which nothing runs at once.
    """

    name: str
    after: Collection[str]
    run: Callable[[], None]
    host: bool = False


def run_all(tasks: Sequence[Task], at_once: int) -> None:
    """Run tasks, each as soon as those that it needs are done.

    Args:
        tasks: which need each other in no circle; of those that can run, the first first.
        at_once: how many run at once, beside one of the host's.
    """
    names = {task.name for task in tasks}
    waiting = {task.name: {name for name in task.after if name in names} for task in tasks}
    readers: dict[str, list[Task]] = {}
    for task in tasks:
        for name in waiting[task.name]:
            readers.setdefault(name, []).append(task)
    done: queue.SimpleQueue[tuple[str, Future[None]]] = queue.SimpleQueue()
    with ThreadPoolExecutor(at_once) as threads, ThreadPoolExecutor(1) as host:

        def start(task: Task) -> None:
            future = (host if task.host else threads).submit(task.run)
            future.add_done_callback(lambda future: done.put((task.name, future)))

        for task in tasks:
            if not waiting[task.name]:
                start(task)
        try:
            for _ in tasks:
                name, future = done.get()
                future.result()
                for reader in readers.get(name, ()):
                    waiting[reader.name].discard(name)
                    if not waiting[reader.name]:
                        start(reader)
        except BaseException:
            for pool in (threads, host):
                pool.shutdown(cancel_futures=True)
            raise
