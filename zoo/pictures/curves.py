"""The curves of training."""

from zoo.files.saving import replacing

#: Of what isn't in nats.
UNITS = {"bits_per_dim": "bits", "dead_codes": "share", "quantization": "squared distance"}


def save_curves(path, history):
    """Plots each quantity that was reported against the epoch, for the training and the validation images.

    Args:
        path: of the PNG to write.
        history: a list of dicts, one for each epoch; names that begin with `val_` are of validation images.
    """
    from matplotlib.figure import Figure

    names = [
        name for name in history[0] if not name.startswith("val_") and name not in ("epoch", "iterations", "seconds")
    ]
    figure = Figure(figsize=(4.2 * len(names), 3.2), layout="constrained")
    epochs = [row["epoch"] for row in history]
    # The first epochs of a long run would press the rest flat.
    shown = history[len(history) // 20 :]
    for axes, name in zip(figure.subplots(1, len(names), squeeze=False)[0], names, strict=True):
        for key, label, style in ((name, "training", "-"), (f"val_{name}", "validation", "--")):
            if key in history[0]:
                axes.plot(
                    epochs, [row[key] for row in history], style, label=label, marker="." if len(epochs) < 3 else None
                )
        values = [row[key] for row in shown for key in (name, f"val_{name}") if key in row]
        margin = 0.05 * (max(values) - min(values)) or 1.0
        axes.set(title=name, xlabel="epoch", ylabel=UNITS.get(name, "nats"))
        axes.set_ylim(min(values) - margin, max(values) + margin)
        axes.grid(alpha=0.3)
    figure.axes[0].legend()
    with replacing(path) as temporary:
        figure.savefig(temporary, dpi=120, format="png")
