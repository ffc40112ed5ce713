import { readable } from './readable.js';

/** What the timeline says of a message: `user: Why is pve2 slow?`. */
const SPOKEN = /^(\w+):\s*(.*)$/s;
const SPEAKERS: Readonly<Record<string, string>> = { user: 'You', assistant: 'Jarvis', tool: 'A tool' };

export interface Spoken {
  readonly role: string;
  /** Empty where tools were called, and nothing was said. */
  readonly text: string;
}

/** Who said what, of the title of a message. */
export function spokenIn(title: string): Spoken {
  const [, role = '', text = ''] = SPOKEN.exec(title) ?? [];
  return { role, text };
}

/** A message in one line, without the signs of Markdown and JSON: `Jarvis: the disk is full`. */
export function messageWords(title: string): string {
  const { role, text } = spokenIn(title);
  const who = SPEAKERS[role];
  if (who === undefined) return title;
  if (text === '') return role === 'assistant' ? 'Jarvis called a tool' : `${who}: nothing`;
  return `${who}: ${inWords(text)}`;
}

/** Whether it says nothing: a call of a tool, whose answer is a message of its own. */
export function isSilent({ kind, title }: { readonly kind: string; readonly title: string }): boolean {
  return kind === 'message' && spokenIn(title).text === '';
}

/** A text in one line, without the signs of Markdown and JSON. */
export function inWords(text: string): string {
  return readable({ text, matches: [] }).text;
}
