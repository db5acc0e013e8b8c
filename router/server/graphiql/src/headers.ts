// A tab's headers, as the JSON text of their editor, and the token in them.

type Headers = Record<string, unknown>;

/** The headers with the token in them; what else is there stays. */
export function withToken(headers: string | null | undefined, token: string): string {
  return JSON.stringify({ ...withoutAuthorization(parse(headers)), Authorization: `Bearer ${token}` }, null, 2);
}

/** The headers without a token. */
export function withoutToken(headers: string | null | undefined): string {
  const rest = withoutAuthorization(parse(headers));
  return Object.keys(rest).length === 0 ? "" : JSON.stringify(rest, null, 2);
}

export function tokenOf(headers: string | null | undefined): string | undefined {
  const value = Object.entries(parse(headers)).find(([name]) => isAuthorization(name))?.[1];
  return typeof value === "string" ? value.replace(/^Bearer /i, "") : undefined;
}

function withoutAuthorization(headers: Headers): Headers {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !isAuthorization(name)));
}

function isAuthorization(name: string): boolean {
  return name.toLowerCase() === "authorization";
}

function parse(headers: string | null | undefined): Headers {
  try {
    return headers ? JSON.parse(headers) : {};
  } catch {
    return {};
  }
}
