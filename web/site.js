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
