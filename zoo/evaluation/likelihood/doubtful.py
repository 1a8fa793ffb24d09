"""The share of images whose log p(x) may be too low, which makes of a mean a bound."""

#: The share of images above which the mean is told as a bound.
MANY = 0.05


def doubtful_share(results):
    """The share of images whose log p(x) may be higher than its estimate by more than any error says, 0 to 1.

    Args:
        results: what `zoo evaluate`, `zoo judge RUN ais` or `gaps` found. Those from before there was a Pareto k have
            the images alone whose effective sample size collapsed.

    Returns:
        A float: 1 where nobody can say, of a single sample or chain.

    Example:
        >>> doubtful_share({"collapsed": 2, "num_examples": 100})
        0.02
        >>> doubtful_share({"collapsed": 2, "doubtful": 40, "num_examples": 100})
        0.4
    """
    count = results.get("doubtful", results.get("collapsed"))
    return 1.0 if count is None else count / results["num_examples"]


def is_bound(results):
    """Whether more than 5 % of the images are such.

    Example:
        >>> is_bound({"collapsed": 5, "num_examples": 100}), is_bound({"collapsed": 6, "num_examples": 100})
        (False, True)
    """
    return doubtful_share(results) > MANY


def collapse_note(results, more):
    """Says of how many images the log p(x) can't be trusted, and what there should be more of.

    Args:
        results: as of `doubtful_share`.
        more: options, in words.

    Returns:
        A tuple of one sentence, or of none.

    Example:
        >>> collapse_note({"collapsed": 0, "num_examples": 100}, "--samples")
        ()
    """
    if not results.get("collapsed"):
        return ()
    return (
        f"Of {results['collapsed']} of {results['num_examples']} images few draws have nearly all the weight: their "
        f"log p(x) may be too low. Take more {more}.",
    )
