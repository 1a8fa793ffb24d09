"""What a model is worth. This file takes nothing heavy: the command line's help reads it."""

#: The functions of `zoo.runs.judge`, and how many images each takes unless it is told; None for all there are.
JUDGEMENTS = {
    "ais": 100,
    "gaps": 100,
    "terms": 1000,
    "quality": 5000,
    "neighbours": 1000,
    "latents": 5000,
    "factors": None,
}
