"""`zoo list`."""

from tests.cli.command_line import zoo


def test_list_names_every_model_once_under_what_it_is_for(tmp_path):
    from zoo.catalogue import GROUPS, group, names

    lines = zoo("list", cwd=tmp_path).stdout.split("pretrained")[0].splitlines()
    heads = [line.partition(":")[0] for line in lines if line and not line.startswith(" ")]
    assert [head for head in heads if head in GROUPS] == list(GROUPS)
    found, at = [], None
    for line in lines:
        at = next((each for each in GROUPS if line.startswith(f"{each}:")), at)
        if line.startswith("  ") and line[2:3].strip():
            found.append((line.split()[0], at))
    assert sorted(found) == [(name, group(name)) for name in names()]
