"""The workflow of a case type is a table of data: state × act → state, who may, what evidence, which clock.

`parse(data)` reads and proves a table, `draw_svg(workflow, current)` draws it. README.md describes its shape.
"""

from youlin.apps.cases.workflow.picture import draw_svg
from youlin.apps.cases.workflow.reading import parse
from youlin.apps.cases.workflow.table import NAMED_DAY, Act, Clock, Field, Measure, State, Workflow

__all__ = ["NAMED_DAY", "Act", "Clock", "Field", "Measure", "State", "Workflow", "draw_svg", "parse"]
