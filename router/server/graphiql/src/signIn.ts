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
