"""The still views, by subject: what is allowed, the allies, the report, the timeline, the maps.

Each is a pure function of its arguments and the tables: the same arguments give the same bytes.
"""

from helpers.show.allies import *  # noqa: F403
from helpers.show.maps import *  # noqa: F403
from helpers.show.parts import *  # noqa: F403
from helpers.show.policy import *  # noqa: F403
from helpers.show.report import *  # noqa: F403
from helpers.show.timeline import *  # noqa: F403
