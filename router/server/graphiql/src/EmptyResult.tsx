import { useGraphiQL } from "@graphiql/react";
import type { Config } from "./config";
import { useTabSession } from "./useTabSession";

/** What the result pane says before there is a result. */
export function EmptyResult({ config }: { config: Config }) {
  const response = useGraphiQL(({ tabs, activeTabIndex }) => tabs[activeTabIndex]?.response);
  const running = useGraphiQL((state) => state.isFetching || state.subscription !== null);
  const { wanted, signedInAs, expired } = useTabSession(config);
  if (response) return null;
  const missing = wanted && (signedInAs !== wanted || expired);
  return <p className="waybill-empty">{running ? "Waiting for the first answer…" : missing ? first(wanted) : RUN}</p>;
}

const RUN = "Ctrl+Enter runs the operation.";

function first(login: string): string {
  return `Sign in as “${login}” by the key on the left, then run the operation (Ctrl+Enter).`;
}
