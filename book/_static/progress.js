// What a reader has answered and done, remembered in this browser and nowhere else.
"use strict";
{
  const KEY = "progress";
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const make = (name, options, ...children) => {
    const element = Object.assign(document.createElement(name), options);
    element.append(...children);
    return element;
  };
  const root = new URL(document.documentElement.dataset.content_root, location.href);
  const nameOf = (address) => address.pathname.slice(root.pathname.length) || "index.html";

  const read = () => {
    try {
      const kept = JSON.parse(localStorage.getItem(KEY));
      return kept && typeof kept === "object" && !Array.isArray(kept) ? kept : {};
    } catch { return {}; } // storage is forbidden, or holds something else
  };
  const write = (progress) => {
    try { localStorage.setItem(KEY, JSON.stringify(progress)); } catch { /* it lasts for this page */ }
  };
  const listOf = (value) => (value && typeof value === "object" ? value : {});
  const numbers = (kept) => {
    const answers = Object.values(listOf(kept?.answers));
    return {
      answered: answers.length,
      right: answers.filter((letter) => String(letter).endsWith("✓")).length,
      done: Object.keys(listOf(kept?.done)).length,
      quizzes: Number(kept?.quizzes) || 0,
      exercises: Number(kept?.exercises) || 0,
    };
  };

  const quizzes = all("article .quiz");
  const exercises = all("article .exercise[id]");
  const pageName = nameOf(location);

  // Change what is kept of this page, as it is now: another tab may have written, too.
  const change = (what) => {
    const progress = read();
    const kept = listOf(progress[pageName]);
    const page = { answers: { ...listOf(kept.answers) }, done: { ...listOf(kept.done) } };
    what(page);
    page.quizzes = quizzes.length;
    page.exercises = exercises.length;
    write({ ...progress, [pageName]: page });
    show();
  };

  // ── on a page: the first answer to each quiz, and a box to tick at each exercise ──
  const questionOf = (quiz) => quiz.querySelector("p").textContent.trim().slice(0, 90);
  for (const quiz of quizzes) {
    const options = all(":scope > details", quiz);
    for (const option of options) {
      option.addEventListener("toggle", () => {
        const question = questionOf(quiz);
        if (!option.open || printing || read()[pageName]?.answers?.[question]) return;
        const letter = option.querySelector(".letter").textContent;
        change((page) => { page.answers[question] = letter + (option.matches(".quiz-right") ? "✓" : "✗"); });
      });
    }
  }
  let printing = false; // then everything is opened
  addEventListener("beforeprint", () => { printing = true; });
  addEventListener("afterprint", () => { setTimeout(() => { printing = false; }, 500); });

  for (const exercise of exercises) {
    const box = make("input", { type: "checkbox" });
    box.addEventListener("change", () => change((page) => {
      if (box.checked) page.done[exercise.id] = 1; else delete page.done[exercise.id];
    }));
    exercise.append(make("label", { className: "done" }, box, " I have done this one"));
  }

  const summary = make("p", { className: "progress" });
  if (quizzes.length || exercises.length) document.querySelector("article").after(summary);
  const forget = (name, words) => {
    const button = make("button", { type: "button", textContent: words });
    button.addEventListener("click", () => {
      const progress = read();
      write(name ? Object.fromEntries(Object.entries(progress).filter(([page]) => page !== name)) : {});
      show();
    });
    return button;
  };

  const showPage = (kept) => {
    for (const quiz of quizzes) {
      const letter = listOf(kept?.answers)[questionOf(quiz)];
      quiz.querySelector(".remembered")?.remove();
      if (!letter) continue;
      const verdict = letter.endsWith("✓") ? "right" : "not right";
      quiz.append(make("p", { className: "remembered", textContent: `Your first answer: ${letter[0]}, ${verdict}.` }));
    }
    for (const exercise of exercises) exercise.querySelector(".done input").checked = Boolean(listOf(kept?.done)[exercise.id]);
    const { answered, right, done } = numbers(kept);
    const said = [`${answered} of ${quizzes.length} questions answered, ${right} right at the first try`];
    if (exercises.length) said.push(`${done} of ${exercises.length} exercises done`);
    summary.replaceChildren(`Your progress on this page: ${said.join("; ")}. It is kept in this browser only. `);
    if (answered || done) summary.append(forget(pageName, "Forget it"));
  };

  // ── in the map of the book: a mark for what is begun and what is finished ──
  const showMap = (progress) => {
    for (const link of all(".book-nav a[href]")) {
      const kept = progress[nameOf(new URL(link.href))];
      const { answered, done, quizzes: q, exercises: e } = numbers(kept);
      link.querySelector(".mark")?.remove();
      if (!answered && !done) continue;
      const finished = answered >= q && done >= e;
      const mark = make("span", { className: "mark", textContent: finished ? "●" : "◐" });
      mark.setAttribute("role", "img");
      mark.setAttribute("aria-label", finished ? "finished" : "begun");
      link.append(mark);
    }
  };

  // ── on the first page: all that has been begun ──────────────
  const place = document.querySelector("#your-progress");
  const showAll = (progress) => {
    const rows = all(".book-nav a[href]").map((link) => [link, numbers(progress[nameOf(new URL(link.href))])]);
    const begun = rows.filter(([, { answered, done }]) => answered || done);
    place.hidden = !begun.length;
    if (!begun.length) return;
    const row = (name, cells) => make("tr", {}, ...cells.map((cell) => make(name, {}, cell)));
    const table = make("table", {},
      make("thead", {}, row("th", ["Page", "Questions answered", "Right at first", "Exercises done"])),
      make("tbody", {}, ...begun.map(([link, n]) => row("td", [
        make("a", { href: link.href, textContent: link.firstChild.textContent.trim() }),
        `${n.answered} of ${n.quizzes}`, String(n.right), `${n.done} of ${n.exercises}`,
      ]))));
    place.replaceChildren(
      make("h2", { textContent: "Where you are" }),
      make("div", { className: "scroll" }, table),
      make("p", { className: "progress" }, "Kept in this browser only. ", forget("", "Forget everything")),
    );
  };

  const show = () => {
    const progress = read();
    if (summary.isConnected) showPage(progress[pageName]);
    showMap(progress);
    if (place) showAll(progress);
  };
  show();
  addEventListener("storage", (event) => { if (event.key === KEY) show(); });
}
