// Prepares the runtime of the site in Node: `node prepare.mjs FROM TO`. FROM has the official files and the build's
// plan.json; TO gets what a lesson needs, and the memory of a Python whose kernel is up, so that no lesson starts one.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { SITE, begin, place } from "./start.mjs";

// A stack trace would print the whole runtime, which is one line.
process.on("uncaughtException", ({ message, stack }) => {
  console.error(message || stack);
  process.exit(1);
});

const [from, to] = process.argv.slice(2).map(folder => resolve(folder));
mkdirSync(to, { recursive: true });
const plan = JSON.parse(readFileSync(join(from, "plan.json"), "utf8"));
const { loadPyodide } = await import(pathToFileURL(join(from, "pyodide.mjs")));
const read = (folder, file) => new Uint8Array(readFileSync(join(folder, file)));
const write = (file, content) => writeFileSync(join(to, file), content);
const own = file => readFileSync(new URL(file, import.meta.url));

// The same files must give the same memory, so the clock stands still here, the dice are loaded, and Python does not see
// whose machine this is: not its languages, its time zone, or the path of this program.
const fixed = Date.UTC(1980, 0, 1);
globalThis.Date = class extends Date {
  constructor(...given) { super(...(given.length ? given : [fixed])); }
  static now() { return fixed; }
};
performance.now = () => 0;
crypto.getRandomValues = bytes => bytes.fill(7);
process.env.TZ = "UTC";
Object.defineProperty(globalThis, "navigator", { value: { userAgent: "Within Limits", languages: ["en"] } });
const settings = { indexURL: `${from}/`, env: { PYTHONHASHSEED: "0" }, _sysExecutable: "./this.program" };

const writePacked = (file, bytes) => write(`${file}.bin`, gzipSync(bytes, { level: 9 })); // not .gz: some hosts unpack that

for (const file of plan.core) (file.endsWith(".wasm") ? writePacked : write)(file, read(from, file));
write("pyodide-lock.json", JSON.stringify({ info: plan.info, packages: {} })); // the kernel loads no package by name
write("lessons.json", JSON.stringify(plan.lessons));
write("wheels.json", JSON.stringify(plan.later));

const packer = await loadPyodide(settings);
packer.runPython(own("pack.py").toString());
const pack = (files, more, level) => {
  const [archives, added] = [packer.toPy(files.map(file => read(from, file))), packer.toPy(more)];
  return packer.globals.get("pack")(archives, added, level).toJs();
};
write("start.zip", pack(plan.start, { "kernel.py": new Uint8Array(own("kernel.py")) }, 0));
const wheels = [...new Set(Object.values(plan.later))];
for (const file of wheels) write(file, pack([file], {}, file.startsWith("numpy-") ? 1 : 2)); // numpy reads its own help

const woken = async (options, modules) => {
  const fsInit = place(plan.lessons, FS => FS.writeFile("/lib/start.zip", read(to, "start.zip")));
  const pyodide = await loadPyodide({ ...settings, ...options, fsInit });
  begin(pyodide, plan.later, modules);
  return pyodide;
};

// Matplotlib lists its fonts once: the list travels in its wheel.
const drawing = await woken({}, []);
drawing.registerJsModule("within_limits_site", { read: file => read(to, file) });
drawing.runPython(own("draw.py").toString());
const fonts = "matplotlib/fontlist.json";
write(plan.later.matplotlib, pack([plan.later.matplotlib], { [fonts]: drawing.FS.readFile(`${SITE}/${fonts}`) }, 2));

// What was freed still holds what it held: zeros in its place make a smaller file.
const clear = ({ _module: memory }) => {
  const held = [];
  memory._malloc_set_footprint_limit(memory._malloc_footprint());
  for (let size = 2 ** 24; size >= 16; size /= 2) for (let at; (at = memory._calloc(1, size)); ) held.push(at);
  held.forEach(at => memory._free(at));
  memory._malloc_set_footprint_limit(-1);
};

// What the large packages import from the small ones is in the memory too.
const kernel = await woken({ _makeSnapshot: true }, drawing.globals.get("used").toJs());
clear(kernel);
writePacked("memory", kernel.makeMemorySnapshot());
