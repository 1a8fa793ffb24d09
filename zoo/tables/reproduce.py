"""Published tables, trained and judged again: the figures side by side, and how the protocols differ.

What a reproduction leaves behind is one run folder for each row, and the table as Markdown and JSON, written anew
whenever a row is done.
"""

import math
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, NotRequired, TypedDict

import msgspec

from zoo.callbacks.progress import ShowProgress
from zoo.data import named
from zoo.errors import InputError
from zoo.evaluation.mean_and_error import mean_and_error
from zoo.files.foreign import reading
from zoo.files.saving import read_json, replacing, write_json
from zoo.runs.card import describe, format_of, versions
from zoo.runs.choices import describe_what_is_given
from zoo.runs.plan import seconds_per_epoch
from zoo.runs.run import Run
from zoo.tables.page import cell, markdown
from zoo.tables.published import load_table

#: How much of the budget is for training; the rest is for judging.
TRAINING_SHARE = 0.8


def spread(draws):
    """The means of the figures of several draws, and how much these would move for as many others.

    Args:
        draws: a list of dicts of figures, two or more. What is the same in all is kept, and their own errors aren't.

    Example:
        >>> spread([{"error": 3.0, "error_se": 0.1, "labelled": 100}, {"error": 5.0, "error_se": 0.1, "labelled": 100}])
        {'error': 4.0, 'error_se': 1.0, 'labelled': 100}
    """
    found = {}
    for name in (name for name in draws[0] if not name.endswith("_se")):
        values = [draw[name] for draw in draws]
        if all(value == values[0] for value in values):
            found[name] = values[0]
        elif all(isinstance(value, int | float) for value in values):
            found |= mean_and_error(name, values)
    return found


class Plan(TypedDict):
    """The content of a `plan.json`."""

    asked: dict[str, int | float | None]  #: what the command was given
    epochs: Annotated[int, msgspec.Meta(ge=1, le=2**31)] | None  #: how long a row is trained; None for its own limit
    begun: NotRequired[str]  #: when; of before there was this, nothing


class Reproduction:
    """One reproduction of a table, begun or gone on with.

    Args:
        name: the table's.
        runs: the folder in which the rows' run folders are.
        out: where the table is written: `NAME.md`, `NAME.json`, and a folder `NAME` of pictures where there are any.
        seed: of all runs.
        samples: importance samples for each test image; None for the table's own number.
        limit: how many images are judged; None for the table's own number.
        changed_data: whether runs that were begun may go on with data that aren't what they were.
    """

    def __init__(self, name, runs, out, seed=0, samples=None, limit=None, changed_data=False):
        self.name, self.table = name, load_table(name)
        self.runs, self.out, self.changed_data = Path(runs), Path(out), changed_data
        self.asked = {
            "seed": seed,
            "samples": samples or self.table.samples,
            "limit": limit or self.table.limit,
        }

    def kept_plan(self):
        """The plan that was made earlier for the runs in this folder, or None."""
        file = self.runs / "plan.json"
        return read_json(file, Plan) if file.exists() else None

    def plan(self, budget, epochs, console):
        """Decides once how many epochs each row is trained for, and keeps it in `plan.json` beside the runs.

        Args:
            budget: seconds for the whole table, of which `TRAINING_SHARE` are for training; the speed of each row is
                measured.
            epochs: how many, whatever they take; None for as many as the budget has room for.
            console: a `rich.console.Console`.

        Raises:
            InputError: there is another plan already, the budget isn't enough for one epoch, or data aren't there.
        """
        file = self.runs / "plan.json"
        budgeted = epochs is None and not self.table.by_the_data
        wanted = self.asked | ({"budget": budget} if budgeted else {"epochs": epochs})
        kept = self.kept_plan()
        if kept is not None:
            if kept["asked"] != wanted:
                raise InputError(
                    f"{self.runs} has a reproduction with {kept['asked']}, not {wanted}. Give the same again to go on "
                    "with it, or another folder with --runs."
                )
            return kept
        self._check_data(self.table.rows)
        plan = {"asked": wanted, "epochs": self._affordable(budget, console) if budgeted else epochs}
        # It tells this reproduction's table from that of another that was asked for the same.
        plan["begun"] = datetime.now(UTC).isoformat()
        write_json(file, plan)
        return plan

    def _affordable(self, budget, console):
        seconds = 0.0
        for row in self.table.rows:
            with console.status(f"measuring the speed of {row.label} on {row.data}"):
                seconds += row.draws * row.epochs * self._seconds_per_epoch(row)
        epochs = int(TRAINING_SHARE * budget / seconds)
        if epochs < 1:
            raise InputError(
                f"budget is {budget:.0f} seconds, but one epoch of each row takes {seconds:.0f}: give at least "
                f"{math.ceil(seconds / TRAINING_SHARE / 60)}m."
            )
        return epochs

    def _seconds_per_epoch(self, row):
        # The row that it begins with isn't trained yet.
        run, _ = self.described(row._replace(start_from=None), epochs=1)
        return seconds_per_epoch(run, run.new_model())

    def described(self, row, epochs, draw=0):
        """A draw of a row: its run, as yet without a folder, and how many epochs it is trained for at most."""
        folder, seed = self.runs / row.folder(draw), self.asked["seed"]
        if row.by_the_data:
            found = describe_what_is_given(
                {"name": row.data},
                row.model,
                row.arguments,
                {"seed": seed + draw} | dict(row.training),
                epochs or row.limit,
                row.binarization,
                folder,
            )
            card, splits, limit = found.card, found.splits, found.epochs
        else:
            settings = row.settings(round(epochs * row.epochs), seed, self.runs, draw)
            card, splits = describe(
                row.model, row.arguments, {"name": row.data}, row.binarization, format_of(folder), **settings
            )
            limit = card.decay
        run = Run(folder, card)
        run.splits = splits
        return run, limit

    def make(self, plan, console):
        """Trains and judges all rows that aren't done, and writes the table after each.

        Returns:
            The table's content, as in its JSON file.
        """
        files = {row.name: self.runs / row.name / "judged.json" for row in self.table.rows}
        results = {name: self._judged(file) for name, file in files.items() if file.exists()}
        # What is missing had better be missed now than after the first rows' hours.
        self._check_data(row for row in self.table.rows if row.name not in results)
        for row in self.table.rows:
            if row.name not in results:
                results[row.name] = self._make_row(row, plan, console)
                write_json(files[row.name], results[row.name])
            content = self._write(plan, results)
        return content

    def show(self):
        """Makes what pictures are missing, and puts them beside the table.

        They come last: no figure waits for a picture that can't be made.
        """
        for row in self.table.rows:
            for name in self.table.pictures(row):
                picture = self.runs / row.name / name
                if not picture.is_file():
                    Run.open(picture.parent).plot()
                with replacing(self.out / self.name / f"{row.name}-{name}") as temporary:
                    temporary.write_bytes(picture.read_bytes())

    def _judged(self, file):
        """What was found of a row, once it is known that the table can show it."""
        results = read_json(file, dict[str, int | float | str | None])
        with reading(file, "what was found of a row of this table"):
            for _, key, form in self.table.columns:
                cell(results, key, form)
        return results

    def _check_data(self, rows):
        """Raises `InputError` where a row's data set isn't there."""
        for data in dict.fromkeys(row.data for row in rows):
            named.load(data)

    def _make_row(self, row, plan, console):
        if row.draws == 1:
            return self._make_draw(row, 0, plan, console)
        draws = []
        for draw in range(row.draws):
            file = self.runs / row.folder(draw) / "draw.json"
            if not file.exists():
                write_json(file, self._make_draw(row, draw, plan, console))
            draws.append(self._judged(file))
        return spread(draws) | {"training_seconds": sum(draw["training_seconds"] for draw in draws)}

    def _make_draw(self, row, draw, plan, console):
        described, limit = self.described(row, plan["epochs"], draw)
        run = Run.begin(described.folder, described.card, described.splits, self.changed_data)
        self._train(run, row, limit, console)
        judged = self.table.judge(run, self.asked["samples"], self.asked["limit"], console)
        stages = [Run.open(self.runs / stage.folder(which)) for stage, which in self._stages(row, draw)]
        seconds = sum(epoch["seconds"] for stage in stages for epoch in stage.history)
        made = {"training_seconds": round(seconds), "protocol": run.card.data.binarization}
        if row.by_the_data:
            made |= {"model": run.card.model, "epochs": run.done}
        return judged | made

    def _stages(self, row, draw=0):
        """The row and the draw, after those that these go on from."""
        earlier = [other for other in self.table.rows if row.start_from and other.name == row.start_folder()]
        before = row.start_draw(draw)
        return [*(stage for other in earlier for stage in self._stages(other, before)), (row, draw)]

    def _train(self, run, row, epochs, console):
        console.print(f"{row.label}, {row.data}")
        progress = ShowProgress(console, epochs, min(run.done, epochs))
        with progress.bar:
            run.train(epochs, [progress])

    @property
    def in_the_way(self):
        """Whether another reproduction's table is where this one's is to be written."""
        file = self.out / f"{self.name}.json"
        return file.is_file() and read_json(file).get("plan") != self.kept_plan()

    def check_out(self, overwrite):
        """Raises `InputError` where another reproduction's table is in the way."""
        if self.in_the_way and not overwrite:
            raise InputError(
                f"{self.out / self.name}.json is there already, of a reproduction that isn't in {self.runs}. Give "
                "another --out, or --overwrite."
            )

    def _write(self, plan, results):
        rows = []
        for row in self.table.rows:
            found = results.get(row.name)
            if row.by_the_data:
                stages = [found["epochs"]] if found else []
            else:
                stages = [round(plan["epochs"] * stage.epochs) for stage, _ in self._stages(row)]
            card = {"epochs": plan["epochs"] if row.by_the_data else stages[-1], "seed": self.asked["seed"]}
            pictures = [f"{self.name}/{row.name}-{name}" for name in self.table.pictures(row)]
            rows.append(
                row._asdict()
                | {"training": dict(row.training), "model": row.model or (found or {}).get("model")}
                | card
                | {"stages": stages, "command": row.command(**card)}
                | {"results": found, "pictures": pictures}
            )
        content = {
            "table": self.name,
            "title": self.table.title,
            "paper": self.table.paper,
            "deviations": self.deviations(),
            "why": self.table.why,
            "compared": list(self.table.compared),
            "rows_are_columns": self.table.rows_are_columns,
            "plan": plan,
            "versions": versions(),
            "rows": rows,
        }
        write_json(self.out / f"{self.name}.json", content)
        with replacing(self.out / f"{self.name}.md") as temporary:
            temporary.write_text(markdown(content, self.table.columns), encoding="utf-8")
        return content

    def deviations(self):
        """How this differs from the published protocol, a sentence each."""
        asked = self.asked
        limit = f"{asked['limit']} randomly chosen" if asked["limit"] else "all"
        started = [
            f'"{row.label}" begins with the weights of "{row.start_from}"; its time is that of both.'
            for row in self.table.rows
            if row.start_from
        ]
        clipped = [
            f'"{row.label}" is trained with gradients clipped at a norm of {row.training["clip_norm"]:g}.'
            for row in self.table.rows
            if "clip_norm" in row.training
        ]
        drawn = [
            f'"{row.label}" is trained {row.draws} times, with seeds {asked["seed"]} to '
            f"{asked['seed'] + row.draws - 1}: its figures are means, and their errors are the spread over these."
            for row in self.table.rows
            if row.draws > 1
        ]
        if self.table.by_the_data:
            trained = "`zoo train` chooses what isn't given with the data and the seed, and ends by itself."
        else:
            at_mean = any(row.settings(1, 0).get("start_at_mean") for row in self.table.rows)
            trained = (
                f"Seed {asked['seed']}, and as many epochs as each row says; Adam's learning rate falls to zero along "
                "half a cosine"
                + ", and the decoder's last bias begins at the mean of the training images" * at_mean
                + (", but where a row begins with another's weights." if started else ".")
            )
        return [
            *self.table.deviations,
            *started,
            *clipped,
            *drawn,
            "How the rows are trained was settled on training images: no figure is the best of several on test images.",
            trained,
            "Times of training are as clocked: rows may be of different machines, or have had other work beside them.",
            f"Judged on {limit} {self.table.judged_on}"
            + (f", with {asked['samples']} importance samples each." if asked["samples"] else "."),
        ]
