"""The still views, by subject: what is allowed and by whom, the report, what is drawn.

Each is a pure function of its arguments and the tables: the same arguments give the same bytes.
"""

from helpers.show.desk import *  # noqa: F403
from helpers.show.drawn import *  # noqa: F403
from helpers.show.parts import *  # noqa: F403
from helpers.show.policy import *  # noqa: F403
from helpers.show.report import *  # noqa: F403
