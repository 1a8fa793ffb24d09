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


#: The baselines in words, with what was chosen for them.
IN_WORDS = {
    "independent_pixels": "independent pixels",
    "bernoulli_mixture": "a mixture of {components} Bernoullis",
    "factor_analysis": "factor analysis with {factors} factors",
    "probabilistic_pca": "probabilistic PCA with {factors} factors",
}


def print_baselines(console, baselines):
    """A line for each baseline: its log p(x), how far the model is above it, and what was chosen for it.

    Both are in bits per dimension where pixels have 8 bits, and in nats otherwise.

    Args:
        console: a `rich.console.Console`.
        baselines: of `zoo.runs.evaluate.evaluate_run`; nothing is printed where there are none.
    """
    from rich.table import Table

    if not baselines:
        return
    # A line has room for one unit.
    in_bits = all("bits_per_dim" in figures for figures in baselines.values())
    names = ("bits_per_dim", "gain_bits_per_dim") if in_bits else ("log_px", "gain")
    table = Table("baselines", *names, "", box=None)
    for name, figures in baselines.items():
        chosen = [f"{figures[key]} {key}" for key in ("components", "factors") if key in figures]
        chosen += ["a bound"] * figures.get("bound", False)
        cells = [f"{_show(figures[each])} ± {_show(figures[f'{each}_se'])}" for each in names]
        table.add_row(name, *cells, ", ".join(chosen))
    console.print(table)


def where_it_loses(baselines):
    """A sentence on the baseline that is furthest above the model, by more than twice the error; None without one.

    Args:
        baselines: of `zoo.runs.evaluate.evaluate_run`.

    Example:
        >>> factors = {"gain": -20.0, "gain_se": 0.5, "factors": 32}
        >>> print(where_it_loses({"factor_analysis": factors}))
        The model loses to factor analysis with 32 factors by 20.00 ± 0.50 nats: train it longer, or give it ...
        >>> where_it_loses({"factor_analysis": factors | {"gain_se": 11.0}})
    """
    # Of a single image no error is known, and nothing is said.
    known = {name: each for name, each in baselines.items() if each["gain_se"] is not None}
    above = {name: each["gain"] for name, each in known.items() if each["gain"] < -2 * each["gain_se"]}
    if not above:
        return None
    name = min(above, key=above.get)
    figures = baselines[name]
    unit, key, digits = "nats", "gain", 2
    if "gain_bits_per_dim" in figures:
        unit, key, digits = "bits per dimension", "gain_bits_per_dim", 3
    by = _plus_minus({"by": -figures[key], "by_se": figures[f"{key}_se"]}, "by", digits)
    return (
        f"The model loses to {IN_WORDS[name].format(**figures)} by {by} {unit}: train it longer, or give it more "
        "latent dimensions or larger networks."
    )


def _nats(results):
    return f"{_plus_minus({'nll': -results['log_px'], 'nll_se': results.get('log_px_se')}, 'nll', 2)} nats"


def _plus_minus(results, name, digits):
    error = results.get(f"{name}_se")
    return f"{results[name]:.{digits}f}" + ("" if error is None else f" ± {error:.{digits}f}")


def warn_of_changed_data(console, run):
    """Says where a figure is of data that aren't the run's own."""
    if run.data_changed:
        console.print("These are figures of data that the run was not trained on: they are kept as such.")
