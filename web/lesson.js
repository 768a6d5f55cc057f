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

  const COPY = "Copy what you typed before you close this page.";
  const TROUBLE = {
    failed: "Python did not start. You can read this lesson, but not answer in it. Check the connection and load this "
      + "page again. If that does not help, try another browser.",
    old: "This browser is too old to run the lesson. You can read it, but not answer in it. Try another browser.",
    full: `Your last answer is not saved: the storage of this browser is full. Free some space on the device. ${COPY}`,
    blocked: `Your answers are not saved: this browser keeps no data for this page. A private window can be why. ${COPY}`,
  };
  let trouble = "";
  let waking = simple;

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
  }

  function rest() {
    if (trouble || waking) return;
    bar.className = "";
    say("Ready. Your answers stay in this browser.");
  }

  function warn(why) {
    trouble = why;
    bar.className = why ? "wl-trouble" : "";
    say(TROUBLE[why] ?? "Your answers are saved again.");
    // A long sentence takes the lines that it needs, and the lesson makes room.
    document.documentElement.style.setProperty("--wl-bar", why ? `${bar.scrollHeight}px` : "");
    window.dispatchEvent(new Event("resize"));
  }

  function hear({ step, name, loaded, total, why }) {
    if (step === "files") work("Loading Python", loaded, total, " MB");
    if (step === "snapshot") work("Starting Python");
    if (step === "package") work(`Loading ${name}`, loaded, total, " MB");
    if (step === "ready") waking ? work("Waking the lesson") : rest();
    if (step === "failed") warn("failed");
    if (step === "unkept") warn(why);
    if (step === "kept") warn("");
  }

  window.Worker = class extends window.Worker {
    constructor(...options) {
      super(...options);
      if (trouble === "failed") warn("");
      work("Starting Python");
      this.addEventListener("message", ({ data }) => data?.withinLimits && hear(data.withinLimits));
      this.addEventListener("error", () => warn("failed"));
    }
  };

  if (typeof WebAssembly !== "object" || typeof DecompressionStream !== "function") {
    document.addEventListener("DOMContentLoaded", () => warn("old"));
  }

  const texts = panel => JSON.stringify(panel.content.widgets.map(cell => cell.model.sharedModel.getSource()));

  /** Run each cell once. The cells are run one by one, since “Run All Cells” leads to the end of the page. */
  async function wake(panel) {
    await panel.context.ready;
    await panel.sessionContext.ready;
    const cells = panel.content.widgets.filter(cell => cell.model.type === "code");
    const before = texts(panel);
    for (const [at, cell] of cells.entries()) {
      await cell.constructor.execute(cell, panel.sessionContext, {});
      work("Waking the lesson", at + 1, cells.length);
    }
    // Results that nobody typed are no reason to keep a copy of the lesson in this browser.
    if (texts(panel) === before) panel.context.model.dirty = false;
    waking = false;
    rest();
  }

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
        wake(currentWidget);
      };
      app.shell.currentChanged.connect(opened);
    },
  });
})();
