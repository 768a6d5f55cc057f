"""What the notebook of a class shows: its desk, what to teach again, and the figures."""

from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

import ipywidgets
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from helpers import facts, rules, show
from helpers.student import page
from helpers.view import SIGNS, Node, View, tag
from teach import together

FIRST = "First choose “Run All Cells” in the menu “Run”."
THEN = "Then a button “Choose the files” and two looks appear in this place."
AGAIN = "Now choose “Run All Cells” in the menu “Run”: the parts below wait for it."
NOTHING = "Nothing was answered wrong by two students who were sure of it."
SKILLS = (
    *("a rule with “only”", "a case not named", "an unclear word", "whose words", "a weak claim"),
    *("unnamed speakers", "copies as sources", "when it was", "before or because"),
    "“the same position”",
)
LOOKS = {  # the fill, the edge and the hatch of each answer, as in the lessons
    "allowed": ("#0072B2", "#0072B2", ""),
    "not allowed": ("#F7D6C2", "#D55E00", "////"),
    "not stated": ("white", "#6b6b6b", ".."),
    "unclear": ("#D9D9D9", "#6b6b6b", ""),
}
# It hides what other cells show until they have run again, so that no name stays on a screen.
CURTAIN = (
    "<style>.jp-Notebook:has(.wl-curtain) .jp-OutputArea-output:not(:has(.wl-curtain)) "
    "{ display: none !important; }</style><span class='wl-curtain'></span>"
)


IDEAS = {
    **dict.fromkeys(
        ("how-independent", "exit-canteen", "recall-copy", "one-interview", "memo-two-outlets"),
        "A copy is no second source",
    ),
    **dict.fromkeys(
        ("before-near", "recall-library", "recall-silence", "exit-dogs"),
        "Silence is not permission",
    ),
}


class Live:
    """A widget, and the view that is stored in its place."""

    box: Any

    def stored(self) -> View:
        """Return what a page says that was not run yet."""
        raise NotImplementedError

    def _repr_mimebundle_(self, **told: Any) -> dict[str, Any]:
        return dict(self.box._repr_mimebundle_(**told)) | dict(self.stored()._repr_mimebundle_())


class Desk(Live):
    """The buttons at the top with the answer under them, which follow each press at once."""

    def __init__(self) -> None:
        self.chosen = list[dict[str, Any]]()
        self.files = ipywidgets.FileUpload(
            accept=".csv", multiple=True, description="Choose the files"
        )
        self.look = ipywidgets.ToggleButtons(
            options=["For me, with names", "For the wall, without names"]
        )
        self.anew = ipywidgets.Button(description="Begin anew", icon="trash")
        self.files.layout.width = self.look.style.button_width = "auto"
        self.answer, self.curtain = ipywidgets.HTML(), ipywidgets.HTML()
        self.files.observe(self._chosen, "value")
        self.look.observe(self._changed, "index")
        self.anew.on_click(self._forget)
        hands = link("Save a table to fill in with hands", "hands.csv", together.template())
        parts = [self.files, self.anew, self.look, ipywidgets.HTML(hands.html())]
        buttons = ipywidgets.Box(parts, layout={"flex_flow": "row wrap", "align_items": "center"})
        self.box = ipywidgets.VBox([buttons, self.answer, self.curtain])
        self.show()

    def show(self) -> None:
        """Read the files again, and say what to teach again and who is missing."""
        self.now = together.ours(wall=self.look.index == 1)
        self.answer.value = brief(self.now).markup

    def stored(self) -> View:
        """Return what to press, and the answer."""
        return show.parts.told("", FIRST, show.parts.text(THEN), *brief(self.now).nodes)

    def saves(self, *views: View) -> "Saves":
        """Return the links that save the class; all parts are of one look now, so show them."""
        self.curtain.value = ""
        return Saves(self.now, *views)

    def _chosen(self, change: dict[str, Any]) -> None:
        late = [own for own in change["new"] if own not in self.chosen]
        for own in late:
            together.keep(own["name"], bytes(own["content"]))
        self.chosen += late
        self.files.value = tuple(self.chosen)  # the button counts all of them
        if late:
            self._changed()

    def _forget(self, *_: object) -> None:
        together.forget()
        self.chosen.clear()
        self.files.value = ()
        self._changed()

    def _changed(self, *_: object) -> None:
        self.curtain.value, self.answer.value = CURTAIN, ""  # first of all, no name is left
        self.show()
        self.answer.value = page_of(AGAIN) + self.answer.value


def page_of(words: str) -> str:
    """Return a sentence that stands out, as HTML.

    >>> "wait" in page_of("Please wait.")
    True
    """
    return show.parts.told("", "", show.parts.text(tag("strong", words), look="settles")).markup


def brief(own: together.Ours) -> View:
    """Return the first screen: what to teach again tomorrow and why, and who is missing."""
    text, best = show.parts.text, _top(own).head(3).to_dict("records")
    parts = [text(tag("strong", _size(own)))]
    for at, it in enumerate(best, 1):
        parts.append(text(tag("strong", f"{at}. {it['question']}"), f" {it['told']} ", it["right"]))
        lines = dict.fromkeys([*_lines(it)[:1], *_lines(it)[-1:]])  # the reason, and the move
        parts += [text(tag("strong", name), f" {it[key]}") for name, key in lines]
    for lesson, _, none, torn in [] if own.wall else together.missing(own).values:
        if none or torn:
            parts.append(text(f"{lesson.capitalize()}: {_away(none, torn)}", look="kind"))
    need = (together.remarks(own)["to do"] != "Nothing to do").sum()
    hint = "Files to ask for again, or with a row that is missing, are listed in part 3."
    parts += [text(hint)] if need and not own.wall else []
    names = sorted({*own.every["file"], *(name for name, _ in own.said)})
    more = tag("details", tag("summary", f"{len(names)} files"), text(", ".join(names)))
    parts += [] if own.wall else [more]
    head = "Teach again tomorrow" if best else NOTHING
    return show.parts.told(own.told, head, *parts)


def _away(none: str, torn: str) -> str:
    told = [f"nothing yet from {none}"] if none else []
    return "; ".join(told + ([f"a row cannot be read from {torn}"] if torn else [])) + "."


def _size(own: together.Ours) -> str:
    """Return how many students, files and hands there are."""
    pages = own.every[own.every["student"] != ""]["file"].nunique()
    counted = own.every[(own.every["student"] == "") & (own.every["why"] == "")]
    hands = counted.groupby(["file", "question_id"]).size().groupby("file").max().sum()
    told = [f"{len(own.students)} student{'s' * (len(own.students) != 1)}"] if pages else []
    told[:1] = [f"{told[0]} in {pages} file{'s' * (pages != 1)}"] if told and not own.wall else told
    told += [f"a count of {hands} hands"] if hands >= (5 if own.wall else 1) else []
    return f"{' and '.join(told) or 'No answer yet'}.".capitalize()


def _top(own: together.Ours) -> pd.DataFrame:
    """Return the wrong answers with all that a teacher needs, the most missed on top."""
    found = together.missed(own.asked)
    pairs = pd.DataFrame({"n": found["n"], "rest": found["of"] - found["n"]})
    found["percent"] = together.shares(pairs, own.wall)["n"]
    found = found[found["percent"].notna()].head(5)
    told = [_told(it, own.wall) for it in found.to_dict("records")]
    return pd.DataFrame(
        [it | more for it, more in zip(found.to_dict("records"), told, strict=True)]
    )


def _told(it: Mapping[Any, Any], wall: bool) -> dict[str, str]:
    """Return what is said of a wrong answer: how many, the right one, why, and the move."""
    many = f"{it['n']} of {it['of']}" if not wall else f"About {it['percent']:.0f} %"
    many = "All" if wall and it["n"] == it["of"] else many
    verb = "were sure of" if it["felt"] else "chose"
    end = "" if it["felt"] else " Nobody was asked how sure."
    open_ = 5 <= it["still"] <= it["of"] - 5 or not wall
    still = f"{it['still']} of {it['n']}" if open_ else ""
    still = {0: "all have mended it", it["n"]: "all of them"}.get(it["still"], still)
    case = it["question_id"] in facts.library().stories
    told = _of_case if case else _of_question
    return {
        "told": f"{many} {verb} “{it['first_answer'].rstrip('.')}”.{end}",
        "still": still if it["felt"] else "",
        **told(it["question_id"], it["first_answer"]),
    }


def _of_question(id_: str, answer: str) -> dict[str, str]:
    """Return the right answer of a question, what tempts in a wrong one, why not, and the move."""
    options = facts.table("options")
    own = options[options["question"] == id_]
    wrong = own[own["says"] == answer]
    tempts = pd.read_csv(together.HERE / "options.csv", index_col="option")["tempts"]
    moves = pd.read_csv(together.HERE / "moves.csv", index_col="question")["move"]
    known = facts.library().questions.get(id_)
    where = f" (paragraph {known.paragraph})" if known and known.paragraph else ""
    right = [f"{says.rstrip('.')}{where}." for says in own[own["right"]]["says"]]
    return {
        "right": f"Right: {' '.join(right)}" if right else "",
        "tempts": str(tempts.reindex(wrong.index).fillna("").sum()),
        "reason": str(wrong["reason"].sum()) if len(wrong) else "",
        "move": str(moves.get(id_, "")),
    }


def _of_case(id_: str, answer: str) -> dict[str, str]:
    """Return the key of a case, why the answer tempts and does not hold, and a general move."""
    story = facts.library().stories[id_]
    verdict = rules.judge(rules.case(id_), story.position)
    places = dict.fromkeys(it.paragraph for rule in verdict.chain[-1:] for it in rule.cited)
    where = ", ".join(own for own in places if own)
    right = f"Right: {verdict.answer}{f' (paragraph {where})' if where else ''}."
    reason = str(facts.table("cases").at[id_, f"if_{answer.replace(' ', '_')}"])
    return {"right": right, "tempts": "", "reason": reason, "move": _case_move(verdict)}


def _case_move(verdict: rules.Verdict) -> str:
    """Return two minutes on a case: its readings, the step that settles it, or the silence."""
    if verdict.readings:
        one, other = verdict.readings
        move = f"Write up both readings: “{one}” and “{other}” Each half of the class defends one."
        return f"{move} Then ask which sentence of the report would have settled it."
    if not verdict.chain:
        return f"Have the class look for a sentence on this case. {verdict.silence}"
    first, last = verdict.chain[0].says, verdict.chain[-1].says
    steps = f"the step that settles it: {last}"
    if verdict.chain[1:]:
        steps = f"two steps. First: {first} Then the one that settles it: {last}"
    return f"Write up {steps} Have a student point to the words in the case that it fits."


def _lines(it: Mapping[Any, Any]) -> list[tuple[str, str]]:
    names = {"tempts": "What tempts:", "reason": "Why not:", "move": "Two minutes tomorrow:"}
    return [(name, key) for key, name in names.items() if it[key]]


def cards(own: together.Ours) -> View:
    """Return a card for each of the five wrong answers that are worth the first minutes."""
    text, found = show.parts.text, []
    for at, it in enumerate(_top(own).to_dict("records"), 1):
        lines = [text(tag("strong", name), f" {it[key]}") for name, key in _lines(it)]
        still = [text(f"Still wrong at the last try: {it['still']}")] if it["still"] else []
        head = text(tag("strong", f"{at}. {it['question']}"))
        own_lines = head, text(it["told"]), text(tag("strong", it["right"])), *lines, *still
        found.append(tag("div", *own_lines, look="settles"))
    return show.parts.told(own.told, "What to teach again" if found else NOTHING, *found)


def listed(own: together.Ours, caption: str, rows: pd.DataFrame) -> View:
    """Return a table of the class."""
    return show.parts.listed(own.told, caption, [*rows], rows.astype(str).values)


def files(own: together.Ours) -> View:
    """Return the files that need an eye, by what is to be done about them."""
    if own.wall:
        return show.parts.told(own.told, "The list of files is in your own look.")
    parts: list[Node] = []
    found = together.remarks(own)
    for to_do in ("Ask for it again", "A row is missing", "Nothing to do"):
        lines = found[found["to do"] == to_do]
        if len(lines):
            told = [
                tag("li", tag("strong", at), f": {why}")
                for why, at in lines[["why", "file"]].values
            ]
            parts += [show.parts.text(tag("strong", to_do)), tag("ul", *told)]
    head = "What became of the files" if parts else "Every file could be read, and each row counts."
    return show.parts.told(own.told, head, *parts)


def questions(own: together.Ours) -> pd.DataFrame:
    """Return each question with the share that was right at first, is right now, and was sure."""
    asked = own.asked[~own.asked["question_id"].str.contains(r"^(?:before|after)-\d")]
    found = asked.groupby(["question_id", "lesson", "question"]).size().rename("n").reset_index()
    found = found[found["n"] >= (5 if own.wall else 1)]
    for name, rows in (("first", asked), ("last", asked), ("sure", asked[asked["felt"]])):
        found[name] = found["question_id"].map(together.share(rows, name, own.wall)).astype(float)
    known = facts.library()
    places = {id_: at for at, id_ in enumerate((*known.questions, *known.stories))}
    order = found["question_id"].map(places)
    found = found.assign(place=order).sort_values("place").drop(columns=["place", "n"])
    return found.rename(columns={"first": "at first", "last": "now"})


def percent(share: float) -> str:
    """Return a share in words.

    >>> percent(62.0), percent(float("nan"))
    ('62 %', 'hidden, or nobody')
    """
    return f"{share:.0f} %" if share >= 0 else "hidden, or nobody"


def circles(own: together.Ours, shares: pd.DataFrame, labels: Iterable[str], head: str) -> View:
    """Return shares as rows: hollow for the first, full for the last, a line for the sure."""
    names = pd.Series([*labels], dtype=str)
    ax = Figure((5, 1.2 + 0.42 * len(shares))).add_subplot(xlim=(-3, 103))
    at = range(len(shares))
    ax.set(ylim=(len(shares) - 0.4, -0.6), xlabel="% of those who answered")
    first, last = shares.iloc[:, 0], shares.iloc[:, 1]
    ax.hlines(at, first, last, color="C2", lw=1.5)
    ax.plot(first, at, "C0o", mfc="white", ms=10)
    ax.plot(last, at, "C0o", ms=5)
    if "sure" in shares:
        ax.plot(shares["sure"], at, "k|", ms=11, mew=2)
    ax.set_yticks(at, names.str.wrap(30).str.split("\n").str[:2].str.join("\n"), fontsize=8)
    ax.tick_params(top=True, labeltop=True)
    said = [
        f"{name}: {_said(row)}" for name, (_, row) in zip(names, shares.iterrows(), strict=True)
    ]
    return _drawn(own, ax, head, said)


def lines(own: together.Ours, head: str, shares: pd.DataFrame) -> View:
    """Return shares by lesson, a line for each column."""
    ax = Figure((5, 3)).add_subplot(ylim=(0, 105), xlim=(-0.3, 7.3), xlabel="lesson", ylabel="%")
    for form, name in zip(("C0o-", "C1s--"), shares, strict=False):
        told = shares[name].dropna()
        ax.plot(told.index.astype(int), told, form, label=name)
    ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1), fontsize=8)
    said = [f"{name}: {_said(shares[name].dropna().add_prefix('lesson '))}" for name in shares]
    return _drawn(own, ax, head, said if shares.notna().any(axis=None) else [])


def bars(own: together.Ours, head: str, shares: pd.Series) -> View:
    """Return shares as bars, each under its name, the first on top."""
    ax = Figure((5, 1 + 0.75 * len(shares))).add_subplot(xticks=[], yticks=[], xlim=(0, 115))
    drawn, names = shares.iloc[::-1], shares.index[::-1].astype(str)
    bars = ax.barh(range(len(drawn)), drawn.fillna(0), height=0.3, color="C0")
    ax.bar_label(bars, [percent(it) for it in drawn], padding=4, fontsize=8)
    for at, name in enumerate(names.str.wrap(62)):
        ax.text(0, at + 0.19, name, va="bottom", fontsize=8)
    ax.set_ylim(-0.3, max(len(drawn), 1) - 0.1)
    return _drawn(own, ax, head, [_said(shares)] if shares.notna().any() else [])


def _said(shares: pd.Series) -> str:
    return ", ".join(f"{name} {percent(it)}" for name, it in shares.items()) + "."


def _drawn(own: together.Ours, ax: Any, head: str, said: list[str]) -> View:
    """Return a figure with its words, or a sentence where there is nothing to draw."""
    if not said:
        return show.parts.told(own.told, "Nobody has answered these yet, or too few to show.")
    return show.figure(ax, words="\n".join([head, *said]), layer=own.told)


def four(own: together.Ours, votes: pd.DataFrame) -> View:
    """Return the answers to each case as a bar of four, with the key in words beside it."""
    stories, drawn = facts.library().stories, votes.iloc[::-1]
    ax = Figure((5, 1 + 1.15 * len(votes))).add_subplot(xticks=[], yticks=[], xlim=(0, 100))
    ax.set_ylim(-0.3, len(votes) - 0.15)
    for answer, (fill, edge, hatch) in LOOKS.items():
        left = drawn.loc[:, :answer].iloc[:, :-1].fillna(0).sum(axis=1)
        bars = ax.barh(
            range(len(drawn)),
            drawn[answer].fillna(0),
            left=left,
            height=0.24,
            fc=fill,
            hatch=hatch,
            ec=edge,
        )
        signs = [f"{SIGNS[answer]} {own:.0f} %" if own > 9 else "" for own in drawn[answer]]
        white = {"fc": "white", "ec": "none", "pad": 1}
        ax.bar_label(bars, signs, label_type="center", bbox=white, fontsize=8)
        for bar, id_ in zip(bars, drawn.index, strict=True):
            if stories[id_].answer == answer and bar.get_width():
                size = bar.get_width(), 0.24
                ax.add_patch(Rectangle(bar.get_xy(), *size, fill=False, lw=3, zorder=3))
    told = pd.Series([f"{stories[id_].story} Key: {stories[id_].answer}." for id_ in drawn.index])
    for at, words in enumerate(told.str.wrap(62)):
        ax.text(0, at + 0.16, words, va="bottom", fontsize=8)
    ax.set_xlabel("   ".join(f"{SIGNS[own]} {own}" for own in rules.ANSWERS))
    said = [
        f"{stories[str(id_)].story} Key: {stories[str(id_)].answer}. {_said(row)}"
        for id_, row in votes.iterrows()
    ]
    return _drawn(own, ax, "The cases, the widest split on top.", said)


def readings(own: together.Ours, votes: pd.DataFrame) -> View:
    """Return the two widest splits with both readings, or with what settles the case."""
    best = votes[votes.max(axis=1) < 80].head(2)
    parts = []
    for id_ in best.index:
        story = facts.library().stories[id_]
        verdict = rules.judge(rules.case(id_), story.position)
        lines = [f"Key: {verdict.answer}.", *(verdict.readings or [_case_move(verdict)])]
        head = show.parts.text(tag("strong", story.story))
        parts.append(tag("div", head, *map(show.parts.text, lines), look="settles"))
    return show.parts.told(own.told, "Discuss" if parts else "No case has split the class.", *parts)


def texts(own: together.Ours) -> Any:
    """Return a list of the questions that have texts, with those of the one that is chosen."""
    questions = facts.library().questions
    opinions = [id_ for id_, it in questions.items() if it.criteria]
    typed = own.rows[own.rows["last_answer"].ne("") & own.rows["question_id"].isin(opinions)]
    sizes = typed["question_id"].value_counts()
    known = [id_ for id_ in questions if sizes.get(id_, 0) >= (5 if own.wall else 1)]
    if not known:
        return show.parts.told(own.told, "Nobody has typed a text yet, or too few to show.")
    return Chooser(
        {questions[id_].prompt[:70]: id_ for id_ in known},
        lambda id_: _written(own, typed[typed["question_id"] == id_]["last_answer"], id_),
    )


def _written(own: together.Ours, typed: pd.Series, id_: str) -> View:
    asked = facts.library().questions[id_]
    shuffled = typed.sort_values(kind="stable").sample(frac=1, random_state=7)
    lines = tag("ul", *[tag("li", it) for it in shuffled])
    wanted = show.criteria(asked.criteria).nodes
    return show.parts.told(own.told, asked.prompt, lines, *wanted)


class Chooser(Live):
    """A list to choose from, and a view of what is chosen."""

    def __init__(self, names: dict[str, str], view: Callable[[str], View]) -> None:
        self.view = view
        self.list = ipywidgets.Dropdown(options=names, layout={"width": "auto"})
        self.shown = ipywidgets.HTML()
        self.list.observe(self._chosen, "value")
        self.box = ipywidgets.VBox([self.list, self.shown])
        self._chosen()

    def _chosen(self, *_: object) -> None:
        self.shown.value = self.view(self.list.value).markup

    def stored(self) -> View:
        """Return what is chosen."""
        return self.view(self.list.value)


class Saves(Live):
    """Links to save one page to print, and a table."""

    def __init__(self, own: together.Ours, *views: View) -> None:
        look = "wall" if own.wall else "names"
        head = show.parts.told(
            own.told, f"Our class, {facts.write_day(date.today())}: {_size(own)}"
        ).nodes
        sheet = page.framed(
            "Our class", View((*head, *(it for view in views for it in view.nodes)))
        )
        links = (
            link("Save the page to print", f"our-class-{look}.html", sheet),
            link("Save the table (opens in a spreadsheet)", f"our-class-{look}.csv", _table(own)),
        )
        told = show.parts.told(own.told, "Open the page in a browser, and print it there.", *links)
        self.box = ipywidgets.HTML(told.markup)

    def stored(self) -> View:
        """Return where the links will be."""
        return show.parts.told("", "Two links to save appear here when all cells have run.")


def link(words: str, name: str, body: str) -> Node:
    """Return a link that saves a file of a name, and what is in it.

    >>> link("Save", "a.csv", "a,b").attributes["class"]
    'wl-text'
    """
    kind = name.rpartition(".")[2]
    mark = "\ufeff" if kind == "csv" else ""  # a spreadsheet knows by it how the letters are kept
    href = f"data:text/{kind};base64,{b64encode((mark + body).encode()).decode()}"
    return show.parts.text(tag("a", words, look="button", download=name, href=href))


def _table(own: together.Ours) -> str:
    """Return the class as a table: a line for each answer, or for the wall one a question."""
    if own.wall:
        found = questions(own).drop(columns="question_id").astype(object).fillna("hidden")
        found = found.rename(columns={name: f"{name} %" for name in ("at first", "now", "sure")})
    else:
        hidden = {"row", "why", "count", "answer", "reason", "twin"}
        found = own.rows.drop(columns=[name for name in own.rows if name in hidden])
        found = found.assign(student=found["student"].replace("", "hand"))
        found = found.sort_values(["student", "lesson"], kind="stable").fillna("")
        found.columns = [str(name).replace("_", " ") for name in found]
        found = found[["student", *[name for name in found if name != "student"]]]
    return found.astype(str).map(page.safe).to_csv(index=False)
