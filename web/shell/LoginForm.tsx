import { useSignal } from '@preact/signals';
import type { JSX, TargetedSubmitEvent } from 'preact';
import { asProblem, type Problem } from '../api/problems.js';
import { Glyph } from '../components/Glyph.js';
import { logIn } from '../state/session.js';

/** What API keys begin with; a password may not be taken for one, because it is tried as what it looks like. */
const KEY_FORM = /^jm_/;

/** One field for the password or an API key. */
export function LoginForm(): JSX.Element {
  const problem = useSignal<Problem | undefined>(undefined);
  const isBusy = useSignal(false);
  const submit = async (event: TargetedSubmitEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const text = new FormData(event.currentTarget).get('credential') as string;
    isBusy.value = true;
    try {
      await logIn(KEY_FORM.test(text) ? { apiKey: text } : { password: text });
    } catch (error) {
      problem.value = asProblem(error);
    }
    isBusy.value = false;
  };
  return (
    <form class="login-form" onSubmit={(event) => void submit(event)}>
      <label>
        <span>Password or API key</span>
        <span class="field">
          {/* The browser's store of passwords looks for a pair. */}
          <input
            class="aloud"
            type="text"
            name="username"
            value="jarvis"
            autocomplete="username"
            tabIndex={-1}
            readOnly
            aria-hidden="true"
          />
          <input name="credential" type="password" autocomplete="current-password" required autofocus />
        </span>
      </label>
      {problem.value && (
        <p class="severity error" role="alert">
          <Glyph of="error" />
          <span>{problem.value.words}</span>
        </p>
      )}
      <button type="submit" class="button primary" disabled={isBusy.value}>
        Log in
      </button>
    </form>
  );
}
