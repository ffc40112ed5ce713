import { and, desc, eq, gte, inArray, lt, type SQL } from 'drizzle-orm';
import { Router, type Request } from 'express';
import { events, type PeerDatabase } from './database.js';
import { jsonText, pageSize, parsed, present, queryTexts } from './values.js';

type EventRow = typeof events.$inferSelect;
type NewEvent = typeof events.$inferInsert;
type EventBody = Partial<Omit<NewEvent, 'details'>> & { details?: unknown };

const INCOMPLETE = { error: 'type, source and summary are required' };

export function eventRoutes(db: PeerDatabase): Router {
  const router = Router();

  router.post('/', (request, response) => {
    const values = toRow(request.body as EventBody);
    if (values)
      response.status(201).json({ event: toAnswer(db.insert(events).values(values).returning().get()) });
    else response.status(400).json(INCOMPLETE);
  });

  router.post('/batch', (request, response) => {
    const rows = (request.body as { events: EventBody[] }).events.map(toRow);
    if (rows.every((row) => row !== undefined)) response.status(201).json({ events: saveAll(db, rows) });
    else response.status(400).json(INCOMPLETE);
  });

  router.get('/', (request, response) => {
    const { resolved } = request.query;
    const state = resolved === undefined ? undefined : eq(events.resolved, resolved === 'true');
    response.json(listPage(db, request, state));
  });

  router.get('/unresolved', (request, response) => {
    response.json(listPage(db, request, eq(events.resolved, false)));
  });

  return router;
}

function saveAll(db: PeerDatabase, rows: NewEvent[]) {
  return db.transaction((tx) => rows.map((row) => toAnswer(tx.insert(events).values(row).returning().get())));
}

/** One more row than asked for tells whether there is a next page. */
function listPage(db: PeerDatabase, request: Request, state: SQL | undefined) {
  const limit = pageSize(request.query['limit']);
  const rows = db
    .select()
    .from(events)
    .where(and(state, ...filters(request)))
    .orderBy(desc(events.timestamp), desc(events.id))
    .limit(limit + 1)
    .all();
  const page = rows.slice(0, limit);
  return { events: page.map(toAnswer), nextCursor: rows.length > limit ? String(page.at(-1)?.id) : null };
}

function filters(request: Request): SQL[] {
  const query = request.query;
  const sets = [
    [events.type, queryTexts(query['type'])],
    [events.severity, queryTexts(query['severity'])],
    [events.source, queryTexts(query['source'])],
    [events.node, queryTexts(query['node'])],
  ] as const;
  const conditions = sets
    .filter(([, wanted]) => wanted.length > 0)
    .map(([column, wanted]) => inArray(column, wanted));
  const [since] = queryTexts(query['since']);
  const [until] = queryTexts(query['until']);
  const [cursor] = queryTexts(query['cursor']);
  if (since) conditions.push(gte(events.timestamp, since));
  if (until) conditions.push(lt(events.timestamp, until));
  if (cursor) conditions.push(lt(events.id, Number(cursor)));
  return conditions;
}

function toRow(body: EventBody): NewEvent | undefined {
  const { type, source, summary, severity, node, details, timestamp } = body;
  if (!type || !source || !summary) return undefined;
  return { type, source, summary, node, details: jsonText(details), ...present({ severity, timestamp }) };
}

function toAnswer(row: EventRow) {
  return { ...row, details: parsed(row.details) };
}
