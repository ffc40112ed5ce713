import type { RequestSpec } from '../types.js';
import { sampleEvent, sampleMessage, sampleSnapshot } from './samples.js';
import { sessionName } from './fill.js';

export interface Operation {
  name: string;
  /** Asked in turn; more than one where repeating the same request would be too easy. */
  requests: RequestSpec[];
  /** Sends the ETag of a first GET, where the server gave one. */
  conditional?: boolean;
  /** Looks at one answer before the load: a wrong answer is no speed either. */
  accepts: (answer: Answer) => boolean;
}

export type Answer = Record<string, unknown>;

const BASE = '/api/memory';
const VARIANTS = 20;
export const BATCH_SIZE = 100;
export const POST_EVENT = 'POST one event';
export const POST_BATCH = `POST batch of ${BATCH_SIZE}`;
export const POST_MESSAGE = 'POST message';
export const POST_SNAPSHOT = 'POST snapshot (20 KB)';
export const GET_NEWEST = 'GET 50 newest events';
export const GET_NEWEST_WRITTEN = 'GET 50 newest, one POST in between each';
export const GET_UNCHANGED = 'GET with If-None-Match';

function post(path: string, body: object): RequestSpec {
  return { method: 'POST', path: BASE + path, body: JSON.stringify(body) };
}

function get(path: string): RequestSpec {
  return { method: 'GET', path: BASE + path };
}

function variants(make: (index: number) => RequestSpec): RequestSpec[] {
  return Array.from({ length: VARIANTS }, (_, index) => make(index));
}

function hasRows(key: string, count: number): (answer: Answer) => boolean {
  return (answer) => {
    const rows = answer[key];
    return Array.isArray(rows) && rows.length === count;
  };
}

function hasId(key: string): (answer: Answer) => boolean {
  return (answer) => typeof (answer[key] as { id?: unknown } | undefined)?.id === 'number';
}

const batch = Array.from({ length: BATCH_SIZE }, (_, index) => sampleEvent(index));

/** Reads come first: all servers answer them from the same rows, which the writes then change. */
export const OPERATIONS: Operation[] = [
  { name: GET_NEWEST, requests: [get('/events?limit=50')], accepts: hasRows('events', 50) },
  {
    name: 'GET filtered (type, node)',
    requests: [get('/events?type=alert&node=pve2')],
    accepts: hasRows('events', 50),
  },
  { name: 'GET unresolved', requests: [get('/events/unresolved')], accepts: hasRows('events', 50) },
  {
    name: GET_UNCHANGED,
    requests: [get('/events?limit=50')],
    conditional: true,
    accepts: hasRows('events', 50),
  },
  {
    name: 'GET session',
    requests: variants((index) => get(`/conversations/${sessionName(index)}`)),
    accepts: hasRows('messages', 20),
  },
  { name: 'GET latest snapshot', requests: [get('/snapshots/latest')], accepts: hasId('snapshot') },
  {
    name: POST_EVENT,
    requests: variants((index) => post('/events', sampleEvent(index))),
    accepts: hasId('event'),
  },
  {
    name: GET_NEWEST_WRITTEN,
    requests: [post('/events', sampleEvent(0)), get('/events?limit=50')],
    accepts: hasId('event'),
  },
  {
    name: POST_BATCH,
    requests: [post('/events/batch', { events: batch })],
    accepts: hasRows('events', BATCH_SIZE),
  },
  {
    name: POST_MESSAGE,
    requests: variants((index) =>
      post('/conversations', { sessionId: `live-${index}`, ...sampleMessage(index) }),
    ),
    accepts: hasId('message'),
  },
  {
    name: POST_SNAPSHOT,
    requests: [post('/snapshots', { snapshot: sampleSnapshot(0) })],
    accepts: hasId('snapshot'),
  },
  {
    name: 'PUT preference',
    requests: variants((index) => ({
      method: 'PUT',
      path: `${BASE}/preferences/setting-${index}`,
      body: JSON.stringify({ value: `value ${index}` }),
    })),
    accepts: (answer) => (answer['preference'] as Answer | undefined)?.['value'] === 'value 0',
  },
];
