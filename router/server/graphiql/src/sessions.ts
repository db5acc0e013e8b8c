// The tokens of who signed in, by the login's title, kept where GraphiQL keeps its tabs' headers.

const KEY = "waybill:tokens";

export function readTokens(): Record<string, string> {
  return JSON.parse(window.localStorage.getItem(KEY) ?? "{}");
}

export function keepToken(title: string, token: string): void {
  window.localStorage.setItem(KEY, JSON.stringify({ ...readTokens(), [title]: token }));
}

export function forgetToken(title: string): void {
  const { [title]: _, ...others } = readTokens();
  window.localStorage.setItem(KEY, JSON.stringify(others));
}

/** Whose token this is. */
export function ownerOf(token: string | undefined): string | undefined {
  return Object.entries(readTokens()).find(([, each]) => each === token)?.[0];
}

/** Whether a JWT's time is over; a token that is none never expires here. */
export function isExpired(token: string): boolean {
  try {
    const claims = JSON.parse(atob(token.split(".")[1]!.replaceAll("-", "+").replaceAll("_", "/")));
    return typeof claims.exp === "number" && claims.exp * 1000 <= Date.now();
  } catch {
    return false;
  }
}
