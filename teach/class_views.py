"""What the notebook of a class shows: its desk, what to teach again, and the figures.

Each part is a function from the class to a view. What is stored and printed is for the wall.
"""

import textwrap
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

import ipywidgets
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from helpers import facts, live, rules, show
from helpers.student import page
from helpers.view import SIGNS, Node, View, tag
from teach import together

FIRST = "First choose “Run All Cells” in the menu “Run”."
THEN = "Then a button “Choose the files” appears in this place."
NOTHING = "Nothing was answered wrong by two students who were sure of it."
FEW = {
    True: "Hidden: fewer than five have answered these.",
    False: "Nobody has answered these yet.",
}
MADE_UP = "A made-up class of 24, until you choose your files: nobody gave these answers."
WALL = (
    "From the files of your class, without names. Numbers are in fives, groups below five hidden."
)
LOOK = {"wall": "For the wall, without names", "names": "For me, with names"}
MARKS: tuple[dict[str, Any], ...] = (  # of the first column of shares, the second and the third
    {"marker": "o", "ms": 10, "color": "C0", "mfc": "white"},
    {"marker": "o", "ms": 5, "color": "C0"},
    {"marker": "|", "ms": 12, "color": "k", "mew": 2},
)
LOOKS = {  # the fill, the edge and the hatch of each answer, as in the lessons
    "allowed": ("#0072B2", "#0072B2", ""),
    "not allowed": ("#F7D6C2", "#D55E00", "////"),
    "not stated": ("white", "#6b6b6b", ".."),
    "unclear": ("#D9D9D9", "#6b6b6b", ""),
}


class Desk:
    """The files of a class and the look of all parts, which follow each press at once.

    The files are in memory alone. A part is stored in the look for the wall, and begins with it.
    """

    def __init__(self) -> None:
        self.wall, self.chosen = True, list[dict[str, Any]]()
        self.parts = dict[str, live.Explorer]()
        self.files = ipywidgets.FileUpload(accept=".csv", multiple=True)
        self.files.description, self.files.layout.width = "Choose the files", "auto"
        self.anew = ipywidgets.Button(description="Begin anew", icon="trash")
        self.files.observe(self._chosen, "value")
        self.anew.on_click(self._forget)
        hands = page.link("table-for-hands", "csv", f"\ufeff{together.template()}").html()
        self.box = ipywidgets.Box([self.files, self.anew, ipywidgets.HTML(hands)])
        self.box.layout.flex_flow = "row wrap"
        self.read()

    def read(self) -> None:
        """Read all files again, the newest last, and show every part anew."""
        late = sorted(self.chosen, key=lambda own: own["last_modified"])
        files = together.folder() + [(own["name"], bytes(own["content"])) for own in late]
        self.looks = {wall: together.ours(files, wall) for wall in (True, False)}
        self._tell(self.parts.values())

    def part(self, view: Callable[[together.Ours], View]) -> live.Explorer:
        """Return a part of the notebook; the first screen has the choice of a look for all."""
        told: dict[str, Any] = {"still": view(self.looks[True])}
        if view is brief:
            self.wall, choice = True, live.Control("choice", "What you see", "wall", LOOK)
            told |= {"controls": {"look": choice}, "moves": self._changed}
        own = live.Explorer(
            f"class-{view.__name__}", lambda **_: view(self.looks[self.wall]), **told
        )
        self.parts[own.name] = own
        return own

    def _changed(self, state: live.Told, new: live.Told) -> tuple[live.Told, str]:
        if new:
            self.wall = new["look"] == "wall"
            self._tell(own for own in self.parts.values() if not own.controls)
        return state | new, ""

    def _chosen(self, change: dict[str, Any]) -> None:
        if late := [own for own in change["new"] if own not in self.chosen]:
            self.chosen += late
            self.files.value = tuple(self.chosen)  # the button counts all of them
            self.read()

    def _forget(self, *_: object) -> None:
        self.chosen, self.files.value = [], ()
        self.read()

    def _tell(self, parts: Iterable[live.Explorer]) -> None:
        """Show parts anew on each page that is open."""
        for own in parts:
            own.take({})
            for channel in live._channels:
                channel.send({"run": live.RUN, "id": own.name}, [own.markup().encode()])

    def _repr_mimebundle_(self, **told: Any) -> dict[str, Any]:
        stored = show.parts.told("", FIRST, show.parts.text(THEN))._repr_mimebundle_()
        return dict(self.box._repr_mimebundle_(**told)) | stored


def told(own: together.Ours, head: str, *parts: Node) -> View:
    """Return a view of the class, which says where it is from."""
    return show.parts.told(_from(own), head, *parts)


def _from(own: together.Ours) -> str:
    if own.made_up:
        return MADE_UP
    return WALL if own.wall else "From the files of your class, for you alone: with names."


def brief(own: together.Ours, most: int = 5) -> View:
    """Return the first screen: what to teach again tomorrow and why, and who is missing."""
    text, best = show.parts.text, together.missed(own).head(most).to_dict("records")
    parts = [text(tag("strong", "Teach again tomorrow" if best else NOTHING))]
    for at, it in enumerate(best, 1):
        right, *lines = _why(it["question_id"], it["first_answer"])
        head = text(tag("strong", f"{at}. {it['question']}"), f" {_many(it, own.wall)} {right}")
        lines_ = [text(tag("strong", name), f" {says}") for name, says in lines if says]
        parts.append(tag("div", head, *lines_, look="settles"))
    for lesson, _, *names in [] if own.wall else together.missing(own).values:
        away = zip(("nothing yet from", "a row cannot be read from"), names, strict=True)
        if said := "; ".join(f"{head} {some}" for head, some in away if some):
            parts.append(text(f"{lesson.capitalize()}: {said}.", look="kind"))
    if not own.wall and (together.remarks(own)["to do"] != "Nothing to do").any():
        parts.append(text("Some files need your eye: see part 2."))
    return told(own, MADE_UP if own.made_up else _size(own), *parts)


def _size(own: together.Ours) -> str:
    """Return how many students, hands and files there are."""
    counted = own.every[(own.every["student"] == "") & (own.every["why"] == "")]
    sizes = [len(own.students), counted["question_id"].value_counts().max() if len(counted) else 0]
    students, hands = together.rounded(pd.Series(sizes), own.wall)
    about, files = "about " * own.wall, len({*own.every["file"], *(name for name, _ in own.said)})
    said = [f"{about}{students} student{'s' * (students != 1)}"] if students else []
    said += [f"a count of {about}{hands} hands"] if hands else []
    none = sum(together.to_do(why) == "Ask for it again" for _, why in own.said)
    end = f", in {files} file{'s' * (files != 1)}" + f", {none} without an answer" * bool(none)
    return f"{' and '.join(said) or 'no answer yet'}{'' if own.wall else end}.".capitalize()


def _many(it: Mapping[Any, Any], wall: bool) -> str:
    """Return how many gave a wrong answer."""
    about, verb = "About " * wall, "were sure of" if it["felt"] else "chose"
    end = f", and {it['hands']} of {it['all_hands']} hands chose it" * bool(it["hands"])
    still = f" Wrong at the last try too: {about.lower()}{it['still']} of {it['n']}."
    end = f"{end}.{still}" if it["felt"] else ". Nobody was asked how sure."
    return f"{about}{it['n']} of {it['of']} {verb} “{it['first_answer'].rstrip('.')}”{end}"


def _why(id_: str, answer: str) -> tuple[str, tuple[str, str], tuple[str, str]]:
    """Return the right answer, what tempts in a wrong one or why it does not hold, and the move."""
    asked, options = page.question(id_), facts.table("options")
    tempts = pd.read_csv(together.HERE / "options.csv", index_col="option")["tempts"]
    wrong = options[(options["question"] == id_) & (options["says"] == answer)]
    tempting = "".join(tempts.reindex(wrong.index).fillna(""))
    reason, move = "".join(wrong["reason"]), _moves()["move"].to_dict().get(id_, "")
    paragraph = asked.paragraph
    if id_ in facts.library().stories:
        verdict = _judged(id_)
        paragraph = ", ".join(it.paragraph for rule in verdict.chain[-1:] for it in rule.cited)
        reason = str(facts.table("cases").at[id_, f"if_{answer.replace(' ', '_')}"])
        move = _case_move(verdict)
    where = f" (paragraph {paragraph})" if paragraph else ""
    right = [f"Right: {own.says.rstrip('.')}{where}." for own in asked.options if own.right]
    why = ("What tempts:", tempting) if tempting else ("Why not:", reason)
    return " ".join(right), why, ("Two minutes tomorrow:", move)


def _moves() -> pd.DataFrame:
    """Return what to do about each question, and the idea or the skill that it asks for."""
    return pd.read_csv(together.HERE / "moves.csv", index_col="question")


def _judged(id_: str) -> rules.Verdict:
    return rules.judge(rules.case(id_), facts.library().stories[id_].position)


def _case_move(verdict: rules.Verdict) -> str:
    """Return two minutes on a case: its readings, the step that settles it, or the silence."""
    if verdict.readings:
        one, other = verdict.readings
        return f"Let one half of the class defend “{one}” and the other half “{other}”"
    if not verdict.chain:
        return f"Have the class look for a sentence on this case. {verdict.silence}"
    steps = " Then: ".join(dict.fromkeys(verdict.chain[at].says for at in (0, -1)))
    return f"Write up what settles it: {steps} Have a student point to the words that it fits."


def who(own: together.Ours) -> View:
    """Return how many have handed in each lesson."""
    rows = together.missing(own)
    heads = [f"{head}, about" if own.wall and at else str(head) for at, head in enumerate(rows)]
    return show.parts.listed(_from(own), "Who handed in", heads, rows.astype(str).values)


def notes(own: together.Ours) -> View:
    """Return the files that need an eye, by what is to be done about them."""
    if own.wall:
        return told(own, "The list of files is in your own look.")
    parts: list[Node] = []
    for do, lines in together.remarks(own).groupby("to do", observed=True):
        items = [
            tag("li", tag("strong", at), f": {why}") for at, why in lines[["where", "why"]].values
        ]
        parts += [show.parts.text(tag("strong", str(do))), tag("ul", *items)]
    head = "What became of the files" if parts else "Every file could be read, and each row counts."
    return told(own, head, *parts)


def questions(own: together.Ours) -> pd.DataFrame:
    """Return each question with the share that was right at first, is right now, and was sure.

    A question with a row that can't be read says so.
    """
    asked, known = own.asked, facts.library()
    asked = asked[~asked["question_id"].str.contains(r"^(?:before|after)-\d")]
    both = {"at first": (asked, "first"), "now": (asked, "last")}
    both["sure"] = asked[asked["felt"]], "sure"
    shares = pd.DataFrame({at: together.share(*it, own.wall) for at, it in both.items()})
    torn = [id_ for id_ in {*together.unread(own)["question_id"]} if page.question(id_).options]
    rows = own.every.sort_values("why", kind="stable").drop_duplicates("question_id")
    rows = rows.set_index("question_id")[["lesson", "question"]]
    found = rows[rows.index.isin([*shares.index, *torn])].join(shares)
    at = found.index.isin(torn)
    found.loc[at, "question"] = "(a row can't be read) " + found.loc[at, "question"]
    places = {id_: at for at, id_ in enumerate((*known.questions, *known.stories))}
    return found.assign(place=found.index.map(places)).sort_values("place").drop(columns="place")


def answers(own: together.Ours) -> View:
    """Return each question from the first answer to the last."""
    found = questions(own)
    names = found["lesson"].str.replace("lesson-", "") + " " + found["question"]
    shares = found.set_index(names)[["at first", "now", "sure"]]
    return dots(own, "Right at the first try, right now, and sure.", shares)


def percent(share: float, wall: bool) -> str:
    """Return a share in words.

    >>> percent(62.0, False), percent(float("nan"), False), percent(float("nan"), True)
    ('62 %', 'nobody', 'hidden')
    """
    if pd.isna(share):
        return "hidden" if wall else "nobody"
    if wall and share in (0, 100):
        return "all or nearly all" if share else "few or nobody"
    return f"{'about ' * wall}{share:.0f} %"


def dots(own: together.Ours, head: str, shares: pd.DataFrame) -> View:
    """Return shares as rows under their names: a hollow circle, a full one, and a black line."""
    ax = Figure((4, 0.8 + 0.5 * len(shares))).add_subplot(xlim=(-3, 103), yticks=[])
    ax.set(ylim=(len(shares) - 0.5, -0.8), xlabel="% of those who answered")
    at, last = range(len(shares)), shares.columns[:2][-1]
    ax.hlines(at, shares.iloc[:, 0], shares[last], color="C2", lw=1.5)
    for marks, name in zip(MARKS, shares, strict=False):
        ax.plot(shares[name], at, ls="", **marks)
    for place, (name, row) in enumerate(shares.iterrows()):
        none = f" ({percent(float('nan'), own.wall)})" if row.isna().all() else ""
        lines = textwrap.wrap(f"{name}{none}", 56, max_lines=2, placeholder=" …")
        ax.text(0, place - 0.2, "\n".join(lines), va="bottom", fontsize=8)
    ax.tick_params(top=True, labeltop=True)
    return _drawn(own, ax, head, [f"{name}: {_said(own, row)}" for name, row in shares.iterrows()])


def _said(own: together.Ours, shares: pd.Series) -> str:
    return ", ".join(f"{name} {percent(it, own.wall)}" for name, it in shares.items()) + "."


def _drawn(own: together.Ours, ax: Any, head: str, said: list[str]) -> View:
    """Return a figure with its words, or a sentence where there is nothing to draw."""
    if not said:
        return told(own, FEW[own.wall])
    return show.figure(ax, words="\n".join([head, *said]), layer=_from(own))


def votes(own: together.Ours) -> pd.DataFrame:
    """Return the answers to each of twelve cases in percent, the widest split on top."""
    rows = own.rows[own.rows["question_id"].isin(facts.library().stories)]
    counts = rows.groupby(["question_id", "first_answer"]).size().unstack(fill_value=0)
    counts = counts.reindex(columns=[*rules.ANSWERS], fill_value=0)
    counts = counts[counts.sum(axis=1) >= (5 if own.wall else 1)]
    counts = together.rounded(counts, own.wall)
    found: pd.DataFrame = (100 * counts.div(counts.sum(axis=1), axis=0)).round()
    return found.loc[found.max(axis=1).sort_values(kind="stable").index].head(12)


def cases(own: together.Ours) -> View:
    """Return the answers to each case as a bar of four, with the key in words above it."""
    drawn = votes(own)
    ax = Figure((4, 0.8 + 0.9 * len(drawn))).add_subplot(yticks=[], xlim=(0, 100))
    ax.set(ylim=(len(drawn) - 0.6, -0.8), xlabel="% of the first answers")
    left, known, said = drawn.cumsum(axis=1) - drawn, facts.library().stories, []
    for answer, (fill, edge, hatch) in LOOKS.items():
        look: dict[str, Any] = {
            "left": left[answer],
            "height": 0.24,
            "fc": fill,
            "hatch": hatch,
            "ec": edge,
        }
        bars = ax.barh(range(len(drawn)), drawn[answer], **look)
        signs = [f"{SIGNS[answer]} {own:.0f}" if own > 9 else "" for own in drawn[answer]]
        white = {"fc": "white", "ec": "none", "pad": 1}
        ax.bar_label(bars, signs, label_type="center", bbox=white, fontsize=8)
        for bar, id_ in zip(bars, drawn.index, strict=True):
            if known[id_].answer == answer and bar.get_width():
                size = bar.get_width(), 0.24
                ax.add_patch(Rectangle(bar.get_xy(), *size, fill=False, lw=3, zorder=3))
    for at, (id_, row) in enumerate(drawn.iterrows()):
        story = known[str(id_)]
        none = " Nobody chose it." * (not own.wall and not row[story.answer])
        words = f"{story.story} Key: {SIGNS[story.answer]} {story.answer}.{none}"
        ax.text(0, at - 0.17, textwrap.fill(words, 56), va="bottom", fontsize=8)
        said.append(f"{words} {_said(own, row)}")
    return _drawn(own, ax, "The cases, the widest split on top.", said)


def discuss(own: together.Ours) -> View:
    """Return the two widest splits with both readings, or with what settles the case."""
    shares, parts = votes(own), []
    for id_ in shares[shares.max(axis=1) < 80].index[:2]:
        verdict, story = _judged(id_), facts.library().stories[id_]
        lines = [f"Key: {verdict.answer}.", *(verdict.readings or [_case_move(verdict)])]
        head = show.parts.text(tag("strong", story.story))
        parts.append(tag("div", head, *map(show.parts.text, lines), look="settles"))
    return told(own, "Discuss" if parts else "No case has split the class.", *parts)


def ideas(own: together.Ours) -> View:
    """Return an idea through the lessons, right at the first try."""
    known = _moves()["idea"].dropna()
    steps = own.asked.assign(idea=own.asked["question_id"].map(known)).dropna(subset="idea")
    steps = steps[~steps["question_id"].str.contains(r"^before-\d")]
    right = together.share(steps, "first", own.wall, by=["idea", "lesson"])
    names = [f"{idea}: {lesson.replace('-', ' ')}" for idea, lesson in right.index]
    shares = pd.DataFrame({"right at first": right.to_numpy()}, index=names)
    return dots(own, "One idea through the lessons, right at the first try.", shares)


def calibration(own: together.Ours) -> View:
    """Return how often each was right who was sure, or was not."""
    felt = own.asked[own.asked["felt"]]
    right = together.share(felt, "first", own.wall, by="how_sure").reindex([*page.SURE])
    shares = pd.DataFrame({"right at first": right if right.notna().any() else []})
    return dots(own, "How often each was right at the first try.", shares)


def before(own: together.Ours) -> View:
    """Return each skill before the first lesson and after the last one."""
    pairs = own.asked["question_id"].str.extract(r"^(?P<at>before|after)-(?P<skill>\d+)$")
    both = own.asked.join(pairs).dropna(subset="skill").astype({"skill": int})
    right = together.share(both, "first", own.wall, by=["skill", "at"]).unstack()
    right = right.reindex(columns=["before", "after"]).dropna()
    skills = _moves()["idea"]
    shares = right.set_index(pd.Index([skills[f"before-{skill}"] for skill in right.index]))
    return dots(own, "Right at the first try, before and after.", shares)


def evidence(own: together.Ours) -> View:
    """Return the evidence that most memos cite."""
    memos = own.rows[own.rows["question_id"].str.endswith("/evidence")]
    known = {it.says for it in facts.library().reasons.values()}
    cited = memos.assign(says=memos["last_answer"].str.split("\n")).explode("says")
    times = cited[cited["says"].isin(known)]["says"].value_counts().sort_index()
    times = together.rounded(times[times >= (5 if own.wall else 1)], own.wall)
    shares = (100 * times / together.rounded(pd.Series([len(memos)]), own.wall)[0]).round()
    shares = shares.sort_values(ascending=False, kind="stable").head(8)
    return dots(own, "The evidence that most memos cite.", pd.DataFrame({"of the memos": shares}))


def texts(own: together.Ours) -> View:
    """Return the texts on each question beside its criteria, without their authors."""
    if own.wall:
        return told(own, "What students wrote in words of their own is in your own look alone.")
    parts, typed = [], own.rows[own.rows["last_answer"] != ""]
    for id_, asked in facts.library().questions.items():
        rows = typed[(typed["question_id"] == id_) & bool(asked.criteria)]["last_answer"]
        lines = [tag("li", it) for it in rows.sort_values().sample(frac=1, random_state=7)]
        wanted = show.criteria(asked.criteria).nodes if lines else ()
        head = tag("summary", f"{asked.prompt} ({len(lines)})")
        parts += [tag("details", head, tag("ul", *lines), *wanted)] if lines else []
    return told(own, "Texts, in a shuffled order" if parts else FEW[False], *parts)


def saves(own: together.Ours) -> View:
    """Return links that save one page to print, and a table."""
    name = f"our-class-{'wall' if own.wall else 'names'}"
    parts = show.parts.text(f"Of {facts.write_day(date.today())}."), *discuss(own).nodes
    sheet = page.framed("Our class", View((*brief(own, 3).nodes, *parts)))
    files = {"html": sheet, "csv": f"\ufeff{_table(own)}"}
    links = [page.link(name, *file) for file in files.items()]
    return told(own, "Open the page in a browser, and print it there.", *links)


def _table(own: together.Ours) -> str:
    """Return the class as a table: a line for each answer, or for the wall one a question."""
    if own.wall:
        found = questions(own).astype(object).fillna("hidden")
        heads = {name: f"{name}, about %" for name in ("at first", "now", "sure")}
        return found.rename(columns=heads).map(str).map(page.safe).to_csv(index=False)
    hidden = {"row", "why", "count", "answer", "reason", "twin", "student"}
    found = own.rows[["student", *[name for name in own.rows if name not in hidden]]]
    found = found.assign(student=found["student"].replace("", "hand"))
    found = found.sort_values(["student", "lesson"], kind="stable").fillna("")
    found.columns = [str(name).replace("_", " ") for name in found]
    return found.astype(str).map(page.safe).to_csv(index=False)
