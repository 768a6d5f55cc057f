// What test_kept.py finds in a browser: each test returns what it found, and what is right.
import { copies, setAside } from "/web/versions.js";

const LESSON = "04.ipynb";
const NEW = "Within Limits new";
const COPY = "04 my copy 2024-05-30 12.00.00.ipynb";

const texts = words => ({ cells: [{ source: words }] });

// The settings of a site that has one lesson.
const SITE = {
  "jupyter-lite.json": { "jupyter-config-data": { contentsStorageName: NEW } },
  [`files/${LESSON}`]: texts("new words"),
};
globalThis.fetch = async path => new Response(JSON.stringify(SITE[path]));

async function store(name, ...models) {
  const request = indexedDB.open(name, 1);
  request.onupgradeneeded = () => {
    const files = request.result.createObjectStore("files");
    for (const [path, words, day] of models) {
      const content = texts(words);
      files.put({ path, content, type: "notebook", last_modified: `${day}T12:00:00Z` }, path);
    }
  };
  await new Promise(done => { request.onsuccess = done; });
  request.result.close();
}

const listed = async () => (await copies([LESSON])).map(({ path, earlier }) => `${earlier ? "earlier " : ""}${path}`);

const bytes = text => new TextEncoder().encode(text);
const kept = async ({ all, answers }) => new Blob(answers(await all())).text();

export const TESTS = {
  "answers stay with a new Python, and in their own site": async () => {
    const homes = ["one/static/python-1", "one/static/python-2", "two/static/python-1"];
    const [one, newer, other] = await Promise.all(homes.map(home => import(`/${home}/journal.mjs`)));
    await one.add([{ path: "a.jsonl", bytes: bytes("1") }]);
    return [[await kept(one), await kept(newer), await kept(other)], ["\n1", "\n1", ""]];
  },
  "records make the files that Python had": async () => {
    const { answers } = await import("/one/static/python-1/journal.mjs");
    const records = [
      { path: "a.jsonl", bytes: bytes("of no more use") }, { path: "a.jsonl", bytes: bytes("1"), whole: true },
      { path: "a.jsonl", bytes: bytes("2") }, { path: "c.jsonl", bytes: bytes("deleted") },
      { path: "c.jsonl", gone: true }, { path: "d.txt", bytes: bytes("no answers") },
      { path: "b.jsonl", from: "a.jsonl" }, { path: "b.jsonl", from: "a.jsonl" }, // two pages renamed it
    ];
    return [await new Blob(answers(records.map(value => ({ value })))).text(), "\n12"];
  },
  "a changed copy of an older version is kept once, and no other": async () => {
    await store("Within Limits old", [LESSON, "my words", "2024-05-30"], [`x/${LESSON}`, "new words", "2024-05-31"]);
    await store("Another page", [LESSON, "not ours", "2024-06-01"]);
    return [[await listed(), await listed()], [[`earlier ${COPY}`], [`earlier ${COPY}`]]];
  },
  "a lesson that is got fresh leaves its copy": async () => {
    await store(NEW, [LESSON, "my words", "2024-05-30"]);
    const before = await listed();
    await setAside(LESSON);
    return [[before, await listed()], [[LESSON], [`earlier ${COPY}`]]];
  },
};
