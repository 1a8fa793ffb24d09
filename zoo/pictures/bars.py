"""Bars with their standard errors, over orders of magnitude."""

import numpy as np

from zoo.files.saving import replacing


def save_bars(path, values, errors, title, unit, least):
    """Saves a PNG: a bar for each name, from the top, on a logarithmic axis; one panel for each quantity.

    Args:
        path: of the PNG to write.
        values: by the panel's title, a dict of numbers by name; None, and what is below `least`, has no bar.
        errors: the standard errors of the same, or None.
        title: of the whole.
        unit: of the values.
        least: where the axis begins, above 0.
    """
    from matplotlib.figure import Figure

    names = list(next(iter(values.values())))
    figure = Figure(figsize=(1.6 + 4.2 * len(values), 1.2 + 0.32 * len(names)), layout="constrained")
    figure.suptitle(title)
    panels = figure.subplots(1, len(values), sharey=True, squeeze=False)[0]
    for number, (axes, (heading, row)) in enumerate(zip(panels, values.items(), strict=True)):
        for place, name in enumerate(names):
            value, error = row[name], errors[heading][name] or 0.0
            if value is None:
                axes.text(least * 1.2, place, "another bound's", va="center", color="grey", fontsize=8)
            elif value < least:
                axes.text(least * 1.2, place, "none seen", va="center", color="grey", fontsize=8)
            else:
                # A lower end at 0 is no place on this axis.
                ends = [[value - max(value - error, least)], [error]]
                axes.barh(place, value - least, left=least, color=f"C{number}", xerr=ends, ecolor="black", capsize=2)
        axes.set(xscale="log", title=heading, xlabel=unit, yticks=np.arange(len(names)), yticklabels=names)
        axes.set_xlim(left=least)
        axes.grid(axis="x", alpha=0.3)
    panels[0].invert_yaxis()
    with replacing(path) as temporary:
        figure.savefig(temporary, dpi=120, format="png")
