"""The server's latency and throughput, beside calling the SavedModel in the same process.

    python scripts/bench_serving.py mnist-conv

Each client is a process of its own with one connection; it decodes one code a request, then 16 samples a request.
Nothing else should run on the machine.
"""

import http.client
import json
import multiprocessing
import os
import re
import statistics
import subprocess
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import click
import numpy as np
from rich.console import Console
from rich.table import Table

TASKS = ("decode 1", "sample 16")


def arguments(task, size):
    """The signature and the arrays of a task."""
    if task == "decode 1":
        return "decode", {"z": np.random.default_rng(0).standard_normal((1, size), "float32")}
    return "sample", {"seed": np.int32([0, 7]), "n": np.int32(16)}


def grpc_call(port, name, task, size):
    """A function that asks over gRPC."""
    import grpc
    import tensorflow as tf
    from tensorflow_serving.apis import predict_pb2, prediction_service_pb2_grpc

    signature, arrays = arguments(task, size)
    request = predict_pb2.PredictRequest()
    request.model_spec.name, request.model_spec.signature_name = name, signature
    for key, value in arrays.items():
        request.inputs[key].CopyFrom(tf.make_tensor_proto(value))
    options = [("grpc.max_receive_message_length", -1)]
    stub = prediction_service_pb2_grpc.PredictionServiceStub(grpc.insecure_channel(f"127.0.0.1:{port}", options))
    return lambda: stub.Predict(request, timeout=60).outputs["image"].tensor_content


def rest_call(port, name, task, size):
    """A function that asks over REST, on a connection that stays open."""
    signature, arrays = arguments(task, size)
    inputs = {key: value.tolist() for key, value in arrays.items()}
    body = json.dumps({"signature_name": signature, "inputs": inputs})
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def call():
        connection.request("POST", f"/v1/models/{name}:predict", body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        content = answer.read()
        assert answer.status == 200, content[:200]
        return content

    return call


def client(make, seconds, barrier, results):
    """One client: its calls' seconds, after a warm-up, put into the queue `results`."""
    call = make[0](*make[1:])
    for _ in range(20):
        call()
    barrier.wait()
    times, end = [], time.perf_counter() + seconds
    while time.perf_counter() < end:
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    results.put(times)


def load(make, clients, seconds):
    """Milliseconds of all calls of so many clients at once."""
    context = multiprocessing.get_context("spawn")
    barrier, results = context.Barrier(clients), context.Queue()
    workers = [context.Process(target=client, args=(make, seconds, barrier, results)) for _ in range(clients)]
    for worker in workers:
        worker.start()
    times = [1e3 * value for _ in workers for value in results.get()]
    for worker in workers:
        worker.join()
    return times


def in_process(folder, task, size, seconds):
    """Milliseconds of calls to the SavedModel in this process."""
    import tensorflow as tf

    signature, arrays = arguments(task, size)
    function = tf.saved_model.load(str(folder)).signatures[signature]
    times, end = [], time.perf_counter() + seconds + 1
    while time.perf_counter() < end:
        start = time.perf_counter()
        function(**{key: tf.constant(value) for key, value in arrays.items()})["image"].numpy()
        times.append(1e3 * (time.perf_counter() - start))
    return times[20:]


@click.command()
@click.argument("model", default="mnist-conv")
@click.option("--seconds", default=5.0, show_default=True, help="Of each measurement.")
@click.option("--apart", is_flag=True, help="As a model is served that nobody vouches for: in a process of its own.")
def main(model, seconds, apart):
    """Serves MODEL, a pretrained model or a run, and asks it."""
    import tempfile
    from pathlib import Path

    import zoo
    from zoo.export.saved_model import write_saved_model
    from zoo.export.signatures import signatures
    from zoo.export.vouching import vouch

    vae, console = zoo.load(model), Console()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "model" / "1"
        write_saved_model(folder, signatures(vae))
        if not apart:
            vouch(folder)
        server = subprocess.Popen(
            [sys.executable, "-m", "zoo", "serve", str(folder.parent), "--port", "0", "--grpc-port", "0"],
            stdout=subprocess.PIPE,
            text=True,
        )
        text = "".join(iter(server.stdout.readline, "Ctrl-C or SIGTERM stops it, once all requests are answered.\n"))
        rest = int(re.search(r"REST  http://127.0.0.1:(\d+)", text).group(1))
        grpc = int(re.search(r"gRPC  127.0.0.1:(\d+)", text).group(1))
        table = Table("task", "over", "clients", "p50", "p99", "requests/s")
        for task in TASKS:
            add(table, task, "in process", 1, in_process(folder, task, vae.latent_dim, seconds))
            for over, make in (("gRPC", (grpc_call, grpc)), ("REST", (rest_call, rest))):
                for clients in (1, 8):
                    times = load((*make, "model", task, vae.latent_dim), clients, seconds)
                    add(table, task, over, clients, times)
        console.print(table)
        server.terminate()
        server.wait()


def add(table, task, over, clients, times):
    """One row of the table."""
    p99 = statistics.quantiles(times, n=100)[-1]
    rate = 1e3 * clients / statistics.mean(times)
    table.add_row(task, over, str(clients), f"{statistics.median(times):.2f} ms", f"{p99:.2f} ms", f"{rate:.0f}")


if __name__ == "__main__":
    main()
