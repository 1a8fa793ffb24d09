"""Writes `saved_models/README.md` and `LEADERBOARD.md` from the cards of the pretrained models and the tables.

python scripts/gallery.py
"""

from zoo.evaluation.likelihood.doubtful import doubtful_share, is_bound
from zoo.files.saving import replacing
from zoo.loading import FOLDER, pretrained
from zoo.tables.leaderboard import markdown, standings

HEAD = """# Pretrained models

    zoo sample mnist-conv --n 64 --seed 7         a grid of samples
    zoo serve mnist-conv                          REST, gRPC and a page in the browser

`zoo.load("mnist-conv")` gives the Keras model, and its `fit` goes on from there. Each folder has the weights
(`model.keras`), the `.tflite` in float32, or in float16 where that is more than 4 MB, and in int8, and a `card.json`
with all of this and more.

"At least" and "at most": of more than 5 % of the images log p(x) may be higher than its estimate.
`zoo judge NAME ais` says by how much.

This page is written by `python scripts/gallery.py`; `python scripts/pretrain.py NAME` makes a model again.

| | data | test log p(x), nats | ELBO, nats | bits/dim | KL, nats | active units | training | .tflite / in int8 |
|---|---|---|---|---|---|---|---|---|
"""


def row(name, card):
    """A model's row in the table of scores."""
    scores, int8 = card["scores"], card["export"]["quantized"].get("int8")
    bound = is_bound(scores)
    bits = f"{scores['bits_per_dim']:.3f} ± {scores['bits_per_dim_se']:.3f}" if "bits_per_dim" in scores else ""
    half = card["export"]["quantized"].get("float16")
    size = half["bytes"] if half else (FOLDER / name / "model.tflite").stat().st_size
    smaller = f"{int8['bytes'] / 1e3:.0f}" if int8 else "-"
    sizes = f"{size / 1e3:.0f}{' (float16)' * bool(half)} / {smaller} kB"
    cells = (
        f"[{name}](#{name})",
        data(card),
        "at least " * bound + f"{scores['log_px']:.2f} ± {scores['log_px_se']:.2f}",
        f"{scores['elbo']:.2f} ± {scores['elbo_se']:.2f}",
        "at most " * bool(bound and bits) + bits,
        f"{scores['kl']:.2f}",
        f"{scores['active_units']} of {card['latent_dim']}",
        f"{card['training_seconds']} s",
        sizes,
    )
    return f"| {' | '.join(cells)} |\n"


def data(card):
    """The data set and how its pixels became black and white."""
    binarization = card["data"]["binarization"]
    plain = "black and white" if card["arguments"].get("likelihood") == "bernoulli" else "8-bit pixels"
    kind = plain if binarization == "none" else f"{binarization} binarization"
    return f"{card['data']['name']}, {kind}"


def section(name, card):
    """A model's picture and the command that made it."""
    scores, int8 = card["scores"], card["export"]["quantized"].get("int8")
    of_int8 = (
        f"int8 moves the mean log p(x) bound by {int8['log_px_change']:+.3f} ± {int8['log_px_change_se']:.3f} nats, "
        f"and its reconstructions are {int8['psnr']:.1f} dB from float32's."
        if int8
        else "There is no int8: it moves log p(x) by more than 0.02 bits/dim."
    )
    return (
        f"\n## {name}\n\n![samples of {name}]({name}/preview.png)\n\n"
        f"`{card['model']}`, {card['epochs']} epochs, seed {card['seed']}:\n\n    {card['command']}\n\n"
        f"{scores['num_samples']} importance samples for each of {scores['num_examples']} test images; for "
        f"{100 * doubtful_share(scores):.0f} % of them log p(x) may be higher, since few samples have nearly all the "
        f"weight. {of_int8}\n"
    )


def text():
    """The whole page."""
    cards = pretrained().items()
    return HEAD + "".join(row(*each) for each in cards) + "".join(section(*each) for each in cards)


if __name__ == "__main__":
    for name, content in (("README.md", text()), ("LEADERBOARD.md", markdown(standings()))):
        with replacing(FOLDER / name) as temporary:
            temporary.write_text(content, encoding="utf-8")
