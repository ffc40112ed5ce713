import { createHash } from 'node:crypto';

interface Parts {
  readonly header?: object;
  readonly trailer?: object;
}

/** The text of an export with these rows, given as objects or as the text of their lines. */
export function anExport(
  rows: readonly (object | string)[],
  { header = {}, trailer = {} }: Parts = {},
): string {
  const lines = rows.map((row) => `${typeof row === 'string' ? row : JSON.stringify(row)}\n`);
  const counts: Record<string, number> = {};
  for (const line of lines) {
    const kind = /"kind":"(\w+)"/.exec(line)?.[1];
    if (kind) counts[kind] = (counts[kind] ?? 0) + 1;
  }
  const sha256 = createHash('sha256').update(lines.join('')).digest('hex');
  const first = {
    format: 'jarvis-memory-export',
    version: 1,
    exportedAt: '2026-11-22T20:15:00.123Z',
    kinds: ['event', 'message', 'snapshot', 'preference'],
    lastIds: {},
    ...header,
  };
  const last = { end: true, counts, sha256, ...trailer };
  return `${JSON.stringify(first)}\n${lines.join('')}${JSON.stringify(last)}\n`;
}

const MOMENT = '2026-11-22T20:15:00.123Z';

/** Lines as an export has them; name only what the test is about. */
export const aLine = {
  event: (id: number, parts: object = {}): object => ({
    kind: 'event',
    id,
    timestamp: MOMENT,
    type: 'alert',
    severity: 'warning',
    source: 'monitor',
    node: 'pve2',
    summary: `Event ${id}`,
    details: { mount: '/', used: 91.4 },
    resolved: false,
    resolvedAt: null,
    resolvedBy: null,
    ...parts,
  }),
  message: (id: number, parts: object = {}): object => ({
    kind: 'message',
    id,
    sessionId: `chat-${id % 3}`,
    timestamp: MOMENT,
    role: 'user',
    content: `Message ${id}`,
    model: null,
    tokensUsed: null,
    inputTokens: 7,
    outputTokens: 0,
    costUsd: 0.0068,
    toolCalls: [{ name: 'node_status' }],
    ...parts,
  }),
  snapshot: (id: number, parts: object = {}): object => ({
    kind: 'snapshot',
    id,
    timestamp: MOMENT,
    snapshot: { quorate: true },
    ...parts,
  }),
  preference: (key: string, parts: object = {}): object => ({
    kind: 'preference',
    key,
    value: 'dark',
    updatedAt: MOMENT,
    ...parts,
  }),
};
