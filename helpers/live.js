// The page's side of the live views: it wakes what a lesson stores, carries changes, decides nothing.

const REST = 1000; // milliseconds without a key, then a text is sent
const PATIENCE = 4000; // milliseconds to wait for Python's answer
const QUIET = 5000; // milliseconds without a word from Python, then it is asked
const ASLEEP =
  "Asleep: Python does not answer, and nothing that you do here is kept. If Python is only busy, " +
  "this wakes by itself. If it was stopped, choose Run, then Run All Cells.";
const UNSENT = "Not saved. What you wrote stays on this page until Python answers. " + ASLEEP;
const GONE = "Run this lesson to wake it; your answers are kept.";
const KEYS = "data-lm-suppress-shortcuts"; // the notebook takes no keys from what has this
const WRITTEN = "textarea, input[type=text]";
const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

// One hub for each kernel. Two lessons of one kernel share it, though each brings its own model.
const hubs = (window.withinLimits ??= new Map());

class Hub {
  constructor(kernel) {
    this.kernel = kernel;
    this.page = Math.random().toString(36); // so that a page knows the answers to its own changes
    this.models = new Set();
    this.run = "";
    this.heard = 0;
    this.asked = 0; // since when an answer is waited for
    this.pinged = 0;
    this.flights = new Map(); // view id: what was sent and is not answered yet, and since when
    this.waiting = new Map(); // view id: what is to be sent then, in order
    new MutationObserver((records) => this.find(records)).observe(document.body, {
      childList: true,
      subtree: true,
    });
    setInterval(() => this.listen(), 500);
    document.addEventListener("visibilitychange", () => this.flush());
  }

  join(model) {
    const newest = () => model === [...this.models].pop(); // another one hears the same
    const hear = (message, [html] = []) =>
      newest() && message.run === this.run && this.hear({ ...message, html });
    this.models.add(model);
    this.run = model.get("run");
    this.flights.clear();
    model.on("msg:custom", hear);
    model.on("comm_live_update", () => this.ask());
    this.views().forEach((view) => this.wake(view));
    return () => {
      this.models.delete(model);
      model.off("msg:custom", hear);
      setTimeout(() => this.models.size || this.sleep(), 1000); // another one may be on its way
    };
  }

  views(id) {
    const all = document.querySelectorAll(`[data-live][data-kernel="${this.kernel}"]`);
    return [...all].filter((view) => id === undefined || view.dataset.live === id);
  }

  find(records) {
    for (const { addedNodes } of records) {
      for (const node of addedNodes) {
        if (!node.closest || node.closest(".wl-awake")) continue; // a text, or a change of our own
        for (const view of [node, ...node.querySelectorAll("[data-live]")]) {
          if (!view.dataset?.live || view.dataset.kernel !== this.kernel) continue;
          if (this.sleeping) sleep(view, ASLEEP);
          this.wake(view);
        }
      }
    }
  }

  send(message) {
    this.asked ||= performance.now();
    try {
      [...this.models].pop()?.send({ ...message, run: this.run, page: this.page });
    } catch {
      this.sleep(); // the connection is gone, and says so
    }
  }

  ask() {
    this.pinged = performance.now();
    this.send({ ping: true });
  }

  wake(view) {
    this.flights.delete(view.dataset.live);
    this.push(view, { wake: true });
    view.wlWrite?.();
  }

  /** Send a change of a view; while one is under way, the next ones wait, and go out as one. */
  push(view, change) {
    const { live: id } = view.dataset;
    const queue = this.waiting.get(id) ?? [];
    const last = queue.at(-1)?.press ? {} : (queue.pop() ?? {});
    queue.push({ ...last, ...change, view, set: { ...last.set, ...change.set } });
    this.waiting.set(id, queue);
    this.next(id);
  }

  next(id) {
    const queue = this.waiting.get(id) ?? [];
    if (this.flights.has(id) || queue.length === 0) return;
    const { view, ...message } = queue.shift();
    this.flights.set(id, { set: message.set ?? {}, at: performance.now() });
    this.send({ id, ...message, seen: seen(view, message) });
  }

  flush(but) {
    this.views().forEach((view) => view !== but && view.wlWrite?.());
  }

  listen() {
    scrolls();
    const now = performance.now();
    const since = [this.asked || now, ...[...this.flights.values()].map(({ at }) => at)];
    if (now - Math.min(...since) > PATIENCE) this.sleep();
    const quiet = now - Math.max(this.heard, this.pinged) > QUIET;
    if (quiet && !document.hidden && this.views().length > 0) this.ask();
  }

  hear(message) {
    this.heard = performance.now();
    this.asked = 0;
    if (this.sleeping) {
      this.sleeping = false;
      this.views().forEach((view) => this.wake(view));
    }
    if (!message.id) return; // a sign of life
    message.mine = message.page === this.page;
    message.sent = (message.mine && this.flights.get(message.id)?.set) || {};
    if (message.mine) this.flights.delete(message.id);
    const more = this.waiting.get(message.id)?.length > 0; // a newer change is to be answered
    for (const view of this.views(message.id)) {
      if (more)
        noted(view, { ...message, gist: "" }); // it is not shown, so it is not said
      else shown(this, view, message);
    }
    this.next(message.id);
  }

  sleep() {
    this.sleeping = true;
    this.asked = 0;
    this.flights.clear();
    this.waiting.clear();
    this.views().forEach((view) => sleep(view, unsaved(view).length ? UNSENT : ASLEEP));
  }
}

const named = (view) => view.querySelectorAll("[name]");
const unsaved = (view) => [...view.querySelectorAll(WRITTEN)].filter((box) => box.wlUnsaved);
const drafted = (view, box) => `within-limits/${view.dataset.live}/${box.name}`;

function say(view, words, seen = true) {
  const line = view.querySelector("[role=status]");
  if (!line) return;
  line.classList.toggle("wl-unseen", !seen);
  if (line.textContent !== words) line.textContent = words;
}

function sleep(view, words) {
  if (!view.classList.contains("wl-awake")) return;
  view.classList.add("wl-sleeping");
  const off = (control) => (control.matches(WRITTEN) ? "readOnly" : "disabled");
  for (const control of named(view)) control[off(control)] = true;
  say(view, words);
}

/** Show what Python says of a view, and change only what is new in it. */
function shown(hub, view, message) {
  if (message.gone) return sleep(view, unsaved(view).length ? UNSENT : GONE);
  if (message.html === undefined) return noted(view, message);
  const next = document.createElement("template");
  next.innerHTML = `<form autocomplete="off">${new TextDecoder().decode(message.html)}</form>`;
  if (!view.classList.contains("wl-awake")) {
    view.replaceChildren(next.content);
    view.classList.add("wl-awake");
    listen(hub, view);
  } else turn(view.firstElementChild, next.content.firstElementChild);
  noted(view, message);
  for (const control of named(view)) settle(control);
}

/** The text that each box that is sent has shown before; a conflict counts once it was read. */
function seen(view, { set = {}, press }) {
  const sent = [...view.querySelectorAll(WRITTEN)].filter((box) => box.name in set);
  const base = (box) => (press ? (box.wlRead ?? box.wlSeen) : box.wlSeen);
  return Object.fromEntries(sent.map((box) => [box.name, base(box)]));
}

/** Take note of which texts Python has kept, and say what it says. */
function noted(view, { mine, sent, kept = {}, other = {}, failed = [], said, gist }) {
  if (view.matches(".wl-sleeping")) {
    view.classList.remove("wl-sleeping");
    for (const control of named(view)) control.readOnly = control.disabled = false;
  }
  for (const box of view.querySelectorAll(WRITTEN)) {
    const { name } = box;
    if (mine && failed.includes(name)) box.wlWhy = said;
    if (mine && name in other) {
      box.wlOther = other[name];
      setTimeout(() => (box.wlRead = box.wlOther), REST);
    } else if (name in sent) {
      Object.assign(box, { wlSeen: sent[name], wlOther: undefined, wlRead: undefined });
    }
    if (!(name in kept)) continue;
    if (box.wlSeen === undefined) putBack(view, box, kept[name]);
    else if (!box.wlUnsaved) box.wlSeen = kept[name];
    if (box.value === kept[name]) clean(view, box);
  }
  const [open] = unsaved(view);
  if (open) say(view, open.wlWhy ?? "Not saved yet.");
  else if ((mine && said) || gist) say(view, (mine && said) || gist, Boolean(mine && said));
}

function clean(view, box) {
  const nothing = { wlOther: undefined, wlRead: undefined, wlWhy: undefined };
  Object.assign(box, { ...nothing, wlUnsaved: false, wlSeen: box.value });
  stored((storage) => storage.removeItem(drafted(view, box)));
}

/** A text that a page kept when Python was gone comes back, and is sent. */
function putBack(view, box, text) {
  box.wlSeen = text;
  const draft = stored((storage) => JSON.parse(storage.getItem(drafted(view, box))));
  if (!draft || draft.text === text) return;
  Object.assign(box, { value: draft.text, wlSeen: draft.seen, wlUnsaved: true });
  setTimeout(view.wlWrite);
}

function stored(use) {
  try {
    return use(sessionStorage);
  } catch {
    return undefined; // a browser that keeps nothing: the text still stands in its box
  }
}

/** A control shows what the markup says, but a text that is not saved stays as it is typed. */
function settle(control) {
  const { defaultValue, type, wlUnsaved } = control;
  if (type === "radio" || type === "checkbox") control.checked = control.defaultChecked;
  else if (!wlUnsaved && control.value !== (defaultValue ?? control.value)) {
    control.value = defaultValue;
  }
}

/** Make one node of the page like another; what is alike stays, with focus, caret and scroll. */
function turn(old, next) {
  if (old.isEqualNode(next)) return;
  if (old.nodeName !== next.nodeName) return old.replaceWith(next);
  if (old.nodeType === Node.TEXT_NODE) return void (old.data = next.data);
  if (old.matches("[role=status]")) return; // say() writes it
  const names = new Set([...old.getAttributeNames(), ...next.getAttributeNames()]);
  for (const name of names) {
    const value = (["open", KEYS].includes(name) ? old : next).getAttribute(name); // these stay
    if (value === null) old.removeAttribute(name);
    else if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  const [before, after] = [[...old.childNodes], [...next.childNodes]];
  after.forEach((child, at) => (before[at] ? turn(before[at], child) : old.append(child)));
  before.slice(after.length).forEach((child) => child.remove());
}

/** What is wider than the page scrolls in its own box, so the keyboard must get there. */
function scrolls() {
  for (const box of document.querySelectorAll(".wl-page, .jp-RenderedHTML")) {
    const wide = box.scrollWidth > box.clientWidth;
    box.toggleAttribute(KEYS, wide);
    if (wide) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  }
}

/** Arrows move in a grid of cases along its rows and columns, past what is no case. */
function step(event) {
  let cell = event.target.closest(".wl-grid td");
  const [down, along] = ARROWS[event.key] ?? [];
  if (!cell || down === undefined) return;
  event.preventDefault();
  const { rows } = cell.closest("table");
  do cell = rows[cell.parentNode.rowIndex + down]?.cells[cell.cellIndex + along];
  while (cell && !cell.querySelector("input"));
  const radio = cell?.querySelector("input");
  radio?.focus();
  radio?.click();
}

function listen(hub, view) {
  let timer;

  view.wlWrite = (press = "") => {
    clearTimeout(timer);
    const boxes = unsaved(view).filter((box) => press || box.wlOther === undefined);
    if (boxes.length === 0 && !press) return;
    const set = Object.fromEntries(boxes.map((box) => [box.name, box.value]));
    hub.push(view, { set, ...(press && { press }) });
  };

  view.addEventListener("input", ({ target }) => {
    if (!target.name || view.matches(".wl-sleeping")) return;
    if (target.matches(WRITTEN)) {
      target.wlUnsaved = true; // also when it is as before: another text may be on its way
      const draft = JSON.stringify({ text: target.value, seen: target.wlSeen });
      stored((storage) => storage.setItem(drafted(view, target), draft));
      if (target.wlOther === undefined) target.wlWhy = undefined;
      say(view, target.wlWhy ?? "Not saved yet.");
      clearTimeout(timer);
      timer = setTimeout(view.wlWrite, REST);
      return;
    }
    const { name, type, value: words } = target;
    const ticked = [...named(view)].filter((box) => box.name === name && box.checked);
    const several = type === "checkbox" && ticked.map(({ value }) => value);
    hub.push(view, { set: { [name]: several || words } });
  });

  view.addEventListener("focusin", ({ target }) => target.name && target.setAttribute(KEYS, ""));
  view.addEventListener("focusout", ({ target }) => target.matches(WRITTEN) && view.wlWrite());
  view.addEventListener("submit", (event) => event.preventDefault());

  view.addEventListener("click", ({ target }) => {
    const button = target.closest("button[name]");
    if (!button || view.matches(".wl-sleeping")) return;
    hub.flush(view);
    view.wlWrite(button.name);
  });

  // The notebook may take no line break and no key of ours; Escape is passed on, back to the cell.
  view.addEventListener("beforeinput", (event) => event.stopPropagation(), true);
  view.addEventListener("keydown", (event) => {
    step(event);
    const cell = view.closest(".jp-Cell");
    if (event.key !== "Escape" || !cell) return;
    event.preventDefault();
    if (!cell.hasAttribute("tabindex")) cell.tabIndex = -1;
    cell.focus();
  });
}

export default {
  initialize({ model }) {
    const kernel = model.get("kernel");
    if (!hubs.has(kernel)) hubs.set(kernel, new Hub(kernel));
    return hubs.get(kernel).join(model);
  },
};
