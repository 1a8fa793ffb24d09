"""How fast the likelihood evaluators are, as a share of the machine's matrix-product rate.

    python scripts/bench_evaluation.py [--images 2000] [--samples 5000] [--rounds 3]

The model is Burda et al.'s one-layer net, 784-200-200-50 and back, on random black-and-white images: speed depends on
no weight and on no pixel. A draw of z for an image costs 2 (50 200 + 200 200 + 200 784) floating-point operations in
matrix products; what else it costs (random numbers, tanh, the pixels' densities) counts as nothing. The machine's rate
is that of one product of two 2048 x 2048 float32 matrices, measured in turn with the evaluators. A figure is the best
of the rounds, since a machine's other tenants only ever slow a side down.
"""

import os
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import click
import numpy as np
from keras import ops
from rich.console import Console
from rich.table import Table

import zoo
from zoo.evaluation.likelihood.ais import annealed_importance_sampling
from zoo.evaluation.likelihood.importance import importance_sampling
from zoo.numerics.compilation import compiled

FLOP = 2 * (50 * 200 + 200 * 200 + 200 * 784)
#: Images, temperatures, chains and leapfrog steps of the AIS that is timed.
AIS = (100, 30, 16, 10)


@click.command()
@click.option("--images", default=2000, show_default=True)
@click.option("--samples", default=5000, show_default=True)
@click.option("--rounds", default=3, show_default=True)
def main(images, samples, rounds):
    """Times the evaluators and the matrix product in turn."""
    vae = zoo.build("iwae", k=1)
    x = (np.random.default_rng(0).random((images, 28, 28, 1)) < 0.2).astype("float32")
    product = compiled(ops.matmul)
    matrix = ops.convert_to_tensor(np.random.default_rng(0).normal(size=(2048, 2048)).astype("float32"))
    best = {}
    sides = {
        "matrix product": lambda: (
            2 * 2048**3 * 10,
            _timed(lambda: [np.asarray(product(matrix, matrix)) for _ in range(10)]),
        ),
        f"importance sampling, S = {samples}": lambda: _importance(vae, x, samples),
        "annealed importance sampling": lambda: _annealed(vae, x),
    }
    for _ in range(rounds):
        for name, side in sides.items():
            flop, seconds = side()
            best[name] = max(best.get(name, (0, 0)), (flop / seconds, seconds))
    _print(best)


def _importance(vae, x, samples):
    return FLOP * len(x) * samples, _timed(lambda: importance_sampling(vae, x, samples))


def _annealed(vae, x):
    images, temperatures, chains, leapfrogs = min(AIS[0], len(x)), *AIS[1:]
    seconds = _timed(
        lambda: annealed_importance_sampling(vae, x[:images], temperatures, chains, leapfrog_steps=leapfrogs)
    )
    # A gradient with respect to z takes two products for each of the value's; each step starts with one more.
    steps = temperatures * (chains + chains // 4)
    return 2 * FLOP * images * steps * (leapfrogs + 1) + FLOP * images * steps, seconds


def _timed(function):
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def _print(best):
    peak = best["matrix product"][0]
    table = Table("", "seconds", "GFLOP/s in products", "share of the machine's rate", box=None, header_style="bold")
    for name, (rate, seconds) in best.items():
        table.add_row(name, f"{seconds:.2f}", f"{rate / 1e9:.0f}", f"{rate / peak:.2f}")
    Console().print(table)


if __name__ == "__main__":
    main()
