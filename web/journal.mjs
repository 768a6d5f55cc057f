// The student's work as files that outlast the page: each piece that Python writes, and each file that it renames or
// deletes, becomes a record in this browser's database. Records are only ever added, so two pages that are open at once
// keep all of both.

const STORE = "records";
const O_APPEND = 0o2000;

// The address is part of the name: two sites on one host do not share their answers.
const NAME = `Within Limits work ${new URL("../../", import.meta.url).pathname}`;

/**
 * Mount the kept files at `folder`. Python writes at once, the browser a moment later. `tell` hears {step: "restored",
 * records} of how many there were, {step: "kept"} when the browser has caught up, and
 * {step: "unkept", why: "full" | "blocked" | "dropped"} when it could not keep a record, or dropped what it had.
 */
export async function keepWork(pyodide, folder, tell = () => {}) {
  const { FS, ERRNO_CODES } = pyodide;
  const { MEMFS } = FS.filesystems;
  const others = new BroadcastChannel(NAME);
  const waiting = [];
  let trouble = 0;
  let saving = false;
  let restoring = false;
  dropped = () => tell({ step: "unkept", why: "dropped" });

  async function save() {
    if (saving) return;
    saving = true;
    try {
      do {
        const batch = [...waiting];
        const keys = await add(batch);
        waiting.splice(0, batch.length);
        batch.forEach((record, at) => others.postMessage({ ...record, key: keys[at] }));
      } while (waiting.length);
      tell({ step: "kept" });
      trouble = 0;
    } catch (error) {
      report(error);
    }
    saving = false;
  }

  function report(error) {
    const full = error?.name === "QuotaExceededError";
    trouble = full ? ERRNO_CODES.ENOSPC : ERRNO_CODES.EROFS;
    tell({ step: "unkept", why: full ? "full" : "blocked" });
  }

  const within = (node, name) => `${FS.getPath(node)}${name ? `/${name}` : ""}`.slice(folder.length + 1);

  function record(change) {
    if (restoring) return;
    waiting.push(change);
    save();
  }

  const files = {
    rename: (from, path) => again(() => FS.rename(`${folder}/${from}`, `${folder}/${path}`)),
    remove: path => again(() => FS.unlink(`${folder}/${path}`)),
    write(path, bytes, whole) {
      const full = `${folder}/${path}`;
      FS.mkdirTree(full.slice(0, full.lastIndexOf("/")));
      const node = FS.analyzePath(full).object ?? FS.create(full);
      if (whole) MEMFS.node_ops.setattr(node, { size: 0 });
      MEMFS.stream_ops.write({ node }, bytes, 0, bytes.length, node.usedBytes, false);
    },
  };

  // Of a file that two pages renamed or deleted, the second finds nothing.
  function again(act) {
    restoring = true;
    try {
      act();
    } catch (error) {
      if (error.errno !== ERRNO_CODES.ENOENT) throw error;
    } finally {
      restoring = false;
    }
  }

  // A record that could not be kept is tried again with the next one, which Python must not think safe.
  function check() {
    if (!trouble) return;
    save();
    throw new FS.ErrnoError(trouble);
  }

  const content = node => new Uint8Array(MEMFS.getFileDataAsTypedArray(node));
  const refuse = () => {
    throw new FS.ErrnoError(ERRNO_CODES.EPERM);
  };

  // `before` is what a file held until it was opened to be written anew; it is one record when it is closed.
  const file = {
    setattr(node, attributes) {
      if (attributes.size !== undefined) {
        check();
        node.before ??= content(node);
      }
      MEMFS.node_ops.setattr(node, attributes);
    },
    write(stream, buffer, offset, length, position) {
      const { node, flags } = stream;
      check();
      if (!(flags & O_APPEND)) node.before ??= content(node);
      const bytes = new Uint8Array(buffer.subarray(offset, offset + length));
      MEMFS.stream_ops.write(stream, bytes, 0, length, position, false);
      if (!node.before) record({ path: within(node), bytes });
      return length;
    },
    close({ node }) {
      if (!node.before) return;
      const [before, now] = [node.before, content(node)];
      node.before = undefined;
      const same = before.length === now.length && before.every((byte, at) => byte === now[at]);
      if (!same) record({ path: within(node), bytes: now, whole: true });
    },
  };

  const inFolder = {
    mknod: (...parts) => adopt(MEMFS.createNode(...parts)),
    rename(node, parent, name) {
      if (FS.isDir(node.mode)) refuse();
      check();
      const from = within(node);
      MEMFS.node_ops.rename(node, parent, name);
      record({ path: within(parent, name), from });
    },
    unlink(parent, name) {
      check();
      MEMFS.node_ops.unlink(parent, name);
      record({ path: within(parent, name), gone: true });
    },
    rmdir: refuse,
    symlink: refuse,
  };

  function adopt(node) {
    if (FS.isDir(node.mode)) {
      node.node_ops = { ...node.node_ops, ...inFolder };
    } else {
      node.node_ops = { ...node.node_ops, setattr: file.setattr };
      node.stream_ops = { ...node.stream_ops, write: file.write, close: file.close, mmap: undefined };
    }
    return node;
  }

  FS.mkdirTree(folder);
  FS.mount({ mount: mount => adopt(MEMFS.mount(mount)) }, {}, folder);

  // Other pages may write while the records are read: what they send meanwhile waits, and what was read is not doubled.
  const early = [];
  others.onmessage = ({ data }) => early.push(data);
  let last = 0;
  try {
    const records = await all();
    for (const one of records) {
      play(one.value, files);
      last = one.key;
    }
    tell({ step: "restored", records: records.length });
  } catch (error) {
    report(error);
  }
  early.filter(one => one.key > last).forEach(one => play(one, files));
  others.onmessage = ({ data }) => play(data, files);
}

let database;
let dropped = () => {}; // hears that the browser has dropped the database while a page was open

function open() {
  database ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { autoIncrement: true });
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      request.result.onclose = () => {
        database = undefined;
        dropped();
      };
      resolve(request.result);
    };
  });
  database.catch(() => { database = undefined; });
  return database;
}

async function transact(mode, work) {
  const transaction = (await open()).transaction(STORE, mode, { durability: "strict" });
  return new Promise((resolve, reject) => {
    const requests = work(transaction.objectStore(STORE));
    transaction.oncomplete = () => resolve(requests.map(request => request.result));
    transaction.onabort = () => reject(transaction.error);
  });
}

export const add = records => transact("readwrite", store => records.map(record => store.add(record)));

export async function all() {
  const [keys, values] = await transact("readonly", store => [store.getAllKeys(), store.getAll()]);
  return keys.map((key, at) => ({ key, value: values[at] }));
}

/** Do once more what a record says, in some files. */
function play({ path, bytes, whole, from, gone }, files) {
  if (from !== undefined) files.rename(from, path);
  else if (gone) files.remove(path);
  else files.write(path, bytes, whole);
}

/** Return the pieces of every file of answers, as `records` make them. */
export function answers(records) {
  const kept = new Map();
  const files = {
    rename(from, path) {
      if (kept.has(from)) kept.set(path, kept.get(from));
      kept.delete(from);
    },
    remove: path => kept.delete(path),
    write: (path, bytes, whole) => kept.set(path, [...((!whole && kept.get(path)) || []), bytes]),
  };
  for (const { value } of records) play(value, files);
  return [...kept].flatMap(([path, pieces]) => (path.endsWith(".jsonl") ? ["\n", ...pieces] : []));
}
