"""What the plan says about publishing reaches the rooms that publish."""

from __future__ import annotations

from toolkit.analysis.inputs import read_plan
from toolkit.analysis.publish import joint_rule
from toolkit.project import Project


def test_the_joint_display_follows_the_plan(small: Project) -> None:
    path = small.root / "analyses/klein/plan.toml"
    text = path.read_text(encoding="utf-8")
    assert joint_rule(read_plan(small, "klein")).norms == {}
    path.write_text(f'{text}[normen]\n"bereik.wachttijd" = 42\n', encoding="utf-8")
    rule = joint_rule(read_plan(small, "klein"))
    assert rule.minimum_stories == 2 and rule.norms == {"bereik.wachttijd": 42.0}
