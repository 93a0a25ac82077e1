"use strict";
(() => {
  const zh = document.body.dataset.language === "zh";
  const $ = (id) => document.getElementById(id);
  const form = $("form");
  const button = form.querySelector("button[type=submit]");
  const problem = $("problem");
  const home = { parent: problem.parentNode, next: problem.nextSibling };
  const fields = { email: "email", text: "text", text_max: "text", files_max: "file", too_large: "file", file_empty: "file" };
  /* The browser's own bubbles speak the browser's language, and are gone in a moment. */
  form.noValidate = true;

  function clear() {
    problem.textContent = "";
    for (const field of form.querySelectorAll("[aria-invalid]")) {
      field.removeAttribute("aria-invalid");
      field.removeAttribute("aria-errormessage");
    }
  }

  /* Below the field that it is about, which gets the focus; else above the button, which sends again. */
  function tell(error) {
    clear();
    const id = fields[error.code];
    if (id) $(id === "file" ? "file-hint" : id).after(problem);
    else home.parent.insertBefore(problem, home.next);
    problem.textContent = error.message;
    if (!id) return button.focus();
    $(id).setAttribute("aria-invalid", "true");
    $(id).setAttribute("aria-errormessage", "problem");
    $(id).focus();
    problem.scrollIntoView({ block: "nearest" });
  }

  /* Before anything is sent: a file that is too large would travel for minutes to be refused. */
  function aboutFiles() {
    const files = [...$("file").files];
    const { files: most, size } = $("file").dataset;
    if (files.length > Number(most)) return "files_max";
    if (files.reduce((sum, file) => sum + file.size, 0) > Number(size)) return "too_large";
    return files.some((file) => file.size === 0) ? "file_empty" : null;
  }
  function found() {
    if (!$("email").value.trim() || !$("email").validity.valid) return "email";
    if (!$("text").value.trim()) return "text";
    return aboutFiles();
  }

  form.addEventListener("input", (event) => {
    const isChosen = event.target === $("file");
    if (event.target.getAttribute("aria-invalid")) clear();
    if (isChosen && aboutFiles()) tell(new Problem(aboutFiles()));
  });

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const code = found();
    if (code) return tell(new Problem(code));
    clear();
    button.disabled = true;
    try {
      const answer = await Problem.fetch(form.action, { method: "POST", headers: { Accept: "application/json" }, body: new FormData(form) });
      const { reference } = await answer.json();
      form.hidden = true;
      const done = $("done");
      done.hidden = false;
      done.textContent = zh ? `我们已收到您的请求，编号 ${reference}。回复将发送到您的邮箱。` : `We have received your request ${reference}. The answer will come to your e-mail address.`;
      done.focus();
    } catch (error) {
      button.disabled = false;
      tell(Problem.from(error));
    }
  });
})();
