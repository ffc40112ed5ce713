import { request } from './http.mjs';

/** Compares the newest rows of the API with those of the database. */
export async function checkAnswers(service, database) {
  const lists = [
    [
      '/memory/events?limit=200',
      'events',
      'SELECT id FROM events ORDER BY timestamp DESC, id DESC LIMIT 200',
    ],
    [
      '/memory/snapshots?limit=20&view=meta',
      'snapshots',
      'SELECT id FROM cluster_snapshots ORDER BY timestamp DESC, id DESC LIMIT 20',
    ],
    [
      '/memory/conversations?limit=200',
      'sessions',
      'SELECT session_id FROM conversation_sessions ORDER BY last_message_at DESC, id DESC LIMIT 200',
    ],
    ['/memory/preferences', 'preferences', 'SELECT key FROM preferences ORDER BY key'],
  ];
  const findings = [];
  for (const [path, name, sql] of lists) {
    const { status, body } = await request(service.base, { path, token: service.token });
    const answered = body?.[name]?.map(({ id, sessionId, key }) => id ?? sessionId ?? key).join(' ');
    const stored = (await database.all(sql)).flatMap(Object.values).join(' ');
    if (status !== 200 || answered !== stored)
      findings.push(`GET ${path} answers ${status} and tells other rows than the database`);
  }
  return findings;
}

/** Reads acknowledged events one by one, and compares each with what was sent. */
export async function checkEvents(service, entries) {
  const findings = [];
  for (const { ids, body } of entries) {
    const answer = await request(service.base, { path: `/memory/events/${ids[0]}`, token: service.token });
    const { summary, timestamp, details } = answer.body?.event ?? {};
    const isSame = summary === body.summary && timestamp === body.timestamp && same(details, body.details);
    if (!isSame) findings.push(`GET /memory/events/${ids[0]} answers ${answer.status} and not what was sent`);
  }
  return findings;
}

function same(one, other) {
  return JSON.stringify(one) === JSON.stringify(other);
}
