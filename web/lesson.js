// The bar above a lesson: the way home, and what Python does until the lesson is awake. This runs before the notebook's
// own scripts, so that it sees Python's worker and the notebook from their first moment.
(() => {
  const site = new URL(".", document.currentScript.src);
  const simple = /\/notebooks\/(index\.html)?$/.test(location.pathname);
  const path = new URLSearchParams(location.search).get("path") ?? "";

  const bar = document.createElement("nav");
  bar.id = "wl-bar";
  bar.setAttribute("aria-label", "Within Limits");
  bar.innerHTML = `<a href="${site}index.html">All lessons</a>
    <p><span role="status">Opening the lesson</span><span aria-hidden="true"></span></p>
    <progress aria-label="Getting the lesson ready"></progress>
    ${simple ? `<a href="${site}lab/index.html?path=${encodeURIComponent(path)}">JupyterLab</a>` : ""}`;
  const [line, count] = bar.querySelectorAll("span");
  const progress = bar.querySelector("progress");

  const style = document.createElement("link");
  style.rel = "stylesheet";
  style.href = `${site}lesson.css`;
  document.head.append(style);
  document.addEventListener("DOMContentLoaded", () => document.body.prepend(bar));

  // A long sentence takes the lines that it needs, and the lesson makes room.
  new ResizeObserver(() => {
    document.documentElement.style.setProperty("--wl-room", `${bar.offsetHeight}px`);
    window.dispatchEvent(new Event("resize"));
  }).observe(bar);

  const SLOW = "This takes longer than usual. If nothing changes, load the page again.";
  const PATIENCE = 60e3;
  const COPY = "Copy what you typed before you close this page.";
  const TROUBLE = {
    failed: "Python did not start. You can read this lesson, but not answer in it. Check the connection and load this "
      + "page again. If that does not help, try another browser.",
    setup: "The lesson did not wake: its first cell says why. Check the connection and load this page again.",
    old: "This browser is too old to run the lesson. You can read it, but not answer in it. Try another browser.",
    full: `Your last answer is not saved: the storage of this browser is full. Free some space on the device. ${COPY}`,
    blocked: `Your answers are not saved: this browser keeps no data for this page. A private window can be why. ${COPY}`,
  };
  let trouble = "";
  let starting = false;
  let waking = simple; // in JupyterLab, a lesson waits to be run
  let timer;

  function say(words, loaded = 0, total = 0, unit = "") {
    if (line.textContent !== words) line.textContent = words; // a reader of the screen hears it once
    const shown = number => (unit ? (number / 1e6).toFixed(1) : number);
    count.textContent = total ? `${shown(loaded)} of ${shown(total)}${unit}` : "";
    progress.max = total || 1;
    if (total) progress.value = loaded;
    else progress.removeAttribute("value");
  }

  function work(...words) {
    if (trouble) return;
    bar.className = "wl-working";
    say(...words);
    clearTimeout(timer);
    timer = setTimeout(say, PATIENCE, SLOW);
  }

  function rest() {
    if (trouble || waking) return;
    clearTimeout(timer);
    bar.className = "";
    say("Ready. Your answers stay in this browser.");
  }

  function warn(why) {
    trouble = why;
    clearTimeout(timer);
    bar.className = why ? "wl-trouble" : "";
    say(TROUBLE[why] ?? "Your answers are saved again.");
  }

  function hear({ step, name, loaded, total, why }) {
    if (step === "files") work("Loading Python", loaded, total, " MB");
    if (step === "python") work("Starting Python");
    if (step === "package") work(`Loading ${name}`, loaded, total, " MB");
    if (step === "ready") {
      starting = false;
      if (waking) work("Waking the lesson");
      else rest();
    }
    if (step === "failed") warn("failed");
    if (step === "unkept") warn(why);
    if (step === "kept") warn("");
  }

  if (simple) work("Opening the lesson");

  window.Worker = class extends window.Worker {
    constructor(...options) {
      super(...options);
      starting = true;
      if (trouble === "failed" || trouble === "setup") trouble = "";
      work("Starting Python");
      this.addEventListener("message", ({ data }) => data?.withinLimits && hear(data.withinLimits));
      this.addEventListener("error", () => warn("failed"));
    }
  };

  // When its first file is missing, the worker can't say so itself.
  window.addEventListener("unhandledrejection", ({ reason }) => {
    if (starting && /pyodide/i.test(`${reason?.message ?? reason} ${reason?.stack}`)) warn("failed");
  });

  if (typeof WebAssembly !== "object" || typeof DecompressionStream !== "function") {
    document.addEventListener("DOMContentLoaded", () => warn("old"));
  }

  const texts = panel => JSON.stringify(panel.content.widgets.map(cell => cell.model.sharedModel.getSource()));

  /** Run each cell once. The cells are run one by one, since “Run All Cells” leads to the end of the page. */
  async function wake(panel) {
    await panel.context.ready;
    await panel.sessionContext.ready;
    const [, title] = /^# (.+)$/m.exec(panel.content.widgets[0].model.sharedModel.getSource()) ?? [];
    if (title) document.title = `${title} · Within Limits`;
    const cells = panel.content.widgets.filter(cell => cell.model.type === "code");
    const before = texts(panel);
    for (const [at, cell] of cells.entries()) {
      const reply = await cell.constructor.execute(cell, panel.sessionContext, {});
      if (at === 0 && reply?.content.status === "error") return warn("setup");
      work("Waking the lesson", at + 1, cells.length);
    }
    // Results that nobody typed are no reason to keep a copy of the lesson in this browser.
    if (texts(panel) === before) panel.context.model.dirty = false;
  }

  // A link to another lesson opens it here, in the same view; the notebook page would lead to a list of files.
  const FILES = `${site}files/`;
  const LESSON = `${site}notebooks/index.html?path=`;
  function follow(event) {
    const link = event.target.closest?.("a[href]");
    const [from] = [FILES, LESSON].filter(start => link?.href.startsWith(start));
    if (!from || !/\.ipynb$/.test(link.href)) return;
    event.stopImmediatePropagation();
    link.href = LESSON + link.href.slice(from.length);
    link.target = "_self";
  }
  if (simple) ["click", "auxclick"].forEach(name => window.addEventListener(name, follow, true));

  // The notebook page announces itself by setting this name.
  let app;
  Object.defineProperty(window, "jupyterapp", {
    configurable: true,
    get: () => app,
    set(value) {
      app = value;
      if (!simple) return;
      const opened = ({ currentWidget }) => {
        if (!currentWidget?.sessionContext) return;
        app.shell.currentChanged.disconnect(opened);
        const awake = () => {
          waking = false;
          rest();
        };
        wake(currentWidget).then(awake, awake); // a restart of Python takes back what is still to run
      };
      app.shell.currentChanged.connect(opened);
    },
  });
})();
