"""`zoo export`."""

import shlex
from pathlib import Path

import click

from zoo.cli.data import data_options
from zoo.cli.start import new_console, quiet, start
from zoo.errors import InputError
from zoo.loading import load, locate


@click.command()
@click.argument("run", type=click.Path(path_type=Path))
@click.option(
    "--samples",
    type=click.IntRange(1),
    default=50,
    show_default=True,
    help="Importance samples of the log_px signature.",
)
@click.option(
    "--quantize",
    type=click.Choice(["none", "int8", "float16"]),
    multiple=True,
    default=["none"],
    show_default=True,
    help="Write a smaller .tflite too: int8 or float16 weights. May be given more than once.",
)
@click.option(
    "--tolerance",
    type=click.FloatRange(0, min_open=True),
    default=0.02,
    show_default=True,
    metavar="BITS",
    help="How much a smaller .tflite may change the mean log_px on test images, in bits per dimension.",
)
@click.option(
    "--web", type=click.Path(path_type=Path), help="Write a page for the browser to this folder, and that alone."
)
@click.option("--litert", type=click.Path(path_type=Path), help="npm's @litertjs packages, for --web.")
@data_options
@click.option("--overwrite", is_flag=True, help="Replace an earlier export.")
def export(run, data, changed_data, samples, quantize, tolerance, web, litert, overwrite):
    """Writes a SavedModel and a .tflite of the run in folder RUN, and compares them with the model.

    With --web it writes a page instead, which any static host can serve, of a run or of a pretrained model by its name.

    \b
    Example: zoo export runs/iaf_mixture_vae-digits --quantize int8
    """
    start(backend="tensorflow")
    from zoo.runs.export import export_run
    from zoo.runs.run import Run

    console = new_console()
    if web:
        _export_web(console, run, web, litert, overwrite)
        return
    opened = Run.open(run, data, changed_data)
    opened.check_own()
    precisions = tuple(dict.fromkeys(precision for precision in quantize if precision != "none"))
    with console.status("exporting and comparing"), quiet():
        report = export_run(opened, samples, precisions, overwrite, tolerance)
    _print_export(console, run, report)
    refused = [precision for precision in precisions if precision in report["refused"]]
    if refused:
        raise InputError(_refusal(refused, report, tolerance))


def _refusal(refused, report, tolerance):
    """What wasn't written, why, and what was."""
    changes = [f"{precision} by {report['refused'][precision]['bits_per_dim_change']:+.2g}" for precision in refused]
    written = ["model.tflite (float32)", *(f"model-{precision}.tflite" for precision in report["quantized"])]
    return (
        f"{' and '.join(refused)} {'was' if len(refused) == 1 else 'were'} not written: the mean log_px changes, "
        f"{' and '.join(changes)} bits/dim, more than --tolerance {tolerance:g}. {' and '.join(written)} "
        f"{'is' if len(written) == 1 else 'are'} there."
    )


def _export_web(console, run, web, litert, overwrite):
    from zoo.export.web import export_web
    from zoo.runs.edit import vectors
    from zoo.runs.run import Run

    path = locate(run)
    found = vectors(Run.open(path)) if (path / "card.json").is_file() else []
    with console.status("making the page"), quiet():
        attributes = {each.attribute: each.vector for each in found}
        export_web(load(path), path.resolve().name, web, litert, overwrite, attributes)
    command = f"python -m http.server -d {shlex.quote(str(web))}"
    console.print(f"{web}: any static host serves it. Try {command}", soft_wrap=True)


def _print_export(console, run, report):
    from rich.table import Table

    table = Table("signature", "SavedModel", "TFLite", "tolerance", box=None, header_style="bold")
    for name, row in report["differences"].items():
        table.add_row(name, f"{row['saved_model']:.1e}", f"{row['tflite']:.1e}", f"{row['tolerance']:.0e}")
    console.print("Largest differences from the Keras model:")
    console.print(table)
    files = ["saved_model/1", "model.tflite", "card.json"]
    smaller = report["quantized"] | {f"{name} (not written)": each for name, each in report["refused"].items()}
    if smaller:
        table = Table("signature", *smaller, box=None, header_style="bold")
        for name in report["differences"]:
            table.add_row(name, *(f"{each['differences'][name]:.1e}" for each in smaller.values()))
        for label, text in (
            ("PSNR of reconstructions", lambda each: "exact" if each["psnr"] is None else f"{each['psnr']:.1f} dB"),
            ("change of mean log_px", _log_px_change),
            ("in bits per dimension", _bits_per_dim_change),
            ("size", lambda each: f"{each['bytes'] / 1e3:.0f} kB"),
        ):
            table.add_row(label, *(text(each) for each in smaller.values()))
        size = (run / "model.tflite").stat().st_size
        console.print(f"Largest differences from float32 ({size / 1e3:.0f} kB):")
        console.print(table)
        files[2:2] = [f"model-{precision}.tflite" for precision in report["quantized"]]
    for name in files:
        console.print(f"{name:>20}  {run / name}", soft_wrap=True)


def _log_px_change(report):
    if "log_px_change" not in report:
        return "no density"
    return f"{report['log_px_change']:+.4f} ± {report['log_px_change_se']:.4f} nats"


def _bits_per_dim_change(report):
    # Exports of before have none.
    return f"{report['bits_per_dim_change']:+.5f}" if "bits_per_dim_change" in report else ""
