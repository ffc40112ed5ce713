/**
 * What the machine gives when almost nothing is done: `node:http` and prepared statements, no authentication, no
 * validation, `synchronous=FULL` and one commit for each POST.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { announce, exitWithParent, serverSettings } from '../processes/server-settings.js';
import { prepareStatements } from './statements.js';

exitWithParent();
const { file, port, host } = serverSettings();
const memory = prepareStatements(file);

const server = createServer((request, response) => {
  if (request.method === 'GET') {
    const answer = read(new URL(request.url ?? '/', 'http://localhost'));
    send(response, answer === undefined ? 404 : 200, answer ?? { error: 'not found' });
  } else {
    receive(request, (body) => {
      send(response, request.method === 'PUT' ? 200 : 201, write(request.url ?? '', body));
    });
  }
});
server.listen(port, host, () => {
  announce('limit', server.address());
});

function read({ pathname, searchParams }: URL): unknown {
  const limit = Number(searchParams.get('limit') ?? 50);
  if (pathname === '/api/memory/events') {
    const type = searchParams.get('type');
    const node = searchParams.get('node');
    return eventPage(type && node ? memory.filtered(type, node, limit + 1) : memory.newest(limit + 1), limit);
  }
  if (pathname === '/api/memory/events/unresolved') return eventPage(memory.unresolved(limit + 1), limit);
  if (pathname === '/api/memory/snapshots/latest') return { snapshot: memory.latestSnapshot() };
  if (pathname === '/api/health') return { status: 'ok' };
  const [, sessionId] = /^\/api\/memory\/conversations\/([^/]+)$/.exec(pathname) ?? [];
  return sessionId && { sessionId, messages: memory.sessionMessages(sessionId), nextCursor: null };
}

function write(path: string, body: Record<string, unknown>): unknown {
  switch (path) {
    case '/api/memory/events':
      return { event: memory.saveEvent(body) };
    case '/api/memory/events/batch':
      return { events: memory.saveEvents(body['events'] as Record<string, unknown>[]) };
    case '/api/memory/conversations':
      return { message: memory.saveMessage(body) };
    case '/api/memory/snapshots':
      return { snapshot: memory.saveSnapshot(body['snapshot']) };
    default:
      return {
        preference: memory.setPreference(path.slice(path.lastIndexOf('/') + 1), String(body['value'])),
      };
  }
}

function eventPage(rows: Record<string, unknown>[], limit: number) {
  const events = rows.slice(0, limit);
  return { events, nextCursor: rows.length > limit ? String(events.at(-1)?.['id']) : null };
}

function receive(request: IncomingMessage, done: (body: Record<string, unknown>) => void): void {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    done(JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>);
  });
}

function send(response: ServerResponse, status: number, answer: unknown): void {
  const body = JSON.stringify(answer);
  response.writeHead(status, {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(body),
  });
  response.end(body);
}
