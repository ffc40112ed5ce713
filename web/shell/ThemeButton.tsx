import type { JSX } from 'preact';
import { Icon } from '../components/Icon.js';
import { chooseTheme, theme, THEMES } from '../state/theme.js';

const WORDS = { system: 'as the system', light: 'light', dark: 'dark' } as const;

/** Goes through the themes. */
export function ThemeButton(): JSX.Element {
  const next = THEMES[(THEMES.indexOf(theme.value) + 1) % THEMES.length] ?? 'system';
  return (
    <button
      type="button"
      class="theme-button"
      title={`Theme: ${WORDS[theme.value]}. Press for ${WORDS[next]}.`}
      onClick={() => {
        chooseTheme(next);
      }}
    >
      <Icon name="sun" />
      <span>Theme</span>
      <span class="aloud">: {WORDS[theme.value]}</span>
    </button>
  );
}
