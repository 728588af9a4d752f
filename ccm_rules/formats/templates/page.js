"use strict";
(() => {
  const all = (what, where = document) => Array.from(where.querySelectorAll(what));
  const names = ["party", "theme", "severity"];
  const proofs = all("details.proof");

  // Explanations are closed until someone asks; without scripts they all stand open.
  for (const proof of proofs) proof.open = false;
  const reveal = () => {
    let id = location.hash.slice(1);
    try { id = decodeURIComponent(id); } catch { /* not an address of ours */ }
    const target = document.getElementById(id);
    if (!target) return;
    const proof = target.closest("details.proof");
    if (proof) {
      if (proof.hidden) { form.reset(); filter(); }
      proof.open = true;
      proof.scrollIntoView();
      proof.querySelector("summary").focus({ preventScroll: true });
    }
  };
  addEventListener("hashchange", reveal);
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    if (link && link.hash === location.hash) reveal();
  });
  let shut = [];
  addEventListener("beforeprint", () => {
    shut = proofs.filter((proof) => !proof.open);
    for (const proof of shut) proof.open = true;
  });
  addEventListener("afterprint", () => { for (const proof of shut) proof.open = false; });

  // Filter: what says nothing of a State, a theme or a severity stays.
  const form = document.getElementById("filter") || document.createElement("form");
  const output = form.querySelector("output");
  const items = all("main tbody tr, details.proof").filter((item) =>
    names.some((name) => name in item.dataset));
  const filter = () => {
    const wanted = names.map((name) => [name, form.elements[name] ? form.elements[name].value : ""])
      .filter(([, value]) => value);
    let shown = 0, concerned = 0;
    for (const item of items) {
      const asked = wanted.filter(([name]) => name in item.dataset);
      item.hidden = asked.some(([name, value]) => item.dataset[name] !== value);
      if (asked.length) concerned += 1;
      if (asked.length && !item.hidden) shown += 1;
    }
    for (const table of all("main table")) {
      const rows = all("tbody tr", table);
      table.closest(".scroll").hidden = rows.length > 0 && rows.every((row) => row.hidden);
    }
    if (output) output.textContent = wanted.length
      ? `${output.dataset.some} ${shown} / ${concerned}` : output.dataset.all;
    const query = new URLSearchParams(wanted).toString();
    try {
      history.replaceState(null, "", `${location.pathname}${query ? `?${query}` : ""}${location.hash}`);
    } catch { /* an address that may not change: the filter works without it */ }
  };
  if (items.length && form.elements.length > 1) {
    form.hidden = false;
    const asked = new URLSearchParams(location.search);
    for (const name of names) {
      const field = form.elements[name];
      if (field && asked.get(name)) field.value = asked.get(name);
      if (field && field.selectedIndex < 0) field.value = "";
    }
    form.addEventListener("change", filter);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", () => setTimeout(filter));
    filter();
  }

  // Sort: a heading is a button.
  const order = new Intl.Collator(document.documentElement.lang, { numeric: true });
  const key = (row, at) => {
    const cell = row.cells[at];
    return "key" in cell.dataset ? cell.dataset.key : cell.textContent.trim();
  };
  for (const table of all("main table")) {
    const heads = all("thead th", table);
    const body = table.tBodies[0];
    if (body.rows.length < 2) continue;
    heads.forEach((head, at) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = head.textContent;
      head.textContent = "";
      head.append(button);
      button.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") === "ascending";
        for (const other of heads) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const rows = Array.from(body.rows);
        rows.sort((a, b) => {
          const one = key(a, at), other = key(b, at);
          if (!one !== !other) return one ? -1 : 1; // what is empty stands last
          return (down ? -1 : 1) * order.compare(one, other);
        });
        body.append(...rows);
      });
    });
  }
  // Once more when the browser has gone to the address itself, which takes the focus away.
  reveal();
  addEventListener("load", () => setTimeout(reveal));
})();
