import "graphiql/setup-workers/vite";
import "graphiql/style.css";
import "./style.css";
import "./narrow.css";

import { DOC_EXPLORER_PLUGIN } from "@graphiql/plugin-doc-explorer";
import { HISTORY_PLUGIN } from "@graphiql/plugin-history";
import { GraphiQL } from "graphiql";
import { memo, useState } from "react";
import { createRoot } from "react-dom/client";
import { type Config, readConfig, type Tab, textOf } from "./config";
import { createFetcher } from "./fetcher";
import { Editors } from "./Editors";
import { EmptyResult } from "./EmptyResult";
import { forgetOtherTabs, isFirst, isNarrow, proposeLayout } from "./firstVisit";
import { Logo } from "./Logo";
import { SIGN_IN, signInPlugin } from "./SignInPlugin";
import { KeepSignedIn } from "./useTabSession";

const WELCOME = `# Write a query and press Ctrl+Enter. Ctrl+Space completes; the book on the left is the schema.

query Welcome {
  __typename
}
`;

/** Nothing can be clicked before the editors are there: GraphiQL would drop a tab's text, or a run. */
function Page({ config }: { config: Config }) {
  const [ready, setReady] = useState(false);
  return (
    <main inert={!ready}>
      <Playground config={config} onEditors={setReady} />
    </main>
  );
}

/** Rendered once: to GraphiQL, new plugins mean that the open pane closes. */
const Playground = memo(function ({ config, onEditors }: { config: Config; onEditors(ready: boolean): void }) {
  const tabs = config.tabs.map(definition);
  const plugins = [HISTORY_PLUGIN, ...(config.logins.length > 0 ? [signInPlugin(config)] : [])];
  return (
    <GraphiQL
      fetcher={createFetcher(config.endpoint)}
      plugins={plugins}
      visiblePlugin={isFirst("visiblePlugin") && config.logins.length > 0 && !isNarrow() ? SIGN_IN : undefined}
      // GraphiQL takes its editor's first content from here, not from the first tab.
      initialVariables={isFirst("tabState") ? (tabs[0]?.variables ?? undefined) : undefined}
      referencePlugin={DOC_EXPLORER_PLUGIN}
      defaultTabs={tabs.length > 0 ? tabs : undefined}
      defaultQuery={WELCOME}
      defaultEditorToolsVisibility="variables"
      shouldPersistHeaders
      inputValueDeprecation
    >
      <GraphiQL.Logo>
        <Logo />
        <Editors onReady={onEditors} />
        <KeepSignedIn config={config} />
      </GraphiQL.Logo>
      <GraphiQL.Footer>
        <EmptyResult config={config} />
      </GraphiQL.Footer>
    </GraphiQL>
  );
});

/** GraphiQL names a tab by its operation; the tab's title stands in the first line. */
function definition(tab: Tab) {
  const { variables } = tab;
  const text = typeof variables === "string" ? variables : variables && JSON.stringify(variables, null, 2);
  return { query: textOf(tab), variables: text ?? null, headers: null };
}

const root = createRoot(document.getElementById("root")!);
readConfig().then(
  (config) => {
    forgetOtherTabs(config);
    proposeLayout();
    root.render(<Page config={config} />);
  },
  (error: Error) => root.render(<p role="alert">{error.message}</p>),
);
