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


def in_a_sentence(results, run, ais=None):
    """What `zoo evaluate` found, for whoever reads no table: -log p(x), and for how many images it may be lower.

    Args:
        results: of `zoo.runs.evaluate.evaluate_run`, of a VAE.
        run: the run's path.
        ais: what `zoo judge RUN ais` found of the same model, or None.

    Example:
        >>> results = {"log_px": -83.01, "log_px_se": 0.21, "collapsed": 34, "num_examples": 100}
        >>> print(in_a_sentence(results, "runs/vae"))
        -log p(x) is at most 83.01 ± 0.21 nats; for 34 % of the images it may be lower. zoo judge runs/vae ais says ...
        >>> print(in_a_sentence(results | {"collapsed": 0}, "runs/vae"))
        -log p(x) is 83.01 ± 0.21 nats.
    """
    from zoo.evaluation.likelihood.doubtful import doubtful_share, is_bound

    share = doubtful_share(results)
    text = f"-log p(x) is {'at most ' * is_bound(results)}{_nats(results)}"
    if results.get("bits_per_dim") is not None:
        text += f", or {_plus_minus(results, 'bits_per_dim', 3)} bits per dimension"
    if not share:
        return f"{text}."
    text += f"; for {'fewer than 1' if share < 0.005 else f'{100 * share:.0f}'} % of the images it may be lower."
    if ais is None:
        return f"{text} zoo judge {run} ais says by how much."
    annealed = f"of {ais['num_examples']} images says {'at most ' * is_bound(ais)}{_nats(ais)}"
    gain = ""
    if "gain" in ais:
        apart = _plus_minus(ais | {"gain": abs(ais["gain"])}, "gain", 2)
        gain = f", {apart} {'lower' if ais['gain'] > 0 else 'higher'} than importance sampling of the same images"
    return f"{text} Annealed importance sampling {annealed}{gain}."


def _nats(results):
    return f"{_plus_minus({'nll': -results['log_px'], 'nll_se': results.get('log_px_se')}, 'nll', 2)} nats"


def _plus_minus(results, name, digits):
    error = results.get(f"{name}_se")
    return f"{results[name]:.{digits}f}" + ("" if error is None else f" ± {error:.{digits}f}")


def warn_of_changed_data(console, run):
    """Says where a figure is of data that aren't the run's own."""
    if run.data_changed:
        console.print("These are figures of data that the run was not trained on: they are kept as such.")
