"""The task workloads on Python's asyncio, or with the argument uvloop on uvloop.

Prints what each operation costs: `name nanoseconds` lines, processor time, the best of some rounds.
"""

import asyncio
import sys
import time

ROUNDS = 5


async def measure(name, operations, body):
    await body()
    best = None
    for _ in range(ROUNDS):
        start = time.process_time_ns()
        await body()
        spent = time.process_time_ns() - start
        best = spent if best is None else min(best, spent)
    print(name, best / operations, flush=True)


async def number(value):
    return value


async def yields(count):
    for _ in range(count):
        await asyncio.sleep(0)


async def spawn_join():
    for value in range(20_000):
        await asyncio.create_task(number(value))


async def spawn_all():
    for task in [asyncio.create_task(number(value)) for value in range(20_000)]:
        await task


async def yield_one():
    await yields(100_000)


async def group():
    async with asyncio.TaskGroup() as tasks:
        for _ in range(100):
            tasks.create_task(yields(1000))


async def queue():
    items = asyncio.Queue(1)

    async def produce():
        for value in range(50_000):
            await items.put(value)

    producer = asyncio.create_task(produce())
    for _ in range(50_000):
        await items.get()
    await producer


async def lock():
    mutex = asyncio.Lock()

    async def take():
        for _ in range(1000):
            async with mutex:
                await asyncio.sleep(0)

    async with asyncio.TaskGroup() as tasks:
        for _ in range(20):
            tasks.create_task(take())


async def event():
    turns = [asyncio.Event(), asyncio.Event()]

    async def play(own, other):
        for _ in range(20_000):
            await turns[own].wait()
            turns[own].clear()
            turns[other].set()

    turns[0].set()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(play(0, 1))
        tasks.create_task(play(1, 0))


def timers(pending):
    """Arms and cancels timers beside others that stay pending."""

    async def body():
        loop = asyncio.get_running_loop()
        for handle in [loop.call_later(500 + index % 100, int) for index in range(20_000)]:
            handle.cancel()

    async def run():
        loop = asyncio.get_running_loop()
        others = [loop.call_later(1000 + index % 1000, int) for index in range(pending)]
        await measure(f"timer-{pending}", 20_000, body)
        for handle in others:
            handle.cancel()

    return run


async def cancel():
    tasks = [asyncio.create_task(asyncio.sleep(1000)) for _ in range(100_000)]
    await asyncio.sleep(0)
    start = time.process_time_ns()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return time.process_time_ns() - start


def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096


async def memory():
    before = resident()
    event = asyncio.Event()

    async def idle():
        await event.wait()

    tasks = [asyncio.create_task(idle()) for _ in range(100_000)]
    await asyncio.sleep(0)
    print("bytes-per-idle-task", (resident() - before) / 100_000, flush=True)
    event.set()
    await asyncio.gather(*tasks)


async def main():
    await memory()
    await measure("spawn-join", 20_000, spawn_join)
    await measure("spawn-all", 20_000, spawn_all)
    await measure("yield", 100_000, yield_one)
    await measure("group-100", 100_000, group)
    await measure("queue", 50_000, queue)
    await measure("lock", 20_000, lock)
    await measure("event", 40_000, event)
    await timers(100_000)()
    await timers(1_000_000)()
    print("cancel-100000", min([await cancel() for _ in range(3)]) / 100_000, flush=True)


if "uvloop" in sys.argv:
    import uvloop

    uvloop.run(main())
else:
    asyncio.run(main())
