import { effect } from '@preact/signals';
import { answerOf, api } from '../api/client.js';
import { reconnects } from './connection.js';
import { versionOf } from './live.js';
import { session } from './session.js';
import { preferTheme } from './theme.js';

/** The preference `ui.theme`, at the start and whenever a preference changes; where there is none, the system's theme. */
effect(() => {
  if (!session.value || versionOf('preferences').value + reconnects.value < 0) return undefined;
  const abort = new AbortController();
  const params = { query: {} };
  answerOf(api.GET('/api/memory/preferences', { params, signal: abort.signal })).then(
    ({ preferences }) => {
      if (abort.signal.aborted) return;
      preferTheme(preferences.find(({ key }) => key === 'ui.theme')?.value);
    },
    // The theme stays as it is.
    () => undefined,
  );
  return () => {
    abort.abort();
  };
});
