"use strict";
/* Two servers side by side. The address names them: `#left=redis-8.0&right=valkey-9.1&family=acl`. */
const pair = {
  start() {
    const [left, right] = ["left", "right"].map((id) => document.getElementById(id));
    pair.selects = { left, right };
    pair.names = Array.from(left.options, (option) => option.value);
    pair.labels = Array.from(left.options, (option) => option.textContent);
    pair.base = left.value;
    for (const [id, select] of Object.entries(pair.selects)) {
      select.addEventListener("change", () => page.change({ [id]: select.value }));
    }
    pair.turns = new Map();
    for (const article of document.querySelectorAll("article")) {
      pair.turns.set(article, Array.from(article.querySelectorAll(".differs"), (element) => (
        { element, by: element.dataset.by.split(" ") })));
    }
    /* A link of the matrix changes the pair and the family, and keeps the base. */
    document.querySelector(".matrix").addEventListener("click", (event) => {
      const link = event.target.closest("a");
      if (!link) return;
      event.preventDefault();
      const wanted = new URLSearchParams(link.hash.slice(1));
      page.change({ family: wanted.get("family"), ...(wanted.has("right") ? { right: wanted.get("right") } : {}) });
      document.getElementById("each").scrollIntoView();
    });
    page.hooks = { changed: pair.changed, matches: pair.matches };
    const asked = page.filters();
    if (asked?.has("right") || asked?.has("family")) {
      addEventListener("load", () => document.getElementById("each").scrollIntoView());
    }
  },
  changed(filters) {
    const { left, right } = pair.selects;
    left.value = pair.names.includes(filters.get("left")) ? filters.get("left") : pair.base;
    right.value = pair.names.includes(filters.get("right")) ? filters.get("right") : "";
    pair.left = pair.names.indexOf(left.value);
    pair.right = pair.names.indexOf(right.value);
    pair.family = filters.get("family");
    pair.count();
    const family = pair.family ? ` in ${pair.family}` : "";
    const other = pair.right < 0 ? "" : ` between ${pair.labels[pair.left]} and ${pair.labels[pair.right]}`;
    document.getElementById("each").textContent = `Each difference${other}${family}`;
    for (const row of document.querySelectorAll(".matrix [data-row]")) {
      row.classList.toggle("chosen", row.dataset.row === (pair.family || null));
    }
    queueMicrotask(() => {
      document.getElementById("none").hidden = Boolean(document.querySelector("article:not([hidden])"));
    });
  },
  part(by, left, right) {
    return by[left] !== by[right] && by[left] !== "-" && by[right] !== "-";
  },
  /* Whether an article has a turn to show; draws it. */
  matches(article) {
    if (pair.family && article.dataset.family !== pair.family) return false;
    const chosen = [pair.left, pair.right].map((index) => pair.names[index]);
    for (const note of article.querySelectorAll("[data-only]")) {
      note.hidden = pair.right >= 0 && !chosen.includes(note.dataset.only);
    }
    let isShown = false;
    for (const turn of pair.turns.get(article) || []) {
      const parts = pair.right < 0 || pair.part(turn.by, pair.left, pair.right);
      turn.element.hidden = !parts;
      isShown ||= parts;
      if (parts) pair.draw(turn);
    }
    return isShown;
  },
  draw(turn) {
    const drawn = pair.right < 0 ? "" : `${pair.left} ${pair.right}`;
    if ((turn.drawn || "") === drawn) return;
    turn.drawn = drawn;
    turn.element.querySelector(".pair")?.remove();
    const answers = turn.element.querySelector(".answers");
    answers.hidden = Boolean(drawn);
    if (!drawn) return;
    const lines = (server) => answers
      .querySelector(`[data-answer="${turn.by[server]}"] pre`).textContent.split("\n");
    const table = document.createElement("table");
    table.className = "pair";
    const head = table.createTHead().insertRow();
    for (const server of [pair.left, pair.right]) {
      const cell = document.createElement("th");
      cell.scope = "col";
      cell.textContent = pair.labels[server];
      head.append(cell);
    }
    const body = table.createTBody();
    for (const [left, right] of pair.align(lines(pair.left), lines(pair.right))) {
      const row = body.insertRow();
      row.className = left === right ? "same" : "other";
      const [start, end] = pair.common(left ?? "", right ?? "");
      for (const line of [left, right]) row.insertCell().append(pair.marked(line, start, end, left !== right));
    }
    answers.after(table);
  },
  /* A line with the part that differs marked. */
  marked(line, start, end, differs) {
    const code = document.createElement("code");
    if (line === undefined) return code;
    if (!differs) { code.textContent = line; return code; }
    const mark = document.createElement("mark");
    mark.textContent = line.slice(start, line.length - end);
    code.append(pair.cut(line.slice(0, start), true), mark, pair.cut(line.slice(line.length - end), false));
    return code;
  },
  /* Long text that both lines share is cut. */
  cut(text, isBefore) {
    if (text.length <= 160) return text;
    return isBefore ? `${text.slice(0, 40)} … ${text.slice(-80)}` : `${text.slice(0, 80)} … ${text.slice(-40)}`;
  },
  /* How many characters two lines share at the beginning and at the end, in whole words. */
  common(a, b) {
    const most = Math.min(a.length, b.length);
    let start = 0;
    while (start < most && a[start] === b[start]) start += 1;
    let end = 0;
    while (end < most - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end += 1;
    while (start > 0 && /\w/.test(a[start - 1])) start -= 1;
    while (end > 0 && /\w/.test(a[a.length - end])) end -= 1;
    return [start, end];
  },
  /* Pairs of lines: equal ones face each other, and of the others as many as there are. */
  align(a, b) {
    const length = Array.from({ length: a.length + 1 }, () => new Array(b.length + 1).fill(0));
    for (let i = a.length - 1; i >= 0; i -= 1) {
      for (let j = b.length - 1; j >= 0; j -= 1) {
        length[i][j] = a[i] === b[j] ? length[i + 1][j + 1] + 1 : Math.max(length[i + 1][j], length[i][j + 1]);
      }
    }
    const pairs = [];
    let [i, j, left, right] = [0, 0, [], []];
    const flush = () => {
      for (let at = 0; at < Math.max(left.length, right.length); at += 1) pairs.push([left[at], right[at]]);
      [left, right] = [[], []];
    };
    while (i < a.length || j < b.length) {
      if (i < a.length && j < b.length && a[i] === b[j]) { flush(); pairs.push([a[i], b[j]]); i += 1; j += 1; }
      else if (j >= b.length || (i < a.length && length[i + 1][j] >= length[i][j + 1])) { left.push(a[i]); i += 1; }
      else { right.push(b[j]); j += 1; }
    }
    flush();
    return pairs;
  },
  /* Counts the matrix for the chosen base. */
  count() {
    if (pair.counted === pair.left) return;
    pair.counted = pair.left;
    document.getElementById("base").textContent = pair.labels[pair.left];
    const counts = new Map();
    for (const [article, turns] of pair.turns) {
      pair.names.forEach((name, index) => {
        if (!turns.some((turn) => pair.part(turn.by, pair.left, index))) return;
        for (const family of [article.dataset.family, ""]) {
          const key = `${family} ${name}`;
          counts.set(key, (counts.get(key) || 0) + 1);
        }
      });
    }
    for (const row of document.querySelectorAll(".matrix [data-row]")) {
      for (const cell of row.querySelectorAll("[data-server]")) {
        const count = counts.get(`${row.dataset.row} ${cell.dataset.server}`);
        const family = row.dataset.row ? `&family=${row.dataset.row}` : "";
        const content = document.createElement(count ? "a" : "span");
        content.textContent = count || "·";
        if (count) content.href = `#right=${cell.dataset.server}${family}`; else content.className = "dim";
        cell.replaceChildren(content);
      }
    }
  },
};
document.addEventListener("DOMContentLoaded", pair.start, { capture: true });
