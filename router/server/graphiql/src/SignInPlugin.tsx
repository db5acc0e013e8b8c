import { useGraphiQL, useGraphiQLActions, type GraphiQLPlugin } from "@graphiql/react";
import { useState } from "react";
import { type Config, type Login, textOf } from "./config";
import { hasToken, signIn, withoutToken, withToken } from "./signIn";

export const SIGN_IN = "Sign in";

/** A pane with the configured logins; a click puts the token into the headers of the tab that is open. */
export function signInPlugin(config: Config): GraphiQLPlugin {
  return { title: SIGN_IN, icon: KeyIcon, content: () => <SignInPane config={config} /> };
}

function SignInPane({ config }: { config: Config }) {
  const tab = useGraphiQL(({ tabs, activeTabIndex }) => tabs[activeTabIndex]);
  const wanted = config.tabs.find((each) => textOf(each) === tab?.query)?.login;
  const { busy, failed, signedInAs, enter, leave } = useSignIn(config.endpoint, tab?.id);
  return (
    <section className="waybill-sign-in">
      <h2>{SIGN_IN}</h2>
      <p>The token goes into the headers of the open tab, for its requests and its WebSocket.</p>
      <ul>
        {config.logins.map((login) => (
          <li key={login.title}>
            <LoginButton
              login={login}
              busy={busy === login.title}
              active={signedInAs === login.title && hasToken(tab?.headers)}
              suggested={wanted === login.title}
              onClick={() => enter(login)}
            />
          </li>
        ))}
      </ul>
      {failed && <p role="alert">{failed}</p>}
      {hasToken(tab?.headers) && (
        <button type="button" className="waybill-sign-out" onClick={leave}>
          Sign out of this tab
        </button>
      )}
    </section>
  );
}

interface LoginButtonProps {
  login: Login;
  busy: boolean;
  active: boolean;
  suggested: boolean;
  onClick(): void;
}

function LoginButton({ login, busy, active, suggested, onClick }: LoginButtonProps) {
  return (
    <button type="button" className="waybill-login" aria-pressed={active} disabled={busy} onClick={onClick}>
      <span className="waybill-login-title">{login.title}</span>
      {active && <span className="waybill-badge">signed in</span>}
      {!active && suggested && <span className="waybill-badge waybill-badge-hint">for this tab</span>}
      {login.description && <span className="waybill-login-description">{login.description}</span>}
    </button>
  );
}

/** Who is signed in is known by tab; the headers editor and the tab's state are changed together. */
function useSignIn(endpoint: string, tabId: string | undefined) {
  const headerEditor = useGraphiQL((state) => state.headerEditor);
  const { updateActiveTabValues } = useGraphiQLActions();
  const [names, setNames] = useState<Record<string, string>>({});
  const [busy, setBusy] = useState<string>();
  const [failed, setFailed] = useState<string>();

  const setHeaders = (change: (headers: string | undefined) => string) => {
    const headers = change(headerEditor?.getValue());
    headerEditor?.setValue(headers);
    updateActiveTabValues({ headers });
  };

  const enter = async (login: Login) => {
    setBusy(login.title);
    setFailed(undefined);
    try {
      const token = await signIn(endpoint, login);
      setHeaders((headers) => withToken(headers, token));
      if (tabId) setNames((known) => ({ ...known, [tabId]: login.title }));
    } catch (error) {
      setFailed(`${login.title}: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      setBusy(undefined);
    }
  };
  return { busy, failed, signedInAs: tabId && names[tabId], enter, leave: () => setHeaders(withoutToken) };
}

function KeyIcon() {
  return (
    <svg height="1em" viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.6">
      <circle cx="8" cy="15" r="4.5" />
      <path d="M11.5 11.5 20 3m-4.5 4.5 3.5 3.5M17 6l2 2" strokeLinecap="round" strokeLinejoin="round" />
    </svg>
  );
}
