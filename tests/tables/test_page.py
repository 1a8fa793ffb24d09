"""A table's page: distances, orders, bounds and digits."""

from zoo.tables.page import cell, markdown


def test_the_table_says_how_far_it_is_from_what_was_published():
    columns = (("units", "active_units", "d"), ("-log p(x)", "nll", ".2f"), ("gap", "gap", ".1f"))
    row = {"label": "A", "data": "d", "stages": [1], "command": "c", "pictures": []}
    row |= {"published": {"nll": 86.0, "gap": 2.0}}
    rows = [row | {"results": results} for results in ({"nll": 87.5, "gap": 1.5}, {"nll": 85.75, "gap": 2.5}, None)]
    rows.append(rows[0] | {"data": "e"})
    content = {"title": "t", "paper": "p", "deviations": [], "why": "They had more time.", "compared": []}
    content |= {"rows_are_columns": False}
    far = "- Our -log p(x) less the published one: d -0.25 to +1.50 (2 rows), e +1.50. They had more time.\n"
    assert far in markdown(content | {"rows": rows}, columns)
    far = "- Our gap less the published one: d -0.5. They"
    assert far in markdown(content | {"rows": rows[:1], "compared": ["gap"]}, columns)
    assert "less the published" not in markdown(content | {"rows": rows[2:3]}, columns)


def test_the_table_says_which_rows_come_the_other_way_round():
    columns = (("-log p(x)", "nll", ".2f"),)

    def row(label, ours, published, data="d", stages=(1,)):
        row = {"label": label, "data": data, "stages": list(stages), "command": "c", "pictures": []}
        return row | {"published": {"nll": published}, "results": {"nll": ours}}

    content = {"title": "t", "paper": "p", "deviations": [], "why": "w", "compared": [], "rows_are_columns": False}
    # B is better than A in the paper, and worse here; C and D aren't compared with them, and E is where it should be.
    rows = [row("A", 87.0, 86.0), row("B", 88.0, 85.0), row("C", 80.0, 90.0, data="e")]
    rows += [row("D", 80.0, 90.0, stages=(2,)), row("E", 89.0, 87.0)]
    turned = 'By -log p(x) on d: "A" 87.00 and "B" 88.00.\n'
    assert turned in markdown(content | {"rows": rows}, columns)
    assert "other way round" not in markdown(content | {"rows": rows[1:]}, columns)
    even = [row("A", 87.001, 86.0), row("B", 87.002, 85.0)]
    assert "other way round" not in markdown(content | {"rows": even}, columns)


def test_a_paper_may_have_a_column_for_each_model():
    columns = (("-log p(x)", "nll", ".2f"),)
    row = {"data": "d", "stages": [1], "command": "c", "pictures": [], "published": {}}
    rows = [row | {"label": label, "results": {"nll": nll}} for label, nll in (("A", 87.0), ("B", 88.0))]
    content = {"title": "t", "paper": "p", "deviations": [], "why": "w", "compared": [], "rows": rows}
    page = markdown(content | {"rows_are_columns": True}, columns)
    assert "|  | A | B |\n| --- | --- | --- |\n| data | d | d |\n| -log p(x) | 87.00 | 88.00 |\n" in page


def test_what_may_be_higher_for_many_images_is_told_as_a_bound():
    columns = (("-log p(x)", "nll", ".2f"), ("-ELBO", "nelbo", ".2f"), ("gap", "approximation", ".1f"))
    row = {"label": "A", "data": "d", "stages": [1], "command": "c", "pictures": [], "published": {}}
    figures = {"nll": 87.5, "nll_se": 0.2, "nelbo": 90.0, "approximation": 1.5, "num_examples": 100}
    content = {"title": "t", "paper": "p", "deviations": [], "why": "w", "compared": [], "rows_are_columns": False}
    many, few = (
        markdown(content | {"rows": [row | {"results": figures | {"collapsed": count}}]}, columns) for count in (6, 5)
    )
    assert "| at most 87.50 ± 0.20 | 90.00 | at least 1.5 |" in many and '- "At least" and "at most":' in many
    assert "| 87.50 ± 0.20 | 90.00 | 1.5 |" in few and "at most" not in few
    # What a Pareto k says comes before the collapse.
    heavy = figures | {"collapsed": 0, "doubtful": 99}
    assert "at most 87.50" in markdown(content | {"rows": [row | {"results": heavy}]}, columns)


def test_published_figures_have_the_digits_that_they_were_printed_with():
    columns = (("-log p(x)", "nll", ".2f"), ("units", "active_units", "d"), ("-ELBO", "nelbo", ".2f"))
    row = {"label": "A", "data": "d", "stages": [1], "command": "c", "pictures": []}
    rows = [
        row | {"results": {"nll": 87.5, "active_units": 21, "nelbo": 90.0}, "published": published}
        for published in ({"nll": 84.5, "active_units": 20}, {"nll": 88.56}, {})
    ]
    content = {"title": "t", "paper": "p", "deviations": [], "why": "w", "compared": []}
    content |= {"rows": rows, "rows_are_columns": False}
    page = markdown(content, columns)
    assert "|  | data | -log p(x) | published | units | published | -ELBO | epochs | training, as clocked |" in page
    cells = [[cell.strip() for cell in line.split("|")][4:7:2] for line in page.splitlines() if line.startswith("| A")]
    assert cells == [["84.50", "20"], ["88.56", ""], ["", ""]]


def test_bits_are_a_bound_where_nats_are():
    doubtful = {"collapsed": 6, "num_examples": 10}
    assert cell({"bits_per_dim": 3.19, **doubtful}, "bits_per_dim", ".3f") == "at most 3.190"
    assert cell({"elbo": -90.0, **doubtful}, "elbo", ".1f") == "-90.0"
