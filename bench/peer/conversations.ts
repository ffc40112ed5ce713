import { asc, eq } from 'drizzle-orm';
import { Router } from 'express';
import { conversations, type PeerDatabase } from './database.js';
import { jsonText, pageSize, parsed, present } from './values.js';

type MessageRow = typeof conversations.$inferSelect;
type NewMessage = typeof conversations.$inferInsert;
type MessageBody = Partial<Omit<NewMessage, 'toolCalls'>> & { toolCalls?: unknown };

export function conversationRoutes(db: PeerDatabase): Router {
  const router = Router();

  router.post('/', (request, response) => {
    const values = toRow(request.body as MessageBody);
    if (!values) {
      response.status(400).json({ error: 'sessionId, role and content are required' });
      return;
    }
    const message = db.insert(conversations).values(values).returning().get();
    response.status(201).json({ message: toAnswer(message) });
  });

  router.get('/:sessionId', (request, response) => {
    const { sessionId } = request.params;
    const answer = sessionPage(db, sessionId, pageSize(request.query['limit']));
    response.status(answer.messages.length > 0 ? 200 : 404).json(answer);
  });

  return router;
}

function sessionPage(db: PeerDatabase, sessionId: string, limit: number) {
  const rows = db
    .select()
    .from(conversations)
    .where(eq(conversations.sessionId, sessionId))
    .orderBy(asc(conversations.timestamp), asc(conversations.id))
    .limit(limit + 1)
    .all();
  const page = rows.slice(0, limit);
  return {
    sessionId,
    messages: page.map(toAnswer),
    nextCursor: rows.length > limit ? String(page.at(-1)?.id) : null,
  };
}

function toRow({
  sessionId,
  role,
  content,
  timestamp,
  toolCalls,
  ...rest
}: MessageBody): NewMessage | undefined {
  if (!sessionId || !role || !content) return undefined;
  return { ...rest, sessionId, role, content, toolCalls: jsonText(toolCalls), ...present({ timestamp }) };
}

function toAnswer(row: MessageRow) {
  return { ...row, toolCalls: parsed(row.toolCalls) };
}
