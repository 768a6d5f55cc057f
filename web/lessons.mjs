// Runs every lesson of a built site in the site's own Python, from the files that a browser would get:
// `node lessons.mjs SITE`. It names each cell that raises, prints, warns, or says other than its notebook has stored.
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { gunzipSync } from "node:zlib";

// A stack trace would print the whole runtime, which is one line.
process.on("uncaughtException", error => {
  console.error(said(error));
  process.exit(1);
});

const said = ({ message, type, name }) => message || type || name;
const site = resolve(process.argv[2]);
const load = path => JSON.parse(readFileSync(path, "utf8"));

const told = load(join(site, "jupyter-lite.json"))["jupyter-config-data"].litePluginSettings;
const script = join(site, told["@jupyterlite/pyodide-kernel-extension:kernel"].pyodideUrl);
const home = dirname(script);
const bytes = file => new Uint8Array(readFileSync(join(home, file)));
const packed = file => new Uint8Array(gunzipSync(bytes(`${file}.bin`)));

// Node.js reads the large file unpacked, from a folder.
const core = mkdtempSync(join(tmpdir(), "within-limits-"));
process.on("exit", () => rmSync(core, { recursive: true }));
for (const file of ["pyodide.mjs", "pyodide.asm.js", "pyodide-lock.json", "python_stdlib.zip"]) {
  writeFileSync(join(core, file), bytes(file));
}
writeFileSync(join(core, "pyodide.asm.wasm"), packed("pyodide.asm.wasm"));

const { WORK, open } = await import(pathToFileURL(script));
const files = {
  core: await import(pathToFileURL(join(core, "pyodide.mjs"))),
  lessons: load(join(home, "lessons.json")),
  wheels: load(join(home, "wheels.json")),
};
const memory = packed("memory");

// The kernel as the page's worker has it: `run` gives the outputs of a cell, in the form of a notebook.
const kernel = async memory => {
  let outputs = [];
  const plain = value => value?.toJs?.({ dict_converter: Object.fromEntries }) ?? value;
  const stream = (name, text) => outputs.push({ output_type: "stream", name, text });
  const shown = output_type => data => outputs.push({ output_type, data: plain(data) });
  const streams = { stdout: text => stream("stdout", text), stderr: text => stream("stderr", text) };
  const pyodide = await open({ ...files, memory }, { ...streams, indexURL: `${core}/` }, {
    archive: FS => FS.writeFile("/lib/start.zip", bytes("start.zip")),
    read: bytes,
    keep: ({ FS }) => FS.mkdirTree(WORK),
  });
  pyodide.runPython("import piplite.piplite, pyodide_kernel");
  const { kernel_instance: python, stdout_stream, stderr_stream } = pyodide.globals.get("pyodide_kernel");
  const { interpreter } = python;
  stdout_stream.publish_stream_callback = stderr_stream.publish_stream_callback = stream;
  interpreter.displayhook.publish_execution_result = (_, data) => shown("execute_result")(data);
  interpreter.display_pub.display_data_callback = shown("display_data");
  interpreter.display_pub.update_display_data_callback = shown("update_display_data");
  interpreter.send_comm = (...message) => message.forEach(plain);
  return async code => {
    outputs = [];
    python._parent_header = pyodide.toPy({ header: {} });
    const { status, ename, evalue } = plain(await python.run(code));
    if (status === "error") outputs.push({ output_type: "error", ename: /'(.*)'/.exec(ename)?.[1] ?? ename, evalue });
    return outputs;
  };
};

// A picture may differ in its bytes from one matplotlib to the next; its words may not.
const words = text => [text].flat().join("").replace(/data:image\/[a-z+]+;base64,[\w+/=]+/g, "PICTURE");

const kinds = outputs => outputs.map(one => one.output_type).join(", ") || "nothing";

const trouble = (stored, outputs) => {
  for (const { output_type, name, text, ename, evalue } of outputs) {
    if (output_type === "error") return `it raises ${ename}: ${evalue}`;
    if (output_type === "stream") return `it writes to ${name}: ${text.trim()}`;
  }
  if (kinds(outputs) !== kinds(stored)) return `it gives ${kinds(outputs)}, where ${kinds(stored)} is stored`;
  for (const [place, { data }] of stored.entries()) {
    for (const [type, text] of Object.entries(data)) { // a live widget has one type more than its stored still view
      const [now, then] = [words(outputs[place].data[type] ?? ""), words(text)];
      if (now === then) continue;
      let at = 0;
      while (now[at] === then[at]) at++;
      const [given, wanted] = [now, then].map(one => one.slice(Math.max(0, at - 30), at + 50));
      return `its ${type} has “${given}”, where “${wanted}” is stored`;
    }
  }
  return "";
};

const check = async (lesson, name, memory) => {
  const start = performance.now();
  const found = [];
  try {
    const run = await kernel(memory);
    for (const { cell_type, id, source, outputs } of load(join(site, "files", lesson)).cells) {
      if (cell_type !== "code") continue;
      const wrong = trouble(outputs, await run([source].flat().join("")));
      if (wrong) found.push(`cell ${id}: ${wrong}`);
    }
  } catch (error) {
    found.push(said(error));
  }
  console.log(`${found.length ? "failed" : "passed"}  ${((performance.now() - start) / 1000).toFixed(1).padStart(5)} s  ${name}`);
  for (const one of found) console.log(`  ${name}, ${one}`);
  return found.length === 0;
};

const lessons = readdirSync(join(site, "files")).filter(file => file.endsWith(".ipynb")).sort();
if (!lessons.length) throw new Error(`${site} has no lessons.`);
const results = [];
for (const lesson of lessons) results.push(await check(lesson, lesson, memory));
results.push(await check(lessons[0], `${lessons[0]} without the kept memory`));
const passed = results.filter(Boolean).length;
console.log(`${passed} passed, ${results.length - passed} failed`);
process.exit(passed === results.length ? 0 : 1); // a kernel that is up would wait for ever
