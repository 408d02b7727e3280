/** Says when the network is away: the page keeps what it shows, nothing new can be saved. */
export function followConnection(root: HTMLElement): void {
  const show = (): void => {
    root.classList.toggle("is-offline", !navigator.onLine);
  };
  window.addEventListener("online", show);
  window.addEventListener("offline", show);
  show();
}
