import { useGraphiQL, useGraphiQLActions } from "@graphiql/react";
import { useEffect } from "react";
import { type Config, textOf } from "./config";
import { tokenOf, withoutToken, withToken } from "./headers";
import { isExpired, ownerOf, readTokens } from "./sessions";

export interface TabSession {
  /** The login that the open tab's operation is meant for. */
  wanted?: string;
  token?: string;
  /** Whose token is in the tab's headers, and whether its time is over. */
  signedInAs?: string;
  expired: boolean;
  putToken(token: string | undefined): void;
}

/** Who the open tab is signed in as; its headers editor and what GraphiQL keeps of the tab change together. */
export function useTabSession(config: Config): TabSession {
  const tab = useGraphiQL(({ tabs, activeTabIndex }) => tabs[activeTabIndex]);
  const headerEditor = useGraphiQL((state) => state.headerEditor);
  const { updateActiveTabValues } = useGraphiQLActions();
  const token = tokenOf(tab?.headers);
  return {
    wanted: config.tabs.find((each) => textOf(each) === tab?.query)?.login,
    token,
    signedInAs: ownerOf(token),
    expired: token !== undefined && isExpired(token),
    putToken(next) {
      const now = headerEditor?.getValue();
      const headers = next === undefined ? withoutToken(now) : withToken(now, next);
      headerEditor?.setValue(headers);
      updateActiveTabValues({ headers });
    },
  };
}

/** Whoever has signed in once is signed in to every tab that is meant for that login, when it is opened. */
export function KeepSignedIn({ config }: { config: Config }) {
  const tabId = useGraphiQL(({ tabs, activeTabIndex }) => tabs[activeTabIndex]?.id);
  const editor = useGraphiQL((state) => state.headerEditor);
  const { wanted, token, expired, putToken } = useTabSession(config);
  useEffect(() => {
    const known = wanted && readTokens()[wanted];
    if (editor && known && !isExpired(known) && (token === undefined || expired)) putToken(known);
  }, [tabId, editor]);
  return null;
}
