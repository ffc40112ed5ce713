import { effect, signal } from '@preact/signals';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const STORED = 'jarvis-theme';
const prefersDark = matchMedia('(prefers-color-scheme: dark)');
const systemIsDark = signal(prefersDark.matches);
prefersDark.addEventListener('change', ({ matches }) => (systemIsDark.value = matches));

/** What the viewer of this browser chose; without it, the preference `ui.theme`, and then what the system says. */
export const theme = signal<Theme>(themeOf(localStorage.getItem(STORED)));

effect(() => {
  const isDark = theme.value === 'system' ? systemIsDark.value : theme.value === 'dark';
  document.documentElement.dataset['theme'] = isDark ? 'dark' : 'light';
});

export function chooseTheme(chosen: Theme): void {
  theme.value = chosen;
  localStorage.setItem(STORED, chosen);
}

/** Takes over the preference `ui.theme`, unless this browser has its own choice. Any other text means the system's. */
export function preferTheme(value: unknown): void {
  if (localStorage.getItem(STORED) === null) theme.value = themeOf(value);
}

function themeOf(value: unknown): Theme {
  return THEMES.find((one) => one === value) ?? 'system';
}
