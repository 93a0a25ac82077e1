"use strict";
/* A rating that was chosen in the mail is sent at once: one click for people, nothing for scanners that only follow links. */
(() => {
  const zh = document.body.dataset.language === "zh";
  const form = document.getElementById("rating");
  const problem = document.getElementById("problem");
  const done = document.getElementById("done");
  if (document.body.dataset.state === "gone") return;
  async function send(body) {
    problem.textContent = "";
    try {
      const answer = await fetch(location.pathname, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
      const said = await answer.json();
      if (!answer.ok) throw new Error(said.message);
      const rating = `${"★".repeat(said.stars)}${"☆".repeat(5 - said.stars)}`;
      done.textContent = zh ? `谢谢！您的评价：${rating}` : `Thank you! Your rating: ${rating}`;
      form.querySelector("fieldset").hidden = true;
      if (said.comment) form.hidden = true;
      return true;
    } catch (error) {
      problem.textContent = (zh ? "未能提交，请重试。" : "This was not sent; please try again. ") + String(error.message || "").slice(0, 200);
      return false;
    }
  }
  const chosen = () => Number(form.querySelector("input[name=stars]:checked")?.value) || undefined;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send({ stars: chosen(), comment: document.getElementById("comment").value });
  });
  if (document.body.dataset.state === "chosen") send({ stars: chosen() });
})();
