import type { Login } from "./config";

/** Run a login's operation and take the token out of its response. */
export async function signIn(endpoint: string, login: Login): Promise<string> {
  const response = await fetch(endpoint, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json" },
    body: JSON.stringify({ query: login.query, variables: login.variables }),
  });
  const body: unknown = await response.json();
  const token = valueAt(body, login.tokenPath);
  if (typeof token !== "string" || token === "") throw new Error(problemOf(body) ?? "The response has no token.");
  return token;
}

function valueAt(value: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((at, key) => (at as Record<string, unknown> | null | undefined)?.[key], value);
}

function problemOf(body: unknown): string | undefined {
  return (body as { errors?: { message: string }[] }).errors?.[0]?.message;
}

/** The headers of a tab with the token in them; what else is there stays. */
export function withToken(headers: string | null | undefined, token: string): string {
  return JSON.stringify({ ...withoutAuthorization(headers), Authorization: `Bearer ${token}` }, null, 2);
}

/** The headers of a tab without a token. */
export function withoutToken(headers: string | null | undefined): string {
  const rest = withoutAuthorization(headers);
  return Object.keys(rest).length === 0 ? "" : JSON.stringify(rest, null, 2);
}

function withoutAuthorization(headers: string | null | undefined): Record<string, unknown> {
  return Object.fromEntries(Object.entries(parse(headers)).filter(([name]) => name.toLowerCase() !== "authorization"));
}

function parse(headers: string | null | undefined): Record<string, unknown> {
  try {
    return headers ? JSON.parse(headers) : {};
  } catch {
    return {};
  }
}

export function hasToken(headers: string | null | undefined): boolean {
  return Object.keys(parse(headers)).some((name) => name.toLowerCase() === "authorization");
}
