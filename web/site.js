// What the front page does beyond its links: the student's own copies of lessons, and loading a device ahead of class.
import { copies, setAside } from "./versions.js";

const megabytes = bytes => (bytes / 1e6).toFixed(1);
const pathOf = link => new URL(link.href).searchParams.get("path");
const lessons = new Map([...document.querySelectorAll(".lessons a")].map(link => [pathOf(link), link.textContent]));

const own = document.querySelector("section[aria-labelledby=copies]");
const ownSays = own.querySelector(".said");

async function showCopies() {
  const found = await copies([...lessons.keys()]);
  own.hidden = !found.length && !ownSays.textContent;
  own.querySelector("ul").replaceChildren(...found.map(entry));
}

function entry({ path, lesson, saved, earlier }) {
  const item = document.createElement("li");
  const link = document.createElement("a");
  link.href = `notebooks/index.html?path=${encodeURIComponent(path)}`;
  link.textContent = `Your ${earlier ? "earlier " : ""}copy of “${lessons.get(lesson) ?? lesson}”`;
  item.append(link, `, saved ${saved.toLocaleString("en-GB", { dateStyle: "long", timeStyle: "short" })}`);
  if (earlier) return item;
  const fresh = document.createElement("button");
  fresh.type = "button";
  fresh.textContent = `Get a fresh “${lessons.get(lesson)}” and keep mine`;
  fresh.addEventListener("click", async () => {
    await setAside(path);
    ownSays.textContent = `“${lessons.get(lesson)}” is fresh again. Your copy is in this list.`;
    await showCopies();
    ownSays.focus();
  });
  item.append(". The lesson opens with your changes. ", fresh);
  return item;
}

showCopies().catch(() => {}); // a browser that keeps no data has no copies

// A browser may hold on to the lessons of an older version for days: they are asked for anew here, and cost little when
// they are the same.
const FRESH = ["jupyter-lite.json", "notebooks/jupyter-lite.json", "lab/jupyter-lite.json", "api/contents/all.json"];
for (const path of [...FRESH, ...[...lessons.keys()].map(name => `files/${name}`)]) {
  fetch(path, { cache: "no-cache" }).catch(() => {}); // with no connection, what is kept will do
}

const ready = document.querySelector(".ready");
const [button, bar, count, says] = ["button", "progress", ".count", ".said"].map(one => ready.querySelector(one));
const QUARTERS = ["A quarter is loaded.", "Half is loaded.", "Three quarters are loaded."];
const AT_ONCE = 4;
let busy = false;

async function load(list) {
  const total = list.reduce((sum, file) => sum + file.bytes, 0);
  const left = [...list];
  let loaded = 0;
  let quarters = 0;
  const show = () => {
    bar.value = loaded / total;
    count.textContent = `${megabytes(loaded)} of ${megabytes(total)} MB`;
    if (loaded < total && Math.floor((4 * loaded) / total) > quarters) {
      quarters += 1;
      says.textContent = QUARTERS[quarters - 1];
    }
  };
  const lane = async () => {
    for (let file = left.shift(); file; file = left.shift()) {
      const response = await fetch(file.url);
      if (!response.ok) throw new Error(`${file.name}: ${response.status}`);
      const reader = response.body.getReader();
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        loaded = Math.min(loaded + part.value.length, total);
        show();
      }
    }
  };
  show();
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  return total;
}

button.addEventListener("click", async () => {
  if (busy) return;
  busy = true;
  bar.parentElement.hidden = false;
  says.textContent = "Loading. Keep this page open.";
  try {
    const address = new URL("static/files.json", location.href);
    const response = await fetch(address, { cache: "no-cache" });
    if (!response.ok) throw new Error(`files.json: ${response.status}`);
    const list = (await response.json()).map(file => ({ ...file, url: new URL(file.name, address) }));
    const total = await load(list);
    says.textContent = `This device is ready: ${megabytes(total)} MB are loaded. Open a lesson once to be sure.`;
  } catch (error) {
    says.textContent = `Not everything is loaded (${error.message}). Check the connection, then press again.`;
  }
  busy = false;
});
ready.hidden = false;

// The student's work as a file to take along, and the files of other devices. A lesson joins all files of answers that
// it finds in the folder of the work.
const along = document.querySelector("section[aria-labelledby=along]");
const [take, bring, alongSays] = ["button", "input", ".said"].map(one => along.querySelector(one));
const NOTHING = "This browser has no answers yet, or does not let this page read them.";

async function journal() {
  const files = await (await fetch("static/files.json")).json();
  return import(`./static/${files.find(({ name }) => name.endsWith("/journal.mjs")).name}`);
}

/** Return how many answers a text holds, one in each line. */
function counted(text) {
  const answer = line => {
    try {
      return typeof JSON.parse(line).question === "string";
    } catch {
      return false;
    }
  };
  return text.split("\n").filter(answer).length;
}

take.addEventListener("click", async () => {
  const pieces = await journal().then(async ({ all, answers }) => answers(await all())).catch(() => []);
  alongSays.textContent = pieces.length ? "Your work is saved as my-work.jsonl, among the downloads." : NOTHING;
  if (!pieces.length) return;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob(pieces));
  link.download = "my-work.jsonl";
  link.click();
});

bring.addEventListener("change", async () => {
  const [file] = bring.files;
  if (!file) return;
  const text = await file.text();
  const number = counted(text);
  const wrong = `“${file.name}” holds no answers. Choose my-work.jsonl, which “Save my work to a file” made.`;
  const kept = number && (await journal().then(({ add }) => add([
    { path: `work/brought-${Date.now()}.jsonl`, bytes: new TextEncoder().encode(text), whole: true },
  ])).catch(() => undefined));
  const done = kept ? `Answers that came along: ${number}. Lessons that are open show them when you load them again.`
    : "This browser keeps no data for this page, so nothing came along.";
  alongSays.textContent = number ? done : wrong;
  bring.value = "";
});
along.hidden = false;
