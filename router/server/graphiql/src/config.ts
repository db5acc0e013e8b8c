// What the router tells the page: where GraphQL is, which tabs to open, who can sign in.

export interface Tab {
  title: string;
  query: string;
  variables?: Record<string, unknown> | string;
  /** The title of the login whose token this tab's operation needs. */
  login?: string;
}

export interface Login {
  title: string;
  /** Shown below the title. */
  description?: string;
  query: string;
  variables?: Record<string, unknown>;
  /** Where the token is in the response, e.g. `data.login.accessToken`. */
  tokenPath: string;
}

export interface Config {
  endpoint: string;
  tabs: Tab[];
  logins: Login[];
}

export async function readConfig(): Promise<Config> {
  const response = await fetch("./graphiql/config.json");
  if (!response.ok) throw new Error(`GraphiQL's configuration cannot be read (${response.status}).`);
  return response.json();
}

/** What stands in a tab's editor: the title as a comment, then the operation. */
export function textOf({ title, query }: Tab): string {
  return `# ${title}\n\n${query}`;
}
