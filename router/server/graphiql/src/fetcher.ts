import { createGraphiQLFetcher, type Fetcher, type FetcherParams } from "@graphiql/toolkit";
import { type DocumentNode, type ExecutionResult, getOperationAST, parse } from "graphql";
import { createClient } from "graphql-ws";

/** Queries and mutations by POST, subscriptions over a WebSocket that carries the tab's headers. */
export function createFetcher(endpoint: string): Fetcher {
  const url = new URL(endpoint, window.location.href);
  const byPost = createGraphiQLFetcher({ url: url.href });
  return (parameters, options) => {
    const document = parsed(parameters.query);
    const wanted = withKnownName(parameters, document);
    const operation = document && getOperationAST(document, wanted.operationName);
    return operation?.operation === "subscription"
      ? subscribe(socketAddress(url), wanted, options?.headers)
      : byPost(wanted, { ...options, documentAST: document });
  };
}

/** The text that is sent, read anew: what GraphiQL knows of it (`documentAST`) lags 100 ms behind its editor. */
function parsed(text: string): DocumentNode | undefined {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}

/** Right after a change of tabs, GraphiQL sends the other tab's operation name; one that is unknown is left out. */
function withKnownName(parameters: FetcherParams, document: DocumentNode | undefined): FetcherParams {
  const known = !document || getOperationAST(document, parameters.operationName) !== null;
  return known ? parameters : { ...parameters, operationName: undefined };
}

function socketAddress(url: URL): string {
  const address = new URL(url);
  address.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return address.href;
}

/** One socket per subscription: each may come from a tab with headers of its own. */
async function* subscribe(
  url: string,
  { query, operationName, variables }: FetcherParams,
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
