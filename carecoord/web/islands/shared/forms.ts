/** Forms: a second press does not send twice; the summary of errors gets the focus. */
export function guardForms(root: Document): void {
  root.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || event.defaultPrevented) return;
    if (form.dataset["carecoordSent"] === "yes") {
      event.preventDefault();
      return;
    }
    if (form.method === "post") form.dataset["carecoordSent"] = "yes";
  });
  // Coming back with the browser's arrow shows the same document again: it may be sent again.
  window.addEventListener("pageshow", () => {
    root.querySelectorAll<HTMLFormElement>("form[data-carecoord-sent]").forEach((form) => {
      delete form.dataset["carecoordSent"];
    });
  });
  root.querySelector<HTMLElement>(".error-summary")?.focus();
}
