import { signal } from '@preact/signals';

const STORED = 'jarvis-searches';
const MOST = 8;

/** What was searched for in this browser, the last first. */
export const recent = signal<readonly string[]>(stored());

export function remember(text: string): void {
  keep([text, ...recent.peek().filter((other) => other !== text)].slice(0, MOST));
}

export function forgetRecent(): void {
  keep([]);
}

function keep(texts: readonly string[]): void {
  recent.value = texts;
  localStorage.setItem(STORED, JSON.stringify(texts));
}

function stored(): string[] {
  try {
    const texts: unknown = JSON.parse(localStorage.getItem(STORED) ?? '[]');
    return Array.isArray(texts) ? texts.filter((text) => typeof text === 'string') : [];
  } catch {
    return [];
  }
}
