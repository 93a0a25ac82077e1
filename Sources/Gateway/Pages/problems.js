"use strict";
/* What went wrong, as a sentence in the page's language; the page brings the sentences along. */
const Problem = (() => {
  const sentences = JSON.parse(document.body.dataset.problems);
  const byStatus = (status) => {
    if (status === 413) return "too_large";
    if (status === 429) return "too_many";
    if (status === 408 || status >= 500) return "unavailable";
    return status === 404 ? "not_found" : "other";
  };
  return class Problem extends Error {
    constructor(code, status = 0) {
      super(sentences[code] || sentences.other);
      this.code = code;
      this.status = status;
    }
    /* Something between us and the desk may have answered instead: then the status is all there is. */
    static async of(answer) {
      const said = await answer.json().catch(() => null);
      const isKnown = said && Object.hasOwn(sentences, said.error);
      return new Problem(isKnown ? said.error : byStatus(answer.status), answer.status);
    }
    /* `fetch` that ends with an answer to go on with, or throws one of these. */
    static async fetch(address, options) {
      let answer;
      try { answer = await fetch(address, options); } catch { throw new Problem("offline"); }
      if (!answer.ok) throw await Problem.of(answer);
      return answer;
    }
    static from(error) {
      if (error instanceof Problem) return error;
      return new Problem(navigator.onLine ? "unavailable" : "offline");
    }
    /* It will be refused however often it is sent. */
    get isFinal() { return this.status >= 400 && this.status < 500 && ![401, 408, 429].includes(this.status); }
  };
})();
