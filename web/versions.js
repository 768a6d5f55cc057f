// A new version of the site has a new store for lessons, so that it reaches everybody. The copies that a student saved
// in an older store are copied into the new one, once each, under names of their own. Nothing is deleted or replaced.

const FILES = "files";
const STAMP = / my copy \d{4}-\d\d-\d\d \d\d\.\d\d\.\d\d(?=\.ipynb$)/;

/**
 * Return the student's own copies, the newest first, as {path, lesson, saved, earlier}: those in the place of one of
 * the `lessons`, and the earlier ones. A copy with no word changed is none.
 */
export async function copies(lessons) {
  const current = await currentName();
  const known = (await indexedDB.databases?.()) ?? [];
  const originals = new Map();
  const changed = async ({ path, content }) => {
    const lesson = lessonOf(path);
    if (!lessons.includes(lesson)) return true;
    if (!originals.has(lesson)) originals.set(lesson, texts(await json(`files/${lesson}`)));
    return texts(content) !== originals.get(lesson);
  };
  for (const { name } of known) {
    if (!name.startsWith("Within Limits ") || name === current) continue;
    const old = await notebooks(name);
    for (const model of old) if (await changed(model)) await keep(current, model);
  }
  if (!(await indexedDB.databases?.())?.some(({ name }) => name === current)) return [];
  const found = [];
  for (const model of await notebooks(current)) {
    const earlier = STAMP.test(model.path);
    if (!earlier && !(lessons.includes(model.path) && (await changed(model)))) continue;
    found.push({ path: model.path, lesson: lessonOf(model.path), saved: new Date(model.last_modified), earlier });
  }
  return found.sort((one, other) => other.saved - one.saved);
}

/** Give the copy at `path` a name of its own, so that the site's own lesson shows again. */
export async function setAside(path) {
  const current = await currentName();
  await inStore(current, "readwrite", async files => {
    const model = await done(files.get(path));
    await addOnce(files, model);
    files.delete(path);
  });
}

const keep = (name, model) => inStore(name, "readwrite", files => addOnce(files, model));

async function addOnce(files, model) {
  const path = aside(model);
  if (!(await done(files.getKey(path)))) files.add({ ...model, path, name: path }, path);
}

const lessonOf = path => path.split("/").pop().replace(STAMP, "");

// A copy lies beside the lessons, so that its links to them lead there.
function aside({ path, last_modified: saved }) {
  const stamp = new Date(saved).toISOString().slice(0, 19).replace("T", " ").replaceAll(":", ".");
  return lessonOf(path).replace(/\.ipynb$/, ` my copy ${stamp}.ipynb`);
}

const texts = notebook => JSON.stringify(notebook.cells.map(({ source }) => [source].flat().join("")));

const json = async path => (await fetch(path, { cache: "no-cache" })).json();

const currentName = async () => (await json("jupyter-lite.json"))["jupyter-config-data"].contentsStorageName;

async function notebooks(name) {
  const models = await inStore(name, "readonly", files => done(files.getAll()));
  return (models ?? []).filter(model => model?.type === "notebook" && model.content?.cells);
}

const done = request => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

/** Do some work in the files of a store; nothing when it has none to read. */
async function inStore(name, mode, work) {
  let database = await open(name);
  try {
    if (!database.objectStoreNames.contains(FILES)) {
      if (mode === "readonly") return undefined;
      const next = database.version + 1;
      database.close();
      database = await open(name, next);
    }
    const transaction = database.transaction(FILES, mode);
    const finished = new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = () => reject(transaction.error);
    });
    const result = await work(transaction.objectStore(FILES));
    await finished;
    return result;
  } finally {
    database.close();
  }
}

// Opened by its number, a store that is missing is made the way the notebook page makes it.
async function open(name, version) {
  const request = indexedDB.open(name, version);
  request.onupgradeneeded = () => request.result.createObjectStore(FILES);
  const database = await done(request);
  database.onversionchange = () => database.close();
  return database;
}
