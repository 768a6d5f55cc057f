// The kept memory of a Python whose kernel is up. All that rests on what Pyodide promises nobody is in this module: the
// option for a memory, and archives that are read only when something is imported that the memory does not have. Where
// a memory can't be restored, a lesson starts Python the long way, from promised options alone.

/** With false here, every lesson starts Python the long way. */
const USED = true;

const STANDARD = "python312.zip";
const PATIENCE = 30e3; // milliseconds; a restore takes one second on a laptop

/** Whether a memory is worth loading: on these platforms Python's own start differs from the build's, and none fits. */
export const usable = () => USED && !/iPad|iPhone|iPod/.test(globalThis.navigator?.platform);

/** Return a Python that goes on from a memory; throw when the memory does not fit it, or nothing happens for long. */
export const restored = async (core, settings, memory) => {
  const listening = new AbortController();
  const trouble = new Promise((_, reject) => {
    const late = setTimeout(reject, PATIENCE, new Error("it hangs"));
    listening.signal.onabort = () => clearTimeout(late);
    // Pyodide waits for ever after some errors of its own.
    globalThis.addEventListener?.("unhandledrejection", ({ reason }) => reject(reason), listening);
  });
  try {
    const pyodide = await Promise.race([core.loadPyodide({ ...settings, _loadSnapshot: memory }), trouble]);
    pyodide.runPython("import kernel"); // what does not fit fails here, before it touches the student's work
    return pyodide;
  } finally {
    listening.abort();
  }
};

/** How a worker restores a memory: the archives stay at `base` until they are needed. */
export const lazily = base => {
  const lazy = (FS, name, file) => FS.createLazyFile("/lib", name, base + file, true, false);
  return {
    options: { stdLibURL: "data:," },
    archive: FS => lazy(FS, "start.zip", "start.zip"),
    settle: pyodide => {
      pyodide.FS.unlink(`/lib/${STANDARD}`);
      lazy(pyodide.FS, STANDARD, "python_stdlib.zip");
      return pyodide;
    },
  };
};
