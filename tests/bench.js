/** Give the page of tests/bench.py its stopwatch, `wlTake`. `NEXT` says for each cell what changes there. */
NEXT => {
  const cells = [...document.querySelectorAll(".jp-Notebook .jp-Cell")].slice(2);
  const pause = time => new Promise(done => setTimeout(done, time));
  const frame = () => new Promise(done => requestAnimationFrame(done));
  const all = (view, find) => [...view.querySelectorAll(find)];
  const APART = 150; // as all others have since the change before on their page: a turn of the other

  function fire(control) {
    if (control.matches("button, summary, [type=radio], [type=checkbox]")) return control.click();
    if (control.matches("select")) control.selectedIndex = (control.selectedIndex + 1) % control.length;
    else control.value = `c02 ${Math.random()}`;
    const tell = name => control.dispatchEvent(new Event(name, { bubbles: true }));
    ["input", "change"].forEach(tell);
  }

  /** Return the milliseconds from an event until two frames after the page has changed.
   *
   * What `interact` shows has changed when the new view is there, not when the old one is gone. */
  function changed(cell, control) {
    const watched = all(cell, ".widget-label, .widget-output, .wl-awake").at(-1);
    const old = watched.matches(".widget-output") && watched.querySelector(".wl-page");
    const news = new Promise(done => {
      new MutationObserver((_, observer) => {
        const page = watched.querySelector(".wl-page");
        if (old && (!page || page === old)) return;
        observer.disconnect();
        done();
      }).observe(watched, { subtree: true, childList: true, characterData: true, attributes: true });
    });
    const began = performance.now();
    fire(control);
    const seen = news.then(frame).then(frame).then(() => performance.now() - began);
    return Promise.race([seen, pause(5000)]);
  }

  /** Bring about that the next change shows something new; return the control for it. */
  async function ready(at, turn) {
    const cell = cells[at], next = NEXT[at] ? all(cell, NEXT[at]) : [];
    const checked = next.findIndex(control => control.type === "radio" && control.checked);
    if (next.length) return next[(checked < 0 ? turn : checked + 1) % next.length];
    for (const group of all(cell, "fieldset.wl-options").reverse()) {
      const radios = all(group, "input"), at = radios.findIndex(radio => radio.checked);
      if (at < 0 || !group.previousElementSibling) {
        await changed(cell, radios[(at + 1) % radios.length]);
        await pause(APART);
      }
    }
    const boxes = all(cell, "textarea");
    if (boxes.length) fire(boxes[turn % boxes.length]);
    const looks = cell.querySelector("[name=show]"); // saving the work to files is no look at it
    const others = all(cell, ".jp-OutputArea :is(button, input)");
    return looks ?? others.at(-1);
  }

  /** Make the next change of a cell, after a rest and so much of a frame. */
  window.wlTake = async (at, turn, rest, phase) => {
    cells[at].scrollIntoView();
    const control = await ready(at, turn);
    await pause(rest);
    await frame();
    await pause(phase);
    return changed(cells[at], control);
  };
}
