"""The judgement of rows that have to beat simpler densities: importance sampling beside baselines."""

from zoo.tables.judge_by_importance_sampling import judge_by_importance_sampling


def judge_beside_baselines(run, samples, limit, console):
    """What `zoo evaluate` finds, with the signs that tables have, and the best of the baselines.

    Returns:
        A dict: of `judge_by_importance_sampling`; `baseline`, the name of the best, `baseline_nll` its -log p(x), and
        `gain` what the model's log p(x) is above it, in nats; the same in bits of 8-bit pixels, `baseline_bits_per_dim`
        and `gain_bits_per_dim`; each with its standard error under its name and `_se`.
    """
    found = judge_by_importance_sampling(run, samples, limit, console, beside=True)
    name, best = max(found.pop("baselines").items(), key=lambda item: item[1]["log_px"])
    found |= {"baseline": name.replace("_", " "), "baseline_nll": -best["log_px"], "baseline_nll_se": best["log_px_se"]}
    if "bits_per_dim" in best:
        found |= {f"baseline_{key}": best[key] for key in ("bits_per_dim", "bits_per_dim_se")}
    return found | {key: value for key, value in best.items() if key.startswith("gain")}
