"""What the notebook of a class shows: its desk, what to teach again, and the figures.

Each part is a function from the class to a view. What is stored and printed is for the wall.
"""

import textwrap
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import ipywidgets
import pandas as pd
from matplotlib.figure import Figure

from helpers import facts, live, rules, show
from helpers.student import page, tasks
from helpers.view import SIGNS, Node, View, tag
from teach import together

MOVES = pd.read_csv(together.HERE / "moves.csv", index_col="question")  # and their ideas
FIRST = "First choose “Run All Cells” in the menu “Run”: then the buttons appear in this place."
NOTHING = "Nothing was answered wrong by two students who were sure of it."
FEW = {True: "Hidden: fewer than five.", False: "Nobody has answered these yet."}
MADE_UP = "A made-up class of 24, until you choose your files: nobody gave these answers."
WALL = "From the files of your class, without names: in fives, groups below five hidden."
MINE = "From the files of your class, for you alone: with names."
LOOK = {"wall": "For the wall, without names", "names": "For me, with names"}
# The look of the first column of shares, the second and the third.
MARKS = ("C0o", 10, "white"), ("C0o", 5, "C0"), ("k|", 12, "k")
# The fill, the edge and the hatch of each answer, as in the lessons.
LOOKS = {"allowed": ("#0072B2", "#0072B2", ""), "not allowed": ("#F7D6C2", "#D55E00", "////")}
LOOKS |= {"not stated": ("white", "#6b6b6b", ".."), "unclear": ("#D9D9D9", "#6b6b6b", "")}


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
        name, now = f"class-{view.__name__}", lambda **_: view(self.looks[self.wall])
        self.parts[name] = live.Explorer(name, now, **told)
        return self.parts[name]

    def _changed(self, state: live.Told, new: live.Told) -> tuple[live.Told, str]:
        if new:
            self.wall = new["look"] == "wall"
            self._tell(own for own in self.parts.values() if not own.controls)
        return state | new, ""

    def _chosen(self, change: dict[str, Any]) -> None:
        late = [own for own in change["new"] if own not in self.chosen]
        self.chosen += late
        self.files.value = tuple(self.chosen)  # the button counts all of them
        if late:
            self.read()

    def _forget(self, *_: object) -> None:
        self.chosen, self.files.value = [], ()
        self.read()

    def _tell(self, parts: Iterable[live.Explorer]) -> None:
        """Show parts anew on each page that is open."""
        for own in parts:
            own.take({})
            said = {"gist": own.shown.gist if own.controls else ""}  # one part speaks for all
            for channel in live._channels:
                channel.send({"run": live.RUN, "id": own.name, **said}, [own.markup().encode()])

    def _repr_mimebundle_(self, **told: Any) -> dict[str, Any]:
        stored = show.parts.told("", FIRST)._repr_mimebundle_()
        return dict(self.box._repr_mimebundle_(**told)) | stored


def told(own: together.Ours, head: str, *parts: Node) -> View:
    """Return a view of the class, which says where it is from."""
    return show.parts.told(_from(own), head, *parts)


def _from(own: together.Ours) -> str:
    return MADE_UP if own.made_up else WALL if own.wall else MINE


def brief(own: together.Ours, most: int = 5) -> View:
    """Return what to teach again tomorrow and why; the first screen says who is missing too."""
    text, best = show.parts.text, together.missed(own).head(most).to_dict("records")
    parts = [text(tag("strong", "Teach again tomorrow" if best else NOTHING))]
    for at, it in enumerate(best, 1):
        right, *lines = _why(it["question_id"], it["first_answer"])
        head = text(tag("strong", f"{at}. {it['question']}"), f" {_many(it, own.wall)} {right}")
        lines_ = [text(tag("strong", name), f" {says}") for name, says in lines if says]
        parts.append(tag("div", head, *lines_, look="settles"))
    for lesson, _, *names in [] if own.wall or most < 5 else together.missing(own).values:
        away = zip(("nothing yet from", "a row cannot be read from"), names, strict=True)
        if said := "; ".join(f"{head} {some}" for head, some in away if some):
            parts.append(text(f"{lesson.capitalize()}: {said}.", look="kind"))
    return told(own, MADE_UP if own.made_up else _size(own), *parts)


def _size(own: together.Ours) -> str:
    """Return how many students, hands and files there are."""
    counted = own.every[(own.every["student"] == "") & (own.every["why"] == "")]
    sizes = [len(own.students), *counted["question_id"].value_counts()[:1], 0]
    students, hands, *_ = together.rounded(pd.Series(sizes), own.wall)
    about, files = "about " * own.wall, len({*own.every["file"], *(name for name, _ in own.said)})
    said = [f"{about}{students} student{'s' * (students != 1)}"] if students else []
    said += [f"a count of {about}{hands} hands"] if hands else []
    none = sum(together.to_do(why) == "Ask for it again" for _, why in own.said)
    end = f", in {files} file{'s' * (files != 1)}" + f", {none} without an answer" * bool(none)
    return f"{' and '.join(said) or 'no answer yet'}{end * (not own.wall)}.".capitalize()


def _many(it: Mapping[Any, Any], wall: bool) -> str:
    """Return how many gave a wrong answer."""
    about, verb = "About " * wall, "were sure of" if it["felt"] else "chose"
    end = f", and {it['hands']} of {it['all_hands']} hands chose it" * bool(it["hands"])
    still = f" Wrong at the last try too: {about.lower()}{it['still']} of {it['n']}."
    end = f"{end}.{still}" if it["felt"] else ". Nobody was asked how sure."
    return f"{about}{it['n']} of {it['of']} {verb} “{it['first_answer'].rstrip('.')}”{end}"


def _why(id_: str, answer: str) -> tuple[str, tuple[str, str], tuple[str, str]]:
    """Return the right answer, what tempts in a wrong one or why it does not hold, and the move."""
    asked, move = page.question(id_), MOVES["move"].to_dict().get(id_, "")
    tempts = pd.read_csv(together.HERE / "options.csv", index_col="option")["tempts"]
    options = facts.table("options").join(tempts).fillna({"tempts": ""})
    wrong = options[(options["question"] == id_) & (options["says"] == answer)]
    tempting, reason, where = "".join(wrong["tempts"]), "".join(wrong["reason"]), asked.paragraph
    if id_ in facts.library().stories:
        verdict = _judged(id_)
        where = ", ".join(it.paragraph for rule in verdict.chain[-1:] for it in rule.cited)
        reason = str(facts.table("cases").at[id_, f"if_{answer.replace(' ', '_')}"])
        move = _case_move(verdict)
    where = f" (paragraph {where})" if where else ""
    right = [f"Right: {own.says.rstrip('.')}{where}." for own in asked.options if own.right]
    why = ("What tempts:", tempting) if tempting else ("Why not:", reason)
    return " ".join(right), why, ("Two minutes tomorrow:", move)


def _judged(id_: str) -> rules.Verdict:
    return rules.judge(rules.case(id_), facts.library().stories[id_].position)


def _case_move(verdict: rules.Verdict) -> str:
    """Return two minutes on a case: its readings, the step that settles it, or the silence."""
    if verdict.readings:
        return "Let each half of the class defend one: “{}” or “{}”".format(*verdict.readings)
    steps = dict.fromkeys(rule.says for rule in (*verdict.chain[:1], *verdict.chain[-1:]))
    told = " Then: ".join(steps) or verdict.silence
    return f"Have the class find the words that settle it. {told}"


def who(own: together.Ours) -> View:
    """Return how many have handed in each lesson."""
    rows = together.missing(own).astype(str)
    return show.parts.listed(_from(own), "Who handed in", [*rows], rows.values)


def notes(own: together.Ours) -> View:
    """Return the files that need an eye, by what is to be done about them."""
    if own.wall:
        return told(own, "The list of files is in your own view.")
    rows = together.remarks(own).astype(str)
    if rows.empty:
        return told(own, "Every file could be read, and each row counts.")
    return show.parts.listed(_from(own), "What became of the files", [*rows], rows.values)


def questions(own: together.Ours) -> pd.DataFrame:
    """Return each question with the share that was right at first, is right now, and was sure.

    A question with a row that can't be read says so.
    """
    asked = own.asked[~own.asked["question_id"].str.contains(r"^(?:before|after)-\d")]
    both = {"at first": (asked, "first"), "now": (asked, "last")}
    both["sure"] = asked[asked["felt"]], "sure"
    shares = pd.DataFrame({at: together.share(*it, own.wall) for at, it in both.items()})
    torn = [id_ for id_ in {*together.unread(own)["question_id"]} if page.question(id_).options]
    rows = own.every.sort_values("why", kind="stable").drop_duplicates("question_id")
    rows = rows.set_index("question_id").sort_values("lesson", kind="stable")
    found = rows[rows.index.isin([*shares.index, *torn])][["lesson", "question"]].join(shares)
    mark = {id_: "(a row can't be read) " for id_ in torn}
    return found.assign(question=[mark.get(id_, "") + it for id_, it in found["question"].items()])


def answers(own: together.Ours) -> View:
    """Return each question from the first answer to the last."""
    found = questions(own)
    names = found["lesson"].str.removeprefix("lesson ") + " " + found["question"]
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
    shares = shares if shares.notna().any(axis=None) else shares[:0]
    ax = Figure((4, 0.8 + 0.5 * len(shares))).add_subplot(xlim=(-3, 103), yticks=[])
    ax.set(ylim=(len(shares) - 0.5, -0.8), xlabel="% of those who answered")
    at, last = range(len(shares)), shares.columns[:2][-1]
    ax.hlines(at, shares.iloc[:, 0], shares[last], color="C2", lw=1.5)
    for (form, size, fill), name in zip(MARKS, shares, strict=False):
        ax.plot(shares[name], at, form, ms=size, mfc=fill, mew=1.5)
    for place, (name, row) in enumerate(shares.iterrows()):
        none = f" ({percent(float('nan'), own.wall)})" if row.isna().all() else ""
        lines = textwrap.wrap(f"{name}{none}", 56, max_lines=2, placeholder=" …")
        ax.text(0, place - 0.2, "\n".join(lines), va="bottom", fontsize=8)
    ax.tick_params(top=True, labeltop=True)
    return _drawn(own, ax, head, shares)


def _drawn(own: together.Ours, ax: Any, head: str, shares: pd.DataFrame) -> View:
    """Return a figure with its words, or a sentence where there is nothing to draw."""
    words = head
    for name, row in shares.iterrows():
        shown = [f"{at} {percent(it, own.wall)}" for at, it in row.items()]
        words += f"\n{name}: {', '.join(shown)}."
    return show.figure(ax, words, _from(own)) if len(shares) else told(own, FEW[own.wall])


def votes(own: together.Ours) -> pd.DataFrame:
    """Return the answers to each of twelve cases in percent, the widest split on top."""
    rows = own.rows[own.rows["question_id"].isin(facts.library().stories)]
    counts = pd.crosstab(rows["question_id"], rows["first_answer"])
    counts = counts.reindex(columns=[*rules.ANSWERS], fill_value=0)
    counts = together.rounded(counts[counts.sum(axis=1) >= (5 if own.wall else 1)], own.wall)
    found: pd.DataFrame = (100 * counts.div(counts.sum(axis=1), axis=0)).round()
    return found.loc[found.max(axis=1).sort_values(kind="stable").index].head(12)


def cases(own: together.Ours) -> View:
    """Return the answers to each case as a bar of four, with the key in words above it."""
    drawn = votes(own)
    ax = Figure((4, 0.8 + 0.9 * len(drawn))).add_subplot(yticks=[], xlim=(0, 100))
    ax.set(ylim=(len(drawn) - 0.6, -0.8), xlabel="% of the first answers")
    left, words = drawn.cumsum(axis=1) - drawn, []
    for answer, (fill, edge, hatch) in LOOKS.items():
        widths = range(len(drawn)), drawn[answer], 0.24, left[answer]
        bars = ax.barh(*widths, fc=fill, ec=edge, hatch=hatch)
        signs = [f"{SIGNS[answer]} {own:.0f}" if own > 9 else "" for own in drawn[answer]]
        white = {"fc": "white", "ec": "none", "pad": 1}
        ax.bar_label(bars, signs, label_type="center", bbox=white, fontsize=8)
    for at, (id_, row) in enumerate(drawn.iterrows()):
        _, story, _, key, _ = facts.library().stories[str(id_)]
        none = " Nobody chose it." * (not own.wall and not row[key])
        words.append(f"{story} Key: {SIGNS[key]} {key}.{none}")
        ax.text(0, at - 0.17, textwrap.fill(words[-1], 56), va="bottom", fontsize=8)
    return _drawn(own, ax, "The cases, the widest split on top.", drawn.set_axis(words))


def discuss(own: together.Ours) -> View:
    """Return the two widest splits with both readings, or with what settles the case."""
    shares, parts = votes(own), []
    for id_ in shares[shares.max(axis=1) < 80].index[:2]:
        verdict, story = _judged(id_), facts.library().stories[id_]
        lines = [f"Key: {verdict.answer}.", *(verdict.readings or [_case_move(verdict)])]
        lines = [tag("strong", story.story), *lines]
        parts.append(tag("div", *map(show.parts.text, lines), look="settles"))
    return told(own, "Discuss" if parts else "No case has split the class.", *parts)


def ideas(own: together.Ours) -> View:
    """Return an idea through the lessons, right at the first try."""
    known = MOVES["idea"].filter(regex=r"^(?!before-\d)").dropna()
    steps = own.asked.assign(idea=own.asked["question_id"].map(known)).dropna(subset="idea")
    right = together.share(steps, "first", own.wall, by=["idea", "lesson"])
    right.index = [f"{idea}: {lesson}" for idea, lesson in right.index]
    return dots(own, "One idea through the lessons.", right.to_frame("right at first"))


def calibration(own: together.Ours) -> View:
    """Return how often each was right who was sure, or was not."""
    right = together.share(own.asked[own.asked["felt"]], "first", own.wall, by="how_sure")
    shares = right.reindex([*page.SURE]).to_frame("right at first")
    return dots(own, "How often each was right at the first try.", shares)


def before(own: together.Ours) -> View:
    """Return each skill before the first lesson and after the last one."""
    pairs = own.asked["question_id"].str.extract(r"^(?P<at>before|after)-(?P<skill>\d+)$")
    both = own.asked.join(pairs.dropna().astype({"skill": int}), how="inner")
    right = together.share(both, "first", own.wall, by=["skill", "at"]).unstack()
    right = right.reindex(columns=["before", "after"]).dropna()
    right.index = pd.Index([MOVES["idea"][f"before-{skill}"] for skill in right.index])
    return dots(own, "Right at the first try, before and after.", right)


def evidence(own: together.Ours) -> View:
    """Return what memos rest on, and how many of them name the reasons of one side alone."""
    sides = [{it.side for it in memo} - {tasks.CLAIMS} for memo in together.memos(own)]
    alone = sum(len(each) == 1 for each in sides)
    lone, every = together.rounded(pd.Series([alone, len(sides)]), own.wall)
    some = "about " * own.wall
    head = f"Of {some}{every} memos, {some}{lone} name the reasons of one side alone."
    return dots(own, head, together.cited(own).to_frame("cited"))


def texts(own: together.Ours) -> View:
    """Return the texts on each question beside its criteria, without their authors."""
    if own.wall:
        return told(own, "What students wrote in words of their own is in your own view alone.")
    parts, rows = [], own.rows[own.rows["last_answer"] != ""]
    for id_, typed in rows.groupby("question_id", sort=False)["last_answer"]:
        if (asked := page.question(str(id_))).criteria:
            lines = [tag("li", it) for it in typed.sort_values().sample(frac=1, random_state=7)]
            head = tag("summary", f"{asked.prompt} ({len(lines)})")
            wanted = show.criteria(asked.criteria).nodes
            parts.append(tag("details", head, tag("ul", *lines), *wanted))
    return told(own, "Texts, in a shuffled order" if parts else FEW[False], *parts)


def saves(own: together.Ours) -> View:
    """Return links that save one page to print, and a table."""
    name = f"our-class-{'wall' if own.wall else 'names'}"
    sheet = page.framed("Our class", View((*brief(own, 3).nodes, *discuss(own).nodes)))
    files = {"html": sheet, "csv": f"\ufeff{_table(own)}"}
    links = (page.link(name, *file) for file in files.items())
    return told(own, "Open the page in a browser, and print it there.", *links)


def _table(own: together.Ours) -> str:
    """Return the class as a table: a line for each answer, or for the wall one a question."""
    hidden, order = ["row", "why", "count", "answer", "reason", "twin"], ["student", "lesson"]
    found = own.rows.drop(columns=hidden).sort_values(order, kind="stable").fillna("")
    if own.wall:
        found = questions(own).astype(object).where(lambda it: it.notna(), "hidden")
    found.columns = [str(name).replace("_", " ") for name in found]
    return found.astype(str).map(page.safe).to_csv(index=False)
