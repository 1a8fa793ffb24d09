"""How much memory an export takes at its peak, and what it finds: of a model of pictures drawn here, trained briefly.

    python scripts/measure_export.py conv_vae --size 128 --channels 3 --likelihood discretized_logistic

Printed are the most that one process had in memory, and that the command and all that it starts had together (what they
share counted each time), sampled fifty times a second.
"""

import contextlib
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import click
import numpy as np
from scipy.ndimage import gaussian_filter


@click.command()
@click.argument("model", default="conv_vae")
@click.option("--size", default=128, show_default=True, help="Height and width.")
@click.option("--channels", default=3, show_default=True)
@click.option("--likelihood", default="bernoulli", show_default=True)
@click.option("--count", default=600, show_default=True, help="How many pictures.")
@click.option("--epochs", default=2, show_default=True)
@click.option("--quantize", multiple=True, help="As of zoo export.")
@click.option("--plot", is_flag=True, help="Measure `zoo plot` too.")
def main(model, size, channels, likelihood, count, epochs, quantize, plot):
    """Trains MODEL on pictures drawn here, exports it, and prints the peak of its memory."""
    with tempfile.TemporaryDirectory() as folder:
        np.save(Path(folder) / "pictures.npy", pictures(count, size, channels, likelihood == "bernoulli"))
        _zoo(folder, "train", model, "--data", "pictures.npy", "--epochs", epochs, "--set", f"likelihood={likelihood}",
             "--out", "run")  # fmt: skip
        _zoo(folder, "export", "run", *(part for each in quantize for part in ("--quantize", each)))
        if plot:
            _zoo(folder, "plot", "run")


def pictures(count, size, channels, two_levels):
    """Soft blobs, uint8 `[count, size, size, channels]`; of two levels alone, 0 and 255, where wanted."""
    rng = np.random.default_rng(0)
    found = gaussian_filter(rng.normal(size=(count, size, size, channels)), (0, size / 10, size / 10, 0))
    found = found / found.std()
    return (
        np.where(found > 0, 255, 0).astype("uint8") if two_levels else (128 + 50 * found).clip(0, 255).astype("uint8")
    )


def _zoo(folder, *arguments):
    started = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-m", "zoo", *map(str, arguments)], cwd=folder)
    peaks = [0, 0]
    watch = threading.Thread(target=_watch, args=(process, peaks))
    watch.start()
    code = process.wait()
    watch.join()
    one, all_together = (f"{peak / 1e9:.2f} GB" for peak in peaks)
    seconds = time.perf_counter() - started
    print(
        f"zoo {arguments[0]}: exit {code}, {one} in one process, {all_together} together, {seconds:.0f} s", flush=True
    )


def _watch(process, peaks):
    while process.poll() is None:
        sizes = [_resident(pid) for pid in _family(process.pid)]
        peaks[:] = max(peaks[0], *sizes), max(peaks[1], sum(sizes))
        time.sleep(0.02)


def _family(pid):
    """The process and all its descendants."""
    found = [pid]
    for each in found:
        with contextlib.suppress(OSError):
            found += map(int, Path(f"/proc/{each}/task/{each}/children").read_text().split())
    return found


def _resident(pid):
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4096
    except OSError:
        return 0


if __name__ == "__main__":
    main()
