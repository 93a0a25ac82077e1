"use strict";
/* A rating that was chosen in the mail is sent at once: one click for people, nothing for scanners that only follow links. */
(() => {
  const zh = document.body.dataset.language === "zh";
  const form = document.getElementById("rating");
  const problem = document.getElementById("problem");
  const done = document.getElementById("done");
  if (document.body.dataset.state === "gone") return;
  form.noValidate = true;
  async function send(body) {
    problem.textContent = "";
    try {
      const answer = await Problem.fetch(location.pathname, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
      const said = await answer.json();
      const rating = `${"★".repeat(said.stars)}${"☆".repeat(5 - said.stars)}`;
      done.textContent = zh ? `谢谢！您的评价：${rating}` : `Thank you! Your rating: ${rating}`;
      form.querySelector("fieldset").hidden = true;
      if (said.comment) form.hidden = true;
      return true;
    } catch (error) {
      problem.textContent = Problem.from(error).message;
      return false;
    }
  }
  const chosen = () => Number(form.querySelector("input[name=stars]:checked")?.value) || undefined;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!chosen() && !form.querySelector("fieldset").hidden && form.querySelector("input[name=stars]")) {
      problem.textContent = new Problem("stars").message;
      return form.querySelector("input[name=stars]").focus();
    }
    /* What was pressed may be hidden now. */
    if (await send({ stars: chosen(), comment: document.getElementById("comment").value })) done.focus();
  });
  if (document.body.dataset.state === "chosen") send({ stars: chosen() });
})();
