"""Images per second of `fit`, beside a hand-written TensorFlow step and beside pythae.

    ZOO_DATA=... python scripts/bench_training.py [--peer peer/bin/python] [--rounds 5]

The networks: conv 3x3 stride 2 with 32 and 64 maps, z = 32, and the mirror; `iaf` adds two autoregressive steps of one
hidden layer of 128, `iwae` takes 5 samples. 12800 MNIST images binarized at 1/2, batches of 128, Adam, two threads.
`nll` is importance sampling with 1000 samples, in image-samples per second. The sides take turns, a round each, after
one that doesn't count. A figure is the fastest round, since a machine's other tenants only ever slow a side down (by
1.6 on the one this was written on, for seconds at a time); the medians are in the JSON lines.
"""

import argparse
import functools
import json
import os
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import tensorflow as tf
from handwritten_step import training_step
from rich.console import Console
from rich.table import Table

from zoo.data import named
from zoo.evaluation.likelihood.importance import importance_sampling
from zoo.likelihoods.bernoulli import Bernoulli
from zoo.networks.conv import conv_decoder, conv_encoder
from zoo.objectives.elbo import elbo
from zoo.objectives.iwae import iwae
from zoo.posteriors.gaussian import Gaussian
from zoo.posteriors.iaf import IAF
from zoo.priors.standard_normal import StandardNormal
from zoo.vae import VAE

SHAPE, LATENT, BATCH = (28, 28, 1), 32, 128


def build(kind, precision="float32"):
    """The peer's model of that name."""
    keras.config.set_dtype_policy(precision)
    encoder, decoder = conv_encoder(SHAPE), conv_decoder(SHAPE, LATENT)
    keras_posterior = IAF(encoder, LATENT, steps=2, units=(128,)) if kind == "iaf" else Gaussian(encoder, LATENT)
    objective = functools.partial(iwae, num_samples=5) if kind == "iwae" else elbo
    vae = VAE(StandardNormal(LATENT), keras_posterior, Bernoulli(decoder), objective)
    keras.config.set_dtype_policy("float32")
    vae.compile(keras.optimizers.Adam(1e-3))
    return vae


class Clock(keras.callbacks.Callback):
    """The seconds of each epoch."""

    def __init__(self):
        super().__init__()
        self.seconds = []

    def on_epoch_begin(self, epoch, logs=None):
        self.start = time.perf_counter()

    def on_epoch_end(self, epoch, logs=None):
        self.seconds.append(time.perf_counter() - self.start)


def fit_rate(vae, x):
    """A function that gives the images per second of the faster of two epochs, after one."""

    def rate():
        clock = Clock()
        vae.fit(x, batch_size=BATCH, epochs=3, verbose=0, callbacks=[clock])
        return len(x) / min(clock.seconds[1:])

    return rate


def handwritten_rate(dtype, x):
    """A function that gives the images per second of the hand-written step, fed with batches as they lie."""
    step = training_step(dtype)

    def rate():
        seconds = []
        for _ in range(3):
            start = time.perf_counter()
            for first in range(0, len(x), BATCH):
                loss = step(x[first : first + BATCH])
            loss.numpy()
            seconds.append(time.perf_counter() - start)
        return len(x) / min(seconds[1:])

    return rate


def nll_rate(x):
    """A function that gives the image-samples per second of importance sampling."""
    vae = build("vae")
    vae.build((None, *SHAPE))

    def rate():
        start = time.perf_counter()
        importance_sampling(vae, x[:100], num_samples=1000)
        return 100 * 1000 / (time.perf_counter() - start)

    return rate


def peer_rate(python, path, kind):
    """A function that gives the peer's rate, in a process of its own."""
    script = Path(__file__).parent / "peer_pythae.py"

    def rate():
        command = [python, str(script), str(path), kind, "2"]
        return max(json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout))

    return rate


def in_turn(sides, rounds):
    """The rates of each side in every round, the sides taking turns."""
    rates = {name: [] for name in sides}
    for round_number in range(rounds + 1):
        for name, rate in sides.items():
            found = rate()
            if round_number:
                rates[name].append(found)
    return rates


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peer", help="a Python that has pythae")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    tf.config.threading.set_intra_op_parallelism_threads(2)
    x = (named.load("mnist").train.images[:12800] > 127).astype("float32")
    table = Table("what", "zoo", "hand-written", "ratio", "pythae", "ratio", box=None, header_style="bold")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "images.npy"
        np.save(path, x)
        for kind, precision in (
            ("vae", "float32"),
            ("vae", "mixed_bfloat16"),
            ("iaf", "float32"),
            ("iwae", "float32"),
            ("nll", "float32"),
        ):
            sides = {"zoo": nll_rate(x) if kind == "nll" else fit_rate(build(kind, precision), x)}
            if kind == "vae":
                sides["hand"] = handwritten_rate(tf.bfloat16 if precision != "float32" else tf.float32, x)
            if options.peer and precision == "float32":
                sides["peer"] = peer_rate(options.peer, path, kind)
            found = in_turn(sides, options.rounds)
            rates = {name: max(values) for name, values in found.items()}
            medians = {name: round(statistics.median(values)) for name, values in found.items()}
            cells = [f"{kind} {precision}", f"{rates['zoo']:,.0f}"]
            for other in ("hand", "peer"):
                there = other in rates
                cells += [f"{rates[other]:,.0f}", f"{rates['zoo'] / rates[other]:.2f}"] if there else ["", ""]
            table.add_row(*cells)
            print(json.dumps({"what": kind, "precision": precision, "medians": medians}), flush=True)
    Console(width=100).print(table)


if __name__ == "__main__":
    main()
