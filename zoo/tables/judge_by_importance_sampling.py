"""The judgement of most tables' rows: importance sampling."""

from zoo.runs.evaluate import evaluate_run, keep_evaluation


def judge_by_importance_sampling(run, samples, limit, console, beside=False):
    """The figures of most tables: what `zoo evaluate` finds, with the signs that tables have.

    Returns:
        A dict: `nll`, the estimate of -log p(x), and `nelbo`, in nats, each with its standard error under its name and
        `_se`, and all that `zoo evaluate` writes.
    """
    results = evaluate_run(run, samples, run.card.seed, limit, console, beside).figures
    keep_evaluation(run, results)
    negative = {"nll": -results["log_px"], "nelbo": -results["elbo"]}
    return results | negative | {"nll_se": results["log_px_se"], "nelbo_se": results["elbo_se"]}
