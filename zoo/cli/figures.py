"""Figures with their standard errors, as `zoo evaluate` and `zoo judge` print them."""


def print_figures(console, results):
    """A figure with its standard error in a line, a list's all in one; of a table, a line for each entry."""
    from rich.table import Table

    table, flat = Table(box=None, show_header=False), dict(_flat(results))
    for name, value in flat.items():
        if name.removesuffix("_se") in flat and name.endswith("_se"):
            continue
        if isinstance(value, list):
            errors = flat.get(f"{name}_se") or [None] * len(value)
            table.add_row(name, " ".join(map(_short, value, errors)))
        else:
            error = f" ± {_show(flat[f'{name}_se'])}" if f"{name}_se" in flat else ""
            table.add_row(name, _show(value) + error)
    console.print(table)


def _show(value):
    return f"{value:.4f}" if isinstance(value, float) else "unknown" if value is None else str(value)


def _short(value, error):
    return f"{value:.2f}" if error is None else f"{value:.2f}±{error:.2f}"


def _flat(results):
    for name, value in results.items():
        if isinstance(value, dict):
            yield from ((f"{name} {key}", inner) for key, inner in _flat(value))
        else:
            yield name, value


def warn_of_collapse(console, results, how_small, more):
    """Says of how many images the log p(x) can't be trusted, and what there should be more of."""
    if results.get("collapsed"):
        console.print(
            f"The effective sample size of {results['collapsed']} of {results['num_examples']} images is {how_small}: "
            f"their log p(x) may be too low. Take more {more}.",
            soft_wrap=True,
        )
