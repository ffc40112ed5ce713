import type { HomelabMemory } from './homelab-day.js';

/** What somebody needs who wants to look around. */
export interface Access {
  /** Without a slash at the end. */
  readonly address: string;
  readonly token: string;
  /** Only where the demo made it; the owner knows the other one. */
  readonly password: string | undefined;
}

/** The text that the demo shows: where everything is, how to get in, and commands that run as they stand. */
export function describeTour({ address, token, password }: Access, memory: HomelabMemory): string {
  const { day } = memory;
  const sessions = new Set(day.messages.map(({ sessionId }) => sessionId)).size;
  const get = (path: string): string =>
    `  curl -s -H "Authorization: Bearer $TOKEN" "${address}/api/memory${path}"`;
  return [
    '',
    `A homelab day is in the memory: ${day.events.length} events, ${sessions} conversations, ` +
      `${day.snapshots.length} snapshots, ${Object.keys(day.preferences).length} preferences;`,
    `and of the weeks before ${memory.events.length - day.events.length} events, on which the same has happened.`,
    '',
    `Explorer:    ${address}/ui/   (log in with the password)`,
    `Address:     ${address}/api`,
    `Swagger UI:  ${address}/api/docs   (Authorize, paste the token)`,
    `Password:    ${password ?? 'the one in JARVIS_PASSWORD'}`,
    `Token:       ${token}`,
    '',
    'The alerts that are still open, the conversations, and the cluster as it is now:',
    '',
    `  export TOKEN=${token}`,
    get('/events/unresolved?type=alert'),
    get('/conversations?limit=3'),
    get('/snapshots/latest'),
    '',
    'Ctrl-C stops the service and removes all of it.',
    '',
    '',
  ].join('\n');
}
