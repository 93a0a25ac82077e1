"use strict";
(() => {
  const language = document.body.dataset.language === "zh" ? "zh" : "en";
  const form = document.getElementById("form");
  const problem = document.getElementById("problem");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    button.disabled = true;
    problem.textContent = "";
    try {
      const answer = await fetch(form.action, { method: "POST", headers: { Accept: "application/json" }, body: new FormData(form) });
      if (!answer.ok) throw new Error(await answer.text());
      const { reference } = await answer.json();
      form.hidden = true;
      const done = document.getElementById("done");
      done.hidden = false;
      done.textContent = language === "zh" ? `我们已收到您的请求，编号 ${reference}。回复将发送到您的邮箱。` : `We have received your request ${reference}. The answer will come to your e-mail address.`;
    } catch (error) {
      problem.textContent = (language === "zh" ? "未能提交，请稍后重试。" : "This was not sent; please try again. ") + String(error.message || "").slice(0, 200);
      button.disabled = false;
    }
  });
})();
