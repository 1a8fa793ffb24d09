import asyncio
import threading

import pytest

from zoo.serving.errors import Busy, TimedOut, Unavailable
from zoo.serving.gate import Gate


def test_it_takes_so_many_and_refuses_the_rest():
    gate, release = Gate(workers=2, queue=1, timeout=10), threading.Event()
    running = [gate._submit(release.wait) for _ in range(3)]
    with pytest.raises(Busy):
        asyncio.run(gate.run(lambda: 1))
    release.set()
    assert all(future.result(5) for future in running)
    assert asyncio.run(gate.run(lambda: 1)) == 1


def test_one_that_takes_too_long_is_answered_and_still_counted():
    gate, release = Gate(workers=1, queue=0, timeout=0.05), threading.Event()
    with pytest.raises(TimedOut, match=r"within 0.05 seconds"):
        asyncio.run(gate.run(release.wait))
    with pytest.raises(Busy):
        asyncio.run(gate.run(lambda: 1))
    release.set()
    for _ in range(100):
        try:
            assert asyncio.run(gate.run(lambda: 1)) == 1
            break
        except Busy:
            threading.Event().wait(0.02)
    else:
        pytest.fail("the place was never free again")


def test_one_that_waits_too_long_never_runs():
    gate, release, ran = Gate(workers=1, queue=1, timeout=0.05), threading.Event(), []
    first = gate._submit(release.wait)
    with pytest.raises(TimedOut):
        asyncio.run(gate.run(lambda: ran.append(1)))
    release.set()
    assert first.result(5)
    gate.close()
    assert not ran


def test_an_event_loop_goes_on_while_it_waits():
    gate = Gate(workers=1, queue=8, timeout=5)

    async def three():
        return await asyncio.gather(*(gate.run(lambda i=i: i) for i in range(3)))

    assert asyncio.run(three()) == [0, 1, 2]


def test_closing_waits_for_what_runs_and_takes_nothing_more():
    gate, done = Gate(workers=1, queue=1, timeout=5), []
    gate._submit(lambda: (threading.Event().wait(0.1), done.append(1)))
    gate.close()
    assert done == [1]
    with pytest.raises(Unavailable):
        asyncio.run(gate.run(lambda: 1))


def test_errors_pass_through():
    with pytest.raises(ZeroDivisionError):
        asyncio.run(Gate(1, 1, 5).run(lambda: 1 / 0))


def test_clients_have_turns():
    gate, release, order = Gate(workers=1, queue=20, timeout=5), threading.Event(), []
    futures = [gate._submit(release.wait, client) for client in ("first", "second")]
    for client, count in (("much", 5), ("little", 2), ("other", 1)):
        futures += [gate._submit(lambda c=client: order.append(c), client) for _ in range(count)]
    release.set()
    for future in futures:
        future.result(5)
    assert order == ["much", "little", "other", "much", "little", "much", "much", "much"]
    assert not gate._waiting and not gate._running


def test_who_sends_much_has_not_all_threads():
    gate, release = Gate(workers=2, queue=20, timeout=5), threading.Event()
    futures = [gate._submit(release.wait, "much") for _ in range(10)]
    assert asyncio.run(gate.run(lambda: 1, "little")) == 1
    assert gate._running["much"] == 2
    release.set()
    assert all(future.result(5) for future in futures)
    gate.close()
    assert not gate._waiting and not gate._running
