import { useEffect } from 'preact/hooks';
import type { JSX } from 'preact';
import '../state/preferred-theme.js';
import { hasExpired, loadSession, session } from '../state/session.js';
import { Hatch } from '../components/Hatch.js';
import { Dialog } from '../components/Dialog.js';
import { LoginForm } from './LoginForm.js';
import { Shell } from './Shell.js';
import { Unreachable } from './Unreachable.js';
import { useSignal } from '@preact/signals';
import './app.css';

/** The login, or the pages. Where the session ends, the page stays as it is behind the question for the password. */
export function App(): JSX.Element | null {
  const failed = useSignal(false);
  const load = (): void => {
    failed.value = false;
    loadSession().catch(() => (failed.value = true));
  };
  useEffect(load, []);
  if (failed.value) return <Unreachable retry={load} />;
  if (session.value === undefined) return null;
  if (session.value === null) {
    return (
      <main class="login">
        <h1>Jarvis memory</h1>
        <LoginForm />
      </main>
    );
  }
  return (
    <>
      <Hatch />
      <Shell />
      {hasExpired.value && (
        <Dialog title="Your session has ended" onClose={() => (hasExpired.value = false)}>
          <p class="muted">Log in again to go on where you were. What you typed is still there.</p>
          <LoginForm />
        </Dialog>
      )}
    </>
  );
}
