// Starts Python in the worker of a lesson. It takes the place of Pyodide's own loader, and wakes a kernel that the
// build left ready in memory; where that can't be done, it starts one the long way.
import { keepWork } from "./journal.mjs";
import { lazily, restored, usable } from "./memory.mjs";

export const SITE = "/lib/python3.12/site-packages";
const WASM = { "Content-Type": "application/wasm" };
export const WORK = "/student";

// Puts the files there that Python expects from its first moment; `archive` adds that of the small packages.
export const place = (lessons, archive) => FS => {
  FS.mkdirTree("/lib");
  archive(FS);
  for (const [file, text] of Object.entries(lessons)) {
    FS.mkdirTree(`${SITE}/${file}`.replace(/\/[^/]*$/, ""));
    FS.writeFile(`${SITE}/${file}`, text);
  }
};

// Brings up the kernel in a Python that has none yet, and imports some modules ahead.
export const begin = (pyodide, wheels, modules) => {
  const kernel = pyodide.runPython("import sys; sys.path.append('/lib/start.zip'); del sys; import kernel; kernel");
  kernel.begin(pyodide.toPy(wheels), pyodide.toPy(modules));
  kernel.destroy();
};

// The page of the lesson hears how far its Python is.
const tell = (step, more = {}) => self.postMessage({ withinLimits: { step, ...more } });
const failed = () => tell("failed");

const got = async address => {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address}: ${answer.status} ${answer.statusText}`);
  return answer;
};

const unpacked = async address =>
  new Response((await got(address)).body.pipeThrough(new DecompressionStream("gzip")), { headers: WASM });

const bytes = async answer => new Uint8Array(await (await answer).arrayBuffer());

// Pyodide asks for its largest file by the name of the unpacked one.
const fetchAsUsual = globalThis.fetch;
const fetchPacked = (address, ...options) =>
  `${address}`.endsWith(".wasm") ? unpacked(`${address}.bin`) : fetchAsUsual(address, ...options);

// A worker may wait for a file; the import that asks for one can't do otherwise.
const reader = base => file => {
  tell("package", { name: file.split("-")[0] });
  const request = new XMLHttpRequest();
  request.open("GET", base + file, false);
  request.responseType = "arraybuffer";
  request.send();
  tell(request.status === 200 ? "ready" : "failed");
  if (request.status !== 200) throw new Error(`${file} could not be read: ${request.status} ${request.statusText}`);
  return new Uint8Array(request.response);
};

// Brings up a Python with its kernel: from a memory, or the long way when there is none. `archive` places the archive
// of the small packages.
const up = async ({ core, lessons, wheels, memory }, options, archive) => {
  const settings = { ...options, packages: [], fsInit: place(lessons, archive) };
  if (memory) return restored(core, settings, memory);
  const pyodide = await core.loadPyodide(settings);
  begin(pyodide, wheels, []);
  return pyodide;
};

// Gives it what changes with each start: `read` gives a wheel, and `keep` makes a place for the student's work.
const furnished = async (pyodide, { read, keep }) => {
  pyodide.registerJsModule("within_limits_site", { read });
  await keep(pyodide);
  pyodide.runPython(`import os, random; os.environ["WITHIN_LIMITS_HOME"] = "${WORK}"; random.seed(); del os, random`);
  return pyodide;
};

export const open = async (files, options, { archive, ...more }) =>
  furnished(await up(files, options, archive), more);

const longWay = error => console.warn("Python starts the long way:", error);

const wake = async (base, options) => {
  const way = self.name === base ? undefined : lazily(base); // the page gives this name after a restore that hung
  tell("files");
  const [core, lessons, wheels, memory] = await Promise.all([
    import("./pyodide.mjs"),
    got(`${base}lessons.json`).then(answer => answer.json()),
    got(`${base}wheels.json`).then(answer => answer.json()),
    way && usable() ? bytes(unpacked(`${base}memory.bin`)).catch(longWay) : undefined,
  ]);
  const files = { core, lessons, wheels };
  const settings = { ...options, indexURL: base };
  const quick = async () => {
    tell("restoring", { base });
    return way.settle(await up({ ...files, memory }, { ...settings, ...way.options }, way.archive));
  };
  const long = async () => {
    tell("long");
    self.addEventListener("unhandledrejection", failed); // Pyodide waits for ever when a file of its own is missing
    const small = await bytes(got(`${base}start.zip`));
    return up(files, settings, FS => FS.writeFile("/lib/start.zip", small));
  };
  const pyodide = await furnished((memory && (await quick().catch(longWay))) ?? (await long()), {
    read: reader(base),
    keep: python => keepWork(python, WORK, message => self.postMessage({ withinLimits: message })),
  });
  // By the name of its session a lesson finds its own views on a page that has two lessons.
  pyodide.runPython(`import os; os.environ["JPY_SESSION_NAME"] = os.urandom(8).hex(); del os`);
  return pyodide;
};

// Called by the kernel in place of Pyodide's own function of this name, with the same options.
export async function loadPyodide(options) {
  self.fetch = fetchPacked;
  try {
    const pyodide = await wake(new URL("./", import.meta.url).href, options);
    tell("ready");
    return pyodide;
  } catch (error) {
    failed();
    throw error;
  } finally {
    self.fetch = fetchAsUsual;
    self.removeEventListener("unhandledrejection", failed);
  }
}
