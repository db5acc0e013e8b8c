import { useGraphiQL } from "@graphiql/react";
import { useEffect } from "react";

// Smaller than GraphiQL's 15 px, so that a query and its result are seen whole; names in any script are no warning.
const OPTIONS = { fontSize: 13, lineHeight: 19, unicodeHighlight: { ambiguousCharacters: false } };

/** Sets the editors up when they are there, which is after the page, and says so. Shows nothing itself. */
export function Editors({ onReady }: { onReady(ready: boolean): void }) {
  const query = useGraphiQL((state) => state.queryEditor);
  const variables = useGraphiQL((state) => state.variableEditor);
  const headers = useGraphiQL((state) => state.headerEditor);
  const response = useGraphiQL((state) => state.responseEditor);
  useEffect(() => {
    const editors = [query, variables, headers, response];
    for (const editor of editors) editor?.updateOptions(OPTIONS);
    onReady(editors.every(Boolean));
  }, [query, variables, headers, response]);
  return null;
}
