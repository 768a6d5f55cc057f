"""Use the large packages once, as a lesson does, and name the small modules that they import."""

import io
import sys

import pandas
from matplotlib.figure import Figure

figure = Figure()
figure.add_axes((0, 0, 1, 1)).set_title("A picture")
figure.savefig(io.BytesIO(), format="svg")
pandas.DataFrame({"a table": ["of one cell"]}).query("`a table` != ''").sort_values(
    "a table"
).to_html()
used = [
    name for name, module in sys.modules.items() if ".zip/" in str(getattr(module, "__file__", ""))
]
