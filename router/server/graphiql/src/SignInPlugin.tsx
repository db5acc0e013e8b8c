import { type GraphiQLPlugin } from "@graphiql/react";
import { useState } from "react";
import type { Config, Login } from "./config";
import { forgetToken, keepToken } from "./sessions";
import { signIn } from "./signIn";
import { useTabSession } from "./useTabSession";

export const SIGN_IN = "Sign in";

/** A pane with the configured logins; a click puts the token into the headers of the tab that is open. */
export function signInPlugin(config: Config): GraphiQLPlugin {
  return { title: SIGN_IN, icon: KeyIcon, content: () => <SignInPane config={config} /> };
}

function SignInPane({ config }: { config: Config }) {
  const session = useTabSession(config);
  const { busy, failed, enter } = useSignIn(config.endpoint, session.putToken);
  const leave = () => {
    if (session.signedInAs) forgetToken(session.signedInAs);
    session.putToken(undefined);
  };
  return (
    <section className="waybill-sign-in">
      <h2>{SIGN_IN}</h2>
      <p>One click signs this tab in: the token goes into its headers, for requests and subscriptions.</p>
      <ul>
        {config.logins.map((login) => (
          <li key={login.title}>
            <LoginButton
              login={login}
              busy={busy === login.title}
              state={stateOf(login.title, session)}
              onClick={() => enter(login)}
            />
          </li>
        ))}
      </ul>
      {failed && <p role="alert">{failed}</p>}
      {session.token && (
        <button type="button" className="waybill-sign-out" onClick={leave}>
          Sign out of this tab
        </button>
      )}
    </section>
  );
}

type State = "signed in" | "expired" | "for this tab" | undefined;

function stateOf(title: string, { signedInAs, expired, wanted }: ReturnType<typeof useTabSession>): State {
  if (signedInAs === title) return expired ? "expired" : "signed in";
  return wanted === title ? "for this tab" : undefined;
}

interface LoginButtonProps {
  login: Login;
  busy: boolean;
  state: State;
  onClick(): void;
}

function LoginButton({ login, busy, state, onClick }: LoginButtonProps) {
  const active = state === "signed in";
  return (
    <button type="button" className="waybill-login" aria-pressed={active} disabled={busy} onClick={onClick}>
      <span className="waybill-login-title">{login.title}</span>
      {state && <span className={active ? "waybill-badge" : "waybill-badge waybill-badge-hint"}>{state}</span>}
      {login.description && <span className="waybill-login-description">{login.description}</span>}
    </button>
  );
}

/** Sign in by a login's operation; `busy` and `failed` tell how it goes. */
function useSignIn(endpoint: string, putToken: (token: string) => void) {
  const [busy, setBusy] = useState<string>();
  const [failed, setFailed] = useState<string>();
  const enter = async (login: Login) => {
    setBusy(login.title);
    setFailed(undefined);
    try {
      const token = await signIn(endpoint, login);
      keepToken(login.title, token);
      putToken(token);
    } catch (error) {
      setFailed(`${login.title}: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      setBusy(undefined);
    }
  };
  return { busy, failed, enter };
}

function KeyIcon() {
  return (
    <svg height="1em" viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.6">
      <circle cx="8" cy="15" r="4.5" />
      <path d="M11.5 11.5 20 3m-4.5 4.5 3.5 3.5M17 6l2 2" strokeLinecap="round" strokeLinejoin="round" />
    </svg>
  );
}
