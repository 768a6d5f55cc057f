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
    ${simple ? `<span><button type="button" aria-pressed="false">Show code</button><button type="button">Print</button>
      <a href="${site}lab/index.html?path=${encodeURIComponent(path)}">JupyterLab</a></span>` : ""}`;
  const [line, count] = bar.querySelectorAll("span");
  const progress = bar.querySelector("progress");

  // In the plain view, code is folded until somebody asks for it.
  document.documentElement.classList.toggle("wl-folded", simple);
  const [code, print] = bar.querySelectorAll("button");
  code?.addEventListener("click", () => {
    const folded = document.documentElement.classList.toggle("wl-folded");
    code.setAttribute("aria-pressed", !folded);
    window.dispatchEvent(new Event("resize"));
  });
  print?.addEventListener("click", () => window.print());

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
  const HANGS = 45e3;
  const SOON = 1e3;
  const NIGHTS = 3; // the last views of a lesson wake a moment after its last cell was run
  const LONG = "This browser starts Python the long way, which takes a little longer.";
  const SLEEPS = simple
    ? "A part of this lesson sleeps, and keeps no answers. To wake it, load this page again."
    : "Python is ready. A lesson sleeps until you run it: open the menu Run and choose Run All Cells.";
  const READY = {
    kept: "Ready. Your answers stay in this browser.",
    none: "Ready. This browser has no answers yet. Those that you give stay in it.",
    gone: "Ready. The answers that were given here are gone: this browser has dropped them. To keep the next ones, "
      + "save your work as a file each time, as “What we know now” shows.",
    unknown: "Ready.",
  };
  const COPY = "Copy what you typed before you close this page.";
  const ASK = "For whoever runs the site:";
  const TROUBLE = {
    failed: () => "Python did not start. You can read this lesson, but not answer in it. Check the connection and load "
      + "this page again. If that does not help, try another browser.",
    setup: () => "The lesson did not wake: its first cell says why. Check the connection and load this page again.",
    old: () => "This browser is too old to run the lesson. You can read it, but not answer in it. Try another browser.",
    full: () => "Your last answer is not saved: the storage of this browser is full. Free some space on the device. "
      + COPY,
    blocked: () => "Your answers are not saved: this browser keeps no data for this page. A private window can be why, "
      + `or a setting that blocks cookies and site data. ${COPY}`,
    dropped: () => "This browser has just dropped the answers that it kept. This page still shows its own: print it, or "
      + "copy what you typed, before you close it.",
    lesson: () => `The site has no “${path}”. Go to “All lessons” and open it there. ${ASK} if that leads here `
      + "again, copy the whole site to the host once more.",
    lacks: (file, why) => `Something is missing: the host does not give “${file}” (${why}). Check the connection and `
      + `load this page again. ${ASK} if that does not help, copy the whole site to the host once more.`,
    type: (file, type) => `The lesson can't start: the host sends “${file}” as ${type}, and a browser runs no such `
      + `program. ${ASK} set the type of .js and .mjs files to text/javascript.`,
  };
  const OF_STORAGE = ["full", "blocked", "dropped"];
  let trouble = "";
  let starting = false;
  let waking = simple; // in JupyterLab, a lesson waits to be run
  let resting = false;
  let answers = "unknown";
  let asked = false;
  let nights = 0;
  let timer;
  let hanging;

  // A browser that blocks storage throws at its mere name.
  function noted(name, value) {
    try {
      if (value !== undefined) localStorage.setItem(name, value);
      return localStorage.getItem(name);
    } catch {
      return null;
    }
  }
  const GIVEN = `Within Limits answers ${site.pathname}`; // that answers were given here, should the browser drop them
  const PROBE = "Within Limits can be kept";
  const HUNG = `Within Limits long way ${site.pathname}`; // the Python whose kept memory hangs in this browser

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
    resting = false;
    bar.className = "wl-working";
    say(...words);
    clearTimeout(timer);
    timer = setTimeout(say, PATIENCE, SLOW);
  }

  const sleeps = () => document.querySelector("[data-live]:not(.wl-awake), .wl-sleeping")
    || !(simple || document.querySelector(".wl-awake"));

  function rest() {
    if (trouble || waking || starting) return;
    clearTimeout(timer);
    resting = true;
    bar.className = answers === "gone" ? "wl-trouble" : "";
    nights = sleeps() ? nights + 1 : 0;
    if (nights > NIGHTS) say(SLEEPS);
    if (!nights) say(READY[answers]);
  }
  setInterval(() => resting && rest(), SOON); // a lesson may fall asleep and wake at any time

  function warn(why, ...parts) {
    trouble = why;
    resting = false;
    clearTimeout(timer);
    bar.className = why ? "wl-trouble" : "";
    if (why) say(TROUBLE[why](...parts));
    else if (waking || starting) work("Waking the lesson");
    else rest();
  }

  function failed() {
    if (trouble) return;
    warn("failed");
    examine();
  }

  /** Find out whether the host is why a lesson does not start: it lacks a file, or sends a program as another type. */
  async function examine() {
    const files = ["config-utils.js", "jupyter-lite.json", "static/files.json"];
    for (const file of files) {
      const answer = await fetch(site + file, { method: /json$/.test(file) ? "GET" : "HEAD" }).catch(() => {});
      if (!answer) return; // no connection
      if (!answer.ok) return warn("lacks", file, answer.status);
      const type = answer.headers.get("Content-Type") ?? "no type";
      if (/\.m?js$/.test(file) && !/(java|ecma)script/.test(type)) return warn("type", file, type);
      if (/files\.json$/.test(file)) files.push(...(await answer.json()).map(({ name }) => `static/${name}`));
    }
  }

  function hear({ step, name, loaded, total, why, base, records }) {
    clearTimeout(hanging);
    if (step === "files") work("Loading Python", loaded, total, " MB");
    if (step === "restoring") {
      work("Starting Python");
      hanging = setTimeout(() => noted(HUNG, base) && location.reload(), HANGS); // it then starts the long way
    }
    if (step === "long") work(LONG);
    if (step === "package") work(`Loading ${name}`, loaded, total, " MB");
    if (step === "restored") answers = records ? "kept" : noted(GIVEN) ? "gone" : "none";
    if (step === "ready") {
      if (starting && !OF_STORAGE.includes(trouble)) trouble = "";
      starting = false;
      if (waking) work("Waking the lesson");
      else rest();
    }
    if (step === "failed") failed();
    if (step === "unkept") warn(why);
    if (step === "kept") {
      if (!asked) navigator.storage?.persist?.();
      asked = true;
      answers = "kept";
      noted(GIVEN, "yes");
      if (trouble === "full" || trouble === "blocked") warn("");
    }
  }

  if (simple) work("Opening the lesson");

  window.Worker = class extends window.Worker {
    constructor(address, options) {
      super(address, { ...options, name: noted(HUNG) ?? "" });
      starting = true;
      work("Starting Python");
      this.addEventListener("message", ({ data }) => data?.withinLimits && hear(data.withinLimits));
      this.addEventListener("error", () => starting && failed());
    }
  };

  // When its first file is missing, the worker can't say so itself; nor can the notebook page.
  window.addEventListener("unhandledrejection", ({ reason }) => {
    const words = `${reason?.message ?? reason} ${reason?.stack}`;
    if (starting && /pyodide|module|\.mjs/i.test(words)) failed();
    else if (!app && /module|chunk/i.test(words)) examine();
  });
  window.addEventListener("error", ({ target }) => {
    if (target.localName === "script") warn("lacks", target.src.replace(site, ""), "it could not be loaded");
  }, true);

  if (typeof WebAssembly !== "object" || typeof DecompressionStream !== "function") {
    document.addEventListener("DOMContentLoaded", () => warn("old"));
  }

  // A browser that keeps nothing is told before anyone types.
  try {
    const request = indexedDB.open(PROBE);
    request.onerror = () => warn("blocked");
    request.onsuccess = () => {
      request.result.close();
      indexedDB.deleteDatabase(PROBE);
    };
  } catch {
    document.addEventListener("DOMContentLoaded", () => warn("blocked"));
  }

  const texts = panel => JSON.stringify(panel.content.widgets.map(cell => cell.model.sharedModel.getSource()));

  /** Run each cell once. The cells are run one by one, since “Run All Cells” leads to the end of the page. */
  async function wake(panel) {
    setTimeout(async () => {
      if (panel.context.isReady || trouble) return;
      const model = await app.serviceManager.contents.get(path).catch(() => {});
      if (!model?.content) warn("lesson");
    }, SOON);
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
          waking = starting = false; // a Python that ran the cells is up, whether it says so or not
          rest();
        };
        wake(currentWidget).then(awake, awake); // a restart of Python takes back what is still to run
      };
      app.shell.currentChanged.connect(opened);
    },
  });
})();
