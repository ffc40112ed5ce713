import { signal } from '@preact/signals';

/** What is typed of a preference and not saved yet. */
export interface Draft {
  readonly text: string;
  /** The value when one began; undefined where there was none. */
  readonly basedOn: string | undefined;
}

const STORED = 'jarvis-drafts';

/** What is typed, by key: kept while one looks at other pages, and where the session ends or the page is loaded anew. */
export const drafts = signal<Readonly<Record<string, Draft>>>(stored());

export function draft(key: string, text: string, basedOn: string | undefined): void {
  keep({ ...drafts.peek(), [key]: { text, basedOn } });
}

export function dropDraft(key: string): void {
  keep(Object.fromEntries(Object.entries(drafts.peek()).filter(([other]) => other !== key)));
}

function keep(all: Readonly<Record<string, Draft>>): void {
  drafts.value = all;
  try {
    sessionStorage.setItem(STORED, JSON.stringify(all));
  } catch {
    // Too long for the browser's store: it is kept while the page is open.
  }
}

function stored(): Record<string, Draft> {
  try {
    return JSON.parse(sessionStorage.getItem(STORED) ?? '{}') as Record<string, Draft>;
  } catch {
    return {};
  }
}
