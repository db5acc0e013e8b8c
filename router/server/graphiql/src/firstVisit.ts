// What GraphiQL remembers in the browser, and what a first visit starts with.

/** Whether GraphiQL remembers nothing of this yet. */
export function isFirst(key: string): boolean {
  return window.localStorage.getItem(`graphiql:${key}`) === null;
}

/** Whether there is no room for panes side by side; the same width stands in narrow.css. */
export function isNarrow(): boolean {
  return window.matchMedia("(width < 800px)").matches;
}

/** Panes are sized as one part to the rest: the sign-in pane a fifth, the variables a quarter of their column. */
const LAYOUT = { docExplorerFlex: "0.27", secondaryEditorFlex: "3" };

export function proposeLayout(): void {
  for (const [key, value] of Object.entries(LAYOUT)) {
    if (isFirst(key)) window.localStorage.setItem(`graphiql:${key}`, value);
  }
}

const CONFIG = "waybill:config";
const OF_TABS = ["tabState", "query", "variables", "headers"];

/** Forget the tabs when the router's are others now: after new demo data the old ones' ids lead nowhere. */
export function forgetOtherTabs(config: unknown): void {
  const text = JSON.stringify(config);
  if (window.localStorage.getItem(CONFIG) === text) return;
  for (const key of OF_TABS) window.localStorage.removeItem(`graphiql:${key}`);
  window.localStorage.setItem(CONFIG, text);
}
