// Starts Python in the worker of a lesson. It takes the place of Pyodide's own loader, and wakes a kernel that the
// build left ready in memory; where that can't be done, it starts one the long way.
import { keepWork } from "./journal.mjs";

export const SITE = "/lib/python3.12/site-packages";
export const WORK = "/student";

// Puts the files there that Python expects from its first moment.
export const place = ({ start, lessons }) => FS => {
  FS.mkdirTree("/lib");
  FS.writeFile("/lib/start.zip", start);
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

const memory = async address => {
  const unpacked = (await got(address)).body.pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(unpacked).arrayBuffer());
};

// A worker may wait for a file; the import that asks for one can't do otherwise.
const reader = base => file => {
  tell("package", { name: file.split("-")[0] });
  const request = new XMLHttpRequest();
  request.open("GET", base + file, false);
  request.responseType = "arraybuffer";
  request.send();
  tell("ready");
  if (request.status !== 200) throw new Error(`${file} could not be read: ${request.status} ${request.statusText}`);
  return new Uint8Array(request.response);
};

const wake = async (base, options) => {
  tell("files");
  const [core, start, lessons, wheels, ready] = await Promise.all([
    import("./pyodide.mjs"),
    got(`${base}start.zip`).then(answer => answer.arrayBuffer()).then(bytes => new Uint8Array(bytes)),
    got(`${base}lessons.json`).then(answer => answer.json()),
    got(`${base}wheels.json`).then(answer => answer.json()),
    memory(`${base}memory.gz`).catch(error => console.warn("Python starts the long way:", error)),
  ]);
  tell("python");
  const settings = { ...options, indexURL: base, packages: [], fsInit: place({ start, lessons }) };
  const pyodide = await core.loadPyodide(ready ? { ...settings, _loadSnapshot: ready } : settings);
  if (!ready) begin(pyodide, wheels, []);
  pyodide.registerJsModule("within_limits_site", { read: reader(base) });
  await keepWork(pyodide, WORK, message => self.postMessage({ withinLimits: message }));
  pyodide.runPython(`import os, random; os.environ["WITHIN_LIMITS_HOME"] = "${WORK}"; random.seed(); del os, random`);
  return pyodide;
};

// Called by the kernel in place of Pyodide's own function of this name, with the same options.
export async function loadPyodide(options) {
  self.addEventListener("unhandledrejection", failed); // Pyodide waits for ever when a file of its own is missing
  try {
    const pyodide = await wake(new URL("./", import.meta.url).href, options);
    tell("ready");
    return pyodide;
  } catch (error) {
    failed();
    throw error;
  } finally {
    self.removeEventListener("unhandledrejection", failed);
  }
}
