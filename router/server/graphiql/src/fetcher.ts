import { createGraphiQLFetcher, type Fetcher } from "@graphiql/toolkit";
import { type ExecutionResult, getOperationAST } from "graphql";
import { createClient } from "graphql-ws";

/** Queries and mutations by POST, subscriptions over a WebSocket that carries the tab's headers. */
export function createFetcher(endpoint: string): Fetcher {
  const url = new URL(endpoint, window.location.href);
  const byPost = createGraphiQLFetcher({ url: url.href });
  return (parameters, options) => {
    const operation = options?.documentAST && getOperationAST(options.documentAST, parameters.operationName);
    return operation?.operation === "subscription"
      ? subscribe(socketAddress(url), parameters, options?.headers)
      : byPost(parameters, options);
  };
}

function socketAddress(url: URL): string {
  const address = new URL(url);
  address.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return address.href;
}

/** One socket per subscription: each may come from a tab with headers of its own. */
async function* subscribe(
  url: string,
  { query, operationName, variables }: Parameters<Fetcher>[0],
  headers?: Record<string, unknown>,
): AsyncGenerator<ExecutionResult> {
  const client = createClient({ url, connectionParams: { headers }, retryAttempts: 3 });
  try {
    yield* client.iterate({ query, operationName, variables }) as AsyncIterable<ExecutionResult>;
  } catch (error) {
    throw explain(error);
  } finally {
    await client.dispose();
  }
}

/** A socket that was closed says why by its code and reason; GraphiQL shows an error's message. */
function explain(error: unknown): unknown {
  return error instanceof CloseEvent ? new Error(`${error.reason || "The connection was lost"} (${error.code})`) : error;
}
