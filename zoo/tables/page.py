"""A table's page in Markdown: what was measured beside what was published."""

import itertools

from zoo.evaluation.likelihood.doubtful import is_bound

#: What figures are where the log p(x) of many images may be higher than its estimate.
BOUNDS = {
    "log_px": "at least",
    "approximation": "at least",
    "inference": "at least",
    "nll": "at most",
    "bits_per_dim": "at most",
}


def markdown(content, columns):
    """The table as Markdown: what was measured beside what was published.

    Args:
        content: a table's content, as in its JSON file.
        columns: (heading, name of the figure, format) of each figure.
    """
    shown = [c for c in columns if any(c[1] in (row["results"] or row["published"]) for row in content["rows"])]
    published = {key for row in content["rows"] for key in row["published"]}
    heads = ["", "data"]
    for heading, key, _ in shown:
        heads += [heading, "published"] if key in published else [heading]
    grid = [[*heads, "epochs", "training, as clocked"]]
    for row in content["rows"]:
        results, cells = row["results"] or {}, [row["label"], row["data"]]
        for _, key, form in shown:
            cells.append(cell(results, key, form))
            if key in published:
                cells.append(published_cell(row, key, content["rows"]))
        grid.append([*cells, " + ".join(map(str, row["stages"])), _seconds(results)])
    if content["rows_are_columns"]:
        grid = [list(column) for column in zip(*grid, strict=True)]
    grid.insert(1, ["---"] * len(grid[0]))
    notes = "".join(f"- {sentence}\n" for sentence in content["deviations"])
    notes += _distance(content, shown) + _order(content, shown) + _bounds(content, shown)
    if not all(row["results"] for row in content["rows"]):
        notes += "- Unfinished: the rows without figures of ours are still to be trained.\n"
    body = "".join(f"| {' | '.join(line)} |\n" for line in grid)
    commands = "".join(f"    {row['command']}\n" for row in content["rows"])
    pictures = "".join(
        f"\n{row['label']}:\n\n![{row['label']}]({picture})\n"
        for row in content["rows"]
        if row["results"]
        for picture in row["pictures"]
    )
    return (
        f"# {content['title']}\n\n{content['paper']}\n\n{notes}\n{body}\n"
        f"What trains each row by itself:\n\n{commands}{pictures}"
    )


def _compared(content, columns):
    """What was published and is compared with ours: the heading and format of each figure, by its name."""
    published = {
        key: (heading, form)
        for heading, key, form in columns
        if any(key in row["published"] for row in content["rows"])
    }
    return {key: published[key] for key in content["compared"] or list(published)[:1]}


def _distance(content, columns):
    """How far we are from the published figures, by data set, and why."""
    sentences = []
    for key, (heading, form) in _compared(content, columns).items():
        away = {}
        for row in _with_both(content, key):
            away.setdefault(row["data"], []).append(row["results"][key] - row["published"][key])
        parts = [
            f"{data} {min(found):+{form}}" + (f" to {max(found):+{form}} ({len(found)} rows)" if len(found) > 1 else "")
            for data, found in away.items()
        ]
        if parts:
            sentences.append(f"Our {heading} less the published one: {', '.join(parts)}.")
    return f"- {' '.join(sentences)} {content['why']}\n" if sentences else ""


def _order(content, columns):
    """Which rows of one data set, trained for as long, come in another order than in the paper, whatever the errors."""
    sentences = []
    for key, (heading, form) in _compared(content, columns).items():
        turned = {}
        for a, b in itertools.combinations(_with_both(content, key), 2):
            printed = [f"{row['results'][key]:{form}}" for row in (a, b)]
            ours, published = (a[kind][key] - b[kind][key] for kind in ("results", "published"))
            comparable = a["data"] == b["data"] and a["stages"] == b["stages"] and printed[0] != printed[1]
            if comparable and ours * published < 0:
                pair = f'"{a["label"]}" {printed[0]} and "{b["label"]}" {printed[1]}'
                turned.setdefault(a["data"], []).append(pair)
        sentences += [f"By {heading} on {data}: {'; '.join(pairs)}." for data, pairs in turned.items()]
    first = "- The other way round than published, among ours of equal epochs and whatever the errors."
    return f"{first} {' '.join(sentences)}\n" if sentences else ""


def _bounds(content, columns):
    """What "at least" and "at most" say, where a row has one."""
    if not any(_bound(row["results"] or {}, key) for row in content["rows"] for _, key, _ in columns):
        return ""
    return (
        '- "At least" and "at most": of more than 5 % of the images log p(x) may be higher than its estimate, since '
        "few of their samples have nearly all the weight.\n"
    )


def _bound(figures, key):
    """What stands before a figure that is only a bound, or nothing."""
    bound = key in BOUNDS and figures.get(key) is not None and "num_examples" in figures and is_bound(figures)
    return f"{BOUNDS[key]} " if bound else ""


def _with_both(content, key):
    """The rows that have a figure of ours beside a published one."""
    return [row for row in content["rows"] if key in row["published"] and key in (row["results"] or {})]


def published_cell(row, key, rows):
    """A row's published figure, or nothing; with the decimals of the column, for 84.50 is kept as 84.5.

    Example:
        >>> rows = [{"published": {"nll": 84.5}}, {"published": {"nll": 88.56}}, {"published": {}}]
        >>> [published_cell(row, "nll", rows) for row in rows]
        ['84.50', '88.56', '']
    """
    if key not in row["published"]:
        return ""
    column = [other["published"][key] for other in rows if key in other["published"]]
    decimals = max(len(str(figure).partition(".")[2]) for figure in column)
    return f"{row['published'][key]:.{decimals}f}"


def cell(figures, key, form):
    """A figure with its error, or nothing where there is none; said to be a bound where it is one.

    Example:
        >>> cell({"nll": 87.708, "nll_se": 0.231}, "nll", ".2f")
        '87.71 ± 0.23'
        >>> cell({"nll": 87.708, "nll_se": 0.231, "collapsed": 6, "num_examples": 10}, "nll", ".2f")
        'at most 87.71 ± 0.23'
    """
    if figures.get(key) is None:
        return ""
    error = figures.get(f"{key}_se")
    return _bound(figures, key) + format(figures[key], form) + ("" if error is None else f" ± {error:{form}}")


def _seconds(results):
    seconds = results.get("training_seconds")
    return "" if seconds is None else f"{seconds / 60:.1f} min"
