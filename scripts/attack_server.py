"""Attacks a `zoo serve` of its own on this machine, and measures what a good client notices of it.

    python scripts/attack_server.py mnist-conv

10,000 hostile requests of some 50 kinds over REST and gRPC, beside a client that decodes one code a request and asks
for /healthz. It ends with 1 where the good client's 99th percentile, or the server's memory, is above its bar, or where
the server failed at anything. Nothing else should run on the machine. Everything stays on the loopback interface.
Attackers have machines of their own, so their processes give way to the server's and to the good client's.
"""

import asyncio
import base64
import collections
import contextlib
import gzip
import http.client
import json
import multiprocessing
import os
import random
import re
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time
import zlib
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("GRPC_VERBOSITY", "NONE")

import click
from rich.console import Console
from rich.table import Table

MEGABYTES = 16 * 2**20
#: The hostile client has an address of its own, as anybody's would; over gRPC it can't choose one.
HOSTILE = ("127.0.0.2", 0)


def request(model, body, *headers, length=None, kind="application/json", path=None):
    """A POST's bytes."""
    path = path or f"/v1/models/{model}:predict"
    head = [f"POST {path} HTTP/1.1", "Host: localhost", f"Content-Type: {kind}", *headers]
    if not any(line.startswith("Transfer-Encoding") for line in headers):
        head.append(f"Content-Length: {len(body) if length is None else length}")
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


def chunks(content, size):
    """The content in chunks of that size."""
    parts = [content[i : i + size] for i in range(0, len(content), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


def rest_kinds(model):
    """Bytes to send by what they are."""

    def post(body, *headers, **options):
        return request(model, body, *headers, **options)

    def full(piece, start=b'{"inputs":[', end=b"]}"):
        return start + piece * ((MEGABYTES - len(start) - len(end)) // len(piece) - 1) + piece.rstrip(b",") + end

    # As much as a body for this model may have, so that it is read and looked at.
    def fit(content, size=2**20):
        return full(content)[:size]

    chunked, packed = "Transfer-Encoding: chunked", "Content-Encoding: gzip"
    sample = json.dumps({"signature_name": "sample", "inputs": {"seed": [0, 7], "n": 128}}).encode()
    numbers = random.Random(0).randbytes(2000)
    return {
        "16 MB of nested lists": post(full(b"[[[[[[[[1]]]]]]]],")),
        "16 MB of empty lists": post(full(b"[],")),
        "16 MB of brackets": post(b"[" * MEGABYTES),
        "250,000 rows": post(full(b"[1,2],", b'{"instances":[')[: 6 * 250_000] + b"]}"),
        "1 MB of empty lists": post(fit(b"[],")),
        "1 MB of empty objects": post(fit(b"{},")),
        "1 MB of rows": post(b'{"instances":[' + b"[],".join([b""] * 340_000) + b"[]]}"),
        "1 MB of small lists, in 8 kB chunks": post(chunks(fit(b"[1],"), 2**13), chunked),
        "16 MB of brackets, in chunks": post(chunks(b"[" * MEGABYTES, 2**16), chunked),
        "chunks of one byte": post(chunks(b"[" * 2**16, 1), chunked),
        "chunks of 64 bytes": post(chunks(b"[" * 2**20, 64), chunked),
        "chunks of 512 bytes": post(chunks(b"[" * 2**20, 512), chunked),
        "a thousand levels": post(b'{"inputs":' + b"[" * 1000 + b"]" * 1000 + b"}"),
        "a string of 1 MB": post(b'{"inputs":"' + b"a" * 2**20 + b'"}'),
        "a string of 1 MB of escapes": post(b'{"inputs":"' + b"\\u0041" * (2**20 // 6) + b'"}'),
        "1 MB of digits": post(b'{"inputs":' + b"9" * 2**20 + b"}"),
        "1 MB of digits after a point": post(b'{"inputs":0.' + b"9" * 2**20 + b"}"),
        "1 MB of blanks": post(b" " * 2**20),
        "100,000 keys": post(b"{" + b",".join(b'"%d":1' % i for i in range(100_000)) + b"}"),
        "1 MB of base64": post(b'{"inputs":{"b64":"' + base64.b64encode(bytes(2**19)) + b'"}}'),
        "no JSON": post(numbers),
        "no UTF-8": post(b'{"inputs":"\xff\xfe"}'),
        "numbers that aren't": post(b'{"inputs":[[NaN,Infinity,1e999,-1e999]]}'),
        "integers of 80 bits": post(b'{"signature_name":"sample","inputs":{"seed":[0,%d],"n":1}}' % 2**80),
        "a billion samples": post(b'{"signature_name":"sample","inputs":{"seed":[0,7],"n":1000000000}}'),
        "a bomb of gzip": post(gzip.compress(bytes(2**28)), packed),
        "a bomb of deflate": post(zlib.compress(bytes(2**28)), "Content-Encoding: deflate"),
        "a bomb of gzip, in chunks": post(chunks(gzip.compress(b"[" * 2**28), 1000), packed, chunked),
        "a damaged gzip": post(gzip.compress(sample)[:-9], packed),
        "another encoding": post(sample, "Content-Encoding: br"),
        "a terabyte's length": post(b"{", length=2**40),
        "two lengths": post(sample, "Content-Length: 3"),
        "length and chunks": post(chunks(sample, 10), "Content-Length: 3", chunked),
        "another type": post(sample, kind="text/plain"),
        "another site's": post(sample, "Origin: http://attacker.example"),
        "another host": post(sample).replace(b"localhost", b"attacker.example"),
        "a signature of 1 MB": post(b'{"signature_name":"' + b"x" * 2**20 + b'","inputs":1}'),
        "no such model": post(sample, path="/v1/models/" + "x" * 8000 + ":predict"),
        "no such version": post(sample, path=f"/v1/models/{model}/versions/{'9' * 4000}:predict"),
        "paths out of the folder": b"GET /pages/%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "16 kB of headers": b"GET / HTTP/1.1\r\nHost: a\r\n" + b"a:b\r\n" * 3270 + b"\r\n",
        "1 MB of headers": b"GET / HTTP/1.1\r\nHost: a\r\n" + b"a:b\r\n" * 200_000 + b"\r\n",
        "a line of 1 MB": b"GET /" + b"a" * 2**20 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
        "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes(100),
        "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + numbers[:500],
        "an upgrade": post(sample, "Connection: Upgrade", "Upgrade: h2c"),
        "100 requests at once": b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n" * 100,
        "128 samples that nobody reads": post(sample) * 4,
    }


async def rest_attack(port, content, wait, slow, counts, kind):
    """Sends bytes on a connection and reads what comes, or doesn't; all within some seconds."""
    status, writer = "closed", None
    try:
        async with asyncio.timeout(15):
            reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=HOSTILE)
            sending = asyncio.create_task(send(writer, content, slow))
            try:
                if "nobody reads" in kind:
                    await asyncio.sleep(wait)
                    status = "left"
                else:
                    line = await asyncio.wait_for(reader.readline(), wait)
                    status = line[9:12].decode() or "closed"
            finally:
                sending.cancel()
                await asyncio.gather(sending, return_exceptions=True)
    except TimeoutError:
        status = "silent"
    except OSError:
        status = "closed"
    finally:
        if writer:
            writer.transport.abort()
    counts[kind, status] += 1


async def send(writer, content, slow):
    """Sends bytes, or one a tenth of a second."""
    for start in range(0, len(content), 1 if slow else 2**18):
        writer.write(content[start : start + (1 if slow else 2**18)])
        await writer.drain()
        if slow:
            await asyncio.sleep(0.1)


def field(number, content):
    """A field of bytes of a protobuf message."""
    size, length = len(content), b""
    while size > 127:
        length, size = length + bytes([size & 127 | 128]), size >> 7
    return bytes([number << 3 | 2]) + length + bytes([size]) + content


def grpc_kinds(model):
    """Messages by what they are."""
    spec = field(1, field(1, model.encode()) + field(3, b"decode"))
    shape = field(2, field(2, b"\x08\x01") + field(2, b"\x08\x02"))
    large = field(2, field(2, b"\x08\x80\x80\x80\x02") + field(2, b"\x08\x04")) + field(5, b"\0\0\x80\x3f")
    float32 = b"\x08\x01"

    def tensor(content, name=b"z"):
        return field(2, field(1, name) + field(2, content))

    noise = random.Random(0)
    return {
        "100 unknown inputs of 16 MB": spec + b"".join(tensor(float32 + large, b"u%d" % i) for i in range(100)),
        "one value for 16 MB": spec + tensor(float32 + large),
        "50,000 empty inputs": spec + field(2, b"") * 50_000,
        "50,000 empty strings": spec + tensor(b"\x08\x07" + shape + field(8, b"") * 50_000),
        "50,000 dimensions": spec + tensor(float32 + field(2, field(2, b"") * 50_000)),
        "100,000 bytes of int64": spec + tensor(b"\x08\x09" + shape + field(10, bytes(100_000))),
        "20,000 values by themselves": spec + tensor(float32 + shape + b"\x2d\0\0\0\0" * 20_000),
        "half floats out of range": spec + tensor(b"\x08\x13" + shape + field(13, b"\xff\xff\xff\x7f\x01")),
        "strings, resources, variants": spec + tensor(float32 + shape + field(14, b"") + field(15, field(1, b"x"))),
        "variants in variants": spec + tensor(float32 + field(15, field(3, field(15, field(3, b"")))) * 90),
        "no known type": spec + tensor(b"\x08\xe7\x07" + shape),
        "a size of -1": spec + tensor(float32 + field(2, field(2, b"\x08" + b"\xff" * 9 + b"\x01"))),
        "a name of 100 kB": spec + tensor(float32 + shape, b"z" * 100_000),
        "100 kB of output_filter": spec + field(3, b"") * 50_000,
        "no message": noise.randbytes(1000),
        "half a message": (spec + tensor(float32 + shape + field(4, bytes(8))))[:-5],
        "zeros": bytes(2**16),
        "nothing": b"",
        "16 MB": spec + tensor(float32 + shape + field(4, bytes(MEGABYTES - 200))),
        "over 16 MB": bytes(MEGABYTES + 1),
        "a bomb": b"compressed",
        "calls without a message": None,
        "calls that are cancelled": spec,
        "no such method": spec,
        "8 kB of metadata": spec,
        "bytes that aren't HTTP/2": None,
    }


async def grpc_attack(channel, port, content, counts, kind):
    """One call, or what is none."""
    import grpc

    method = "Nothing" if kind == "no such method" else "Predict"
    path, options = f"/tensorflow.serving.PredictionService/{method}", {"timeout": 10}
    try:
        if kind == "bytes that aren't HTTP/2":
            reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=HOSTILE)
            writer.write(random.randbytes(5000))
            await asyncio.wait_for(reader.read(100), 2)
            writer.transport.abort()
            status = "closed"
        elif content is None:
            call = channel.stream_unary(path)(timeout=0.5)
            await call
        elif kind == "calls that are cancelled":
            call = channel.unary_unary(path)(content)
            await asyncio.sleep(random.random() / 100)
            call.cancel()
            status = "cancelled"
        else:
            if kind == "a bomb":
                content, options["compression"] = bytes(2**25), grpc.Compression.Gzip
            if kind == "8 kB of metadata":
                options["metadata"] = [(f"a{i}", "b" * 80) for i in range(100)]
            await channel.unary_unary(path)(content, **options)
            status = "OK"
    except grpc.aio.AioRpcError as error:
        status = error.code().name
    except (OSError, TimeoutError):
        status = "closed"
    counts[kind, status] += 1


def hostile(over, model, port, number, at_once, results):
    """A process that sends so many hostile requests of all kinds, some at once, and then what was answered."""

    os.nice(15)

    async def run():
        counts, order = collections.Counter(), random.Random(0)
        kinds = rest_kinds(model) if over == "REST" else grpc_kinds(model)
        names = [name for name, _ in zip(_cycle(kinds), range(number), strict=False)]
        order.shuffle(names)
        if over == "gRPC":
            import grpc

            options = [("grpc.max_send_message_length", -1), ("grpc.max_metadata_size", 2**16)]
            channels = [
                grpc.aio.insecure_channel(f"127.0.0.1:{port}", [*options, ("a", i)]) for i in range(4)
            ]  # Each has a connection of its own, since its options are.

        async def worker():
            while names:
                name = names.pop()
                if over == "REST":
                    slow = order.random() < 0.02
                    await rest_attack(port, kinds[name], 1.0 if slow else 5.0, slow, counts, name)
                else:
                    await grpc_attack(order.choice(channels), port, kinds[name], counts, name)

        await asyncio.gather(*(worker() for _ in range(at_once)))
        return counts

    results.put((over, asyncio.run(run())))


def _cycle(kinds):
    while True:
        yield from kinds


def silent(port, stop):
    """Holds as many silent connections as the server lets it, and opens new ones for those that are closed."""
    os.nice(15)
    held = []
    while not stop.wait(0.5):
        for each in list(held):
            try:
                if each.recv(1000) == b"":
                    raise OSError
            except BlockingIOError:
                continue
            except OSError:
                held.remove(each)
                each.close()
        with contextlib.suppress(OSError):
            for _ in range(min(20, 1100 - len(held))):
                held.append(socket.create_connection(("127.0.0.1", port), timeout=1, source_address=("127.0.0.3", 0)))
                held[-1].setblocking(False)
    for each in held:
        each.close()


def good(model, rest, grpc_port, size, ready, stop, results):
    """A process that asks as one does, over REST, over gRPC and for /healthz, and then the milliseconds of each."""
    import grpc
    import numpy as np
    import tensorflow as tf
    from tensorflow_serving.apis import predict_pb2, prediction_service_pb2_grpc

    call = predict_pb2.PredictRequest()
    call.model_spec.name, call.model_spec.signature_name = model, "decode"
    call.inputs["z"].CopyFrom(tf.make_tensor_proto(np.zeros([1, size], "float32")))
    stub = prediction_service_pb2_grpc.PredictionServiceStub(grpc.insecure_channel(f"127.0.0.1:{grpc_port}"))
    connection = http.client.HTTPConnection("127.0.0.1", rest, timeout=30)
    body = json.dumps({"signature_name": "decode", "instances": [[0.0] * size]})

    def get(method, path, body=None):
        connection.request(method, path, body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        content = answer.read()
        assert answer.status == 200, content[:200]

    asks = {
        "REST": lambda: get("POST", f"/v1/models/{model}:predict", body),
        "gRPC": lambda: stub.Predict(call, timeout=30),
        "/healthz": lambda: get("GET", "/healthz"),
    }
    times, failed = {name: [] for name in asks}, []
    for _ in range(20):
        for ask in asks.values():
            ask()
    ready.set()
    while not stop.is_set():
        for name, ask in asks.items():
            start = time.perf_counter()
            try:
                ask()
            except Exception as error:
                failed.append(f"{name}: {error}"[:200])
                connection.close()
            times[name].append(1e3 * (time.perf_counter() - start))
        time.sleep(0.005)
    results.put((times, failed))


def memory(pid):
    """Megabytes that a process and its children have in memory."""
    total = 0
    with contextlib.suppress(OSError):
        total = int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
        for task in Path(f"/proc/{pid}/task").iterdir():
            total += sum(memory(int(child)) for child in (task / "children").read_text().split())
    return total


def sample(pid, stop, found):
    """Appends the memory to `found`, again and again."""
    while not stop.wait(0.05):
        found.append(memory(pid))


def serve(model):
    """A `zoo serve` and its ports."""
    server = subprocess.Popen(
        [sys.executable, "-m", "zoo", "serve", model, "--port", "0", "--grpc-port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    log = []
    threading.Thread(target=lambda: log.extend(server.stderr), daemon=True).start()
    text = "".join(iter(server.stdout.readline, "Ctrl-C or SIGTERM stops it, once all requests are answered.\n"))
    ports = [int(re.search(pattern + r".*127.0.0.1:(\d+)", text).group(1)) for pattern in ("REST", "gRPC")]
    return server, *ports, log


@click.command()
@click.argument("model", default="mnist-conv")
@click.option("--requests", default=10_000, show_default=True, help="Hostile ones; four fifths over REST.")
@click.option("--at-once", default=16, show_default=True, help="Hostile ones at once, of each protocol.")
@click.option("--p99-ms", default=100.0, show_default=True, help="The bar of the good client.")
@click.option("--memory-mb", default=300.0, show_default=True, help="The bar of the memory above that of idling.")
def main(model, requests, at_once, p99_ms, memory_mb):
    """Serves MODEL, a pretrained model or a run, and attacks it."""
    import zoo

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # The processes end with this one.
    size, name = zoo.load(model).latent_dim, Path(model).name
    server, rest, grpc_port, log = serve(model)
    context, console = multiprocessing.get_context("spawn"), Console()
    results, measured = context.Queue(), context.Queue()

    def client():
        ready, stop = context.Event(), context.Event()
        process = context.Process(target=good, args=(name, rest, grpc_port, size, ready, stop, measured), daemon=True)
        process.start()
        ready.wait()
        return process, stop

    def finish(process, stop):
        stop.set()
        found = measured.get()
        process.join()
        return found

    peak, watching = [], threading.Event()
    try:
        alone = client()
        time.sleep(10)
        before, _ = finish(*alone)
        idle = memory(server.pid)
        watch = threading.Thread(
            target=lambda: [peak.append(memory(server.pid)) for _ in iter(lambda: watching.wait(0.05), True)]
        )
        watch.start()
        beside, quiet = client(), context.Event()
        holder = context.Process(target=silent, args=(rest, quiet), daemon=True)
        holder.start()
        time.sleep(5)
        start = time.monotonic()
        shares = {"REST": (rest, requests * 4 // 5), "gRPC": (grpc_port, requests - requests * 4 // 5)}
        attackers = [
            context.Process(target=hostile, args=(over, name, port, number, at_once, results), daemon=True)
            for over, (port, number) in shares.items()
        ]
        for attacker in attackers:
            attacker.start()
        counts = dict(results.get() for _ in attackers)
        seconds = time.monotonic() - start
        after, failed = finish(*beside)
        quiet.set()
        holder.join()
        watching.set()
        watch.join()
        alive = server.poll() is None
        server.terminate()
        stopped = time.monotonic()
        code = server.wait(120)
        stopped = time.monotonic() - stopped
    finally:
        server.kill()
    bad = report(console, counts)
    table = Table("good client", "alone p50", "alone p99", "attacked p50", "attacked p99", "max", "requests")
    p99 = {}
    for key in before:
        p99[key] = statistics.quantiles(after[key], n=100)[-1]
        table.add_row(
            key,
            f"{statistics.median(before[key]):.1f} ms",
            f"{statistics.quantiles(before[key], n=100)[-1]:.1f} ms",
            f"{statistics.median(after[key]):.1f} ms",
            f"{p99[key]:.1f} ms",
            f"{max(after[key]):.0f} ms",
            str(len(after[key])),
        )
    console.print(table)
    sent = sum(sum(each.values()) for each in counts.values())
    console.print(
        f"{sent} hostile requests in {seconds:.0f} s; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores. "
        f"Memory: idle {idle:.0f} MB, peak {max(peak):.0f} MB. It ended with {code}, {stopped:.1f} s after SIGTERM."
    )
    wrong = [f"the 99th percentile of {key} is {value:.0f} ms" for key, value in p99.items() if value > p99_ms]
    wrong += [f"memory rose by {max(peak) - idle:.0f} MB"] * (max(peak) - idle > memory_mb)
    wrong += [f"{len(failed)} requests of the good client failed: {failed[0]}"] if failed else []
    wrong += bad + ["the server died"] * (not alive) + [f"it ended with {code}"] * (code != 0)
    tracebacks = [line for line in log if "Traceback" in line or "Error" in line]
    wrong += [f"its log has {len(tracebacks)} errors: {tracebacks[0].strip()}"] if tracebacks else []
    for line in wrong:
        console.print(f"wrong: {line}", markup=False)
    sys.exit(bool(wrong))


def report(console, counts):
    """Prints what was answered; returns what shouldn't have been."""
    bad = []
    for over, found in counts.items():
        table = Table(over, "requests", "answers")
        for kind in sorted({kind for kind, _ in found}):
            answers = {status: count for (name, status), count in found.items() if name == kind}
            table.add_row(kind, str(sum(answers.values())), ", ".join(f"{s} {c}" for s, c in sorted(answers.items())))
            for status in answers:
                if status in ("500", "UNKNOWN", "INTERNAL"):
                    bad.append(f"{over}: {kind} is answered by {status}")
        console.print(table)
    return bad


if __name__ == "__main__":
    main()
