"use strict";
/* The address says what is shown: `#q=text&show=broken` filters, and `#id` opens one item. */
const page = {
  items: [],
  /* What other scripts of the page want to know and to decide. */
  hooks: { matches: () => true, changed: () => {} },
  /* The filters in the address; `null` if it names an item. */
  filters() {
    const hash = location.hash.slice(1);
    if (hash && !hash.includes("=")) return null;
    return new URLSearchParams(hash);
  },
  /* Changes some filters. Empty ones leave the address. */
  change(values) {
    const filters = page.filters() || new URLSearchParams();
    for (const [name, value] of Object.entries(values)) {
      if (value) filters.set(name, value); else filters.delete(name);
    }
    history.replaceState(null, "", "#" + filters);
    page.update();
  },
  update() {
    const filters = page.filters();
    if (!filters) {
      page.show(new URLSearchParams());
      page.open(decodeURIComponent(location.hash.slice(1)));
      return;
    }
    page.show(filters);
  },
  show(filters) {
    const words = (filters.get("q") || "").toLowerCase().split(/\s+/).filter(Boolean);
    const wanted = filters.get("show");
    const search = document.getElementById("q");
    if (search && document.activeElement !== search) search.value = filters.get("q") || "";
    page.hooks.changed(filters);
    let count = 0;
    for (const item of page.items) {
      const matches = words.every((word) => (item.text ??= page.text(item.element)).includes(word))
        && (!wanted || item.element.dataset.kind === wanted) && page.hooks.matches(item.element);
      item.element.hidden = !matches;
      if (matches && item.element.dataset.counted !== undefined) count += 1;
    }
    const isFiltered = words.length > 0 || Boolean(wanted);
    for (const group of document.querySelectorAll("[data-group]")) {
      const isEmpty = !group.querySelector("[data-item]:not([hidden])");
      group.hidden = isEmpty;
      if (group.tagName === "DETAILS" && isFiltered !== (group.dataset.wasOpened !== undefined)) {
        group.open = isFiltered && !isEmpty;
        if (isFiltered) group.dataset.wasOpened = ""; else delete group.dataset.wasOpened;
      }
    }
    const output = document.getElementById("count");
    if (output) output.textContent = `${count} of ${page.items.filter((it) => it.element.dataset.counted !== undefined).length}`;
    for (const link of document.querySelectorAll("a.tally")) {
      if (wanted && link.hash === "#show=" + wanted) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  },
  /* The text in which the search looks. A row of a list stands for the item that it links to. */
  text(element) {
    const linked = element.dataset.of && document.getElementById(element.dataset.of);
    return (element.textContent + (linked ? linked.textContent : "")).toLowerCase();
  },
  open(id) {
    for (const old of document.querySelectorAll(".target")) old.classList.remove("target");
    const element = document.getElementById(id);
    if (!element) return;
    for (let at = element; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
    element.classList.add("target");
    element.scrollIntoView({ block: "start" });
  },
  start() {
    page.items = Array.from(document.querySelectorAll("[data-item]"), (element) => ({ element }));
    const search = document.getElementById("q");
    if (search) {
      search.form?.addEventListener("submit", (event) => event.preventDefault());
      search.addEventListener("input", () => page.change({ q: search.value }));
    }
    for (const tools of document.querySelectorAll(".tools[hidden], button[data-copy][hidden]")) tools.hidden = false;
    document.addEventListener("click", (event) => {
      const button = event.target.closest("button[data-copy]");
      if (button) {
        const done = (word) => { button.textContent = word; setTimeout(() => { button.textContent = "Copy"; }, 1500); };
        const copied = navigator.clipboard ? navigator.clipboard.writeText(button.dataset.copy) : Promise.reject();
        copied.then(() => done("Copied"), () => {
          getSelection().selectAllChildren(button.previousElementSibling);
          done(document.execCommand("copy") ? "Copied" : "Selected");
        });
      }
      const tally = event.target.closest("a.tally[aria-current]");
      if (tally) { event.preventDefault(); page.change({ show: "" }); }
    });
    document.addEventListener("keydown", (event) => {
      const isTyping = /^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement.tagName);
      if (event.key === "/" && search && !isTyping) { event.preventDefault(); search.focus(); }
      if (event.key === "Escape" && document.activeElement === search) { search.value = ""; page.change({ q: "" }); }
    });
    addEventListener("beforeprint", () => {
      for (const details of document.querySelectorAll("article details")) details.open = true;
    });
    addEventListener("hashchange", page.update);
    page.update();
  },
};
document.addEventListener("DOMContentLoaded", page.start);
