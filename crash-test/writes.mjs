const TYPES = ['alert', 'action', 'status', 'metric'];
const SEVERITIES = ['info', 'warning', 'error', 'critical'];
const SOURCES = ['monitor', 'user', 'jarvis', 'system'];
const ROLES = ['user', 'assistant', 'system', 'tool'];
const TEXTS = ['disk full', 'ünï 🚨 code', 'two\nlines', '"quoted" \\ text', "it's"];
const EXPORTED_MS = 10 * 86_400_000;

/**
 * A write of a client: the request, the table, and the expected rows, each with a unique mark.
 * @param random of the client.
 * @param {string} mark
 */
export function aWrite(random, mark) {
  const share = random.fraction();
  if (share < 0.5) return eventWrite(random, mark);
  if (share < 0.65) return batchWrite(random, mark);
  if (share < 0.9) return messageWrite(random, mark);
  return snapshotWrite(random, mark);
}

/** Sets a key of the client again. */
export function aPreference(random, client, mark) {
  const key = `client ${client}/key ${random.whole(1, 5)}`;
  const value = `${mark} ${random.oneOf(TEXTS)}`;
  return {
    method: 'PUT',
    path: `/memory/preferences/${encodeURIComponent(key)}`,
    body: { value },
    key,
    value,
  };
}

/** A read: a page of a list, or an export, which holds a snapshot of the database. */
export function aRead(random) {
  const share = random.fraction();
  if (share < 0.4)
    return { path: '/memory/events?limit=50', isWhole: ({ body }) => Array.isArray(body?.events) };
  if (share < 0.8)
    return { path: '/memory/conversations?limit=50', isWhole: ({ body }) => Array.isArray(body?.sessions) };
  const since = Date.parse(aMoment(random));
  const span = { since: new Date(since).toISOString(), until: new Date(since + EXPORTED_MS).toISOString() };
  const path = `/memory/export?since=${span.since}&until=${span.until}`;
  return { path, isWhole: ({ text }) => /\n\{"end":true,.*\n$/.test(text ?? '') };
}

function eventWrite(random, mark) {
  const event = anEvent(random, mark);
  return {
    method: 'POST',
    path: '/memory/events',
    body: event.body,
    table: 'events',
    rows: [event.row],
    idsOf: (answer) => [answer.event.id],
  };
}

function batchWrite(random, mark) {
  const events = Array.from({ length: random.whole(2, 40) }, (_, index) =>
    anEvent(random, `${mark}#${index}`),
  );
  return {
    method: 'POST',
    path: '/memory/events/batch',
    body: { events: events.map(({ body }) => body) },
    table: 'events',
    rows: events.map(({ row }) => row),
    idsOf: (answer) => answer.events.map(({ id }) => id),
  };
}

function anEvent(random, mark) {
  const timestamp = aMoment(random);
  const body = {
    type: random.oneOf(TYPES),
    source: random.oneOf(SOURCES),
    severity: random.oneOf(SEVERITIES),
    summary: `${mark} ${random.oneOf(TEXTS)}`,
    timestamp,
    node: random.oneOf(['pve1', 'pve2', null]),
    details: random.oneOf([null, { z: random.whole(0, 999), a: [null, random.oneOf(TEXTS)] }, [mark]]),
  };
  const details = body.details && JSON.stringify(body.details);
  return { body, row: { mark, ...body, details, resolved: 0, resolved_at: null, resolved_by: null } };
}

function messageWrite(random, mark) {
  const row = {
    session_id: `chat ${random.whole(1, 60)}`,
    role: random.oneOf(ROLES),
    content: `${mark} ${random.oneOf(TEXTS)}`,
    timestamp: aMoment(random),
    model: random.oneOf(['claude', null]),
    tokens_used: random.oneOf([null, random.whole(0, 5000)]),
    input_tokens: random.oneOf([null, random.whole(0, 5000)]),
    output_tokens: random.oneOf([null, random.whole(0, 5000)]),
    cost_usd: random.oneOf([null, random.fraction()]),
  };
  const toolCalls = random.oneOf([null, [{ name: 'node_status', arguments: { mark } }]]);
  const { session_id: sessionId, tokens_used: tokensUsed, cost_usd: costUsd, ...same } = row;
  const { input_tokens: inputTokens, output_tokens: outputTokens, ...rest } = same;
  return {
    method: 'POST',
    path: '/memory/conversations',
    body: { ...rest, sessionId, tokensUsed, inputTokens, outputTokens, costUsd, toolCalls },
    table: 'conversations',
    rows: [{ mark, ...row, tool_calls: toolCalls && JSON.stringify(toolCalls) }],
    idsOf: (answer) => [answer.message.id],
  };
}

function snapshotWrite(random, mark) {
  const nodes = Array.from({ length: random.whole(1, 120) }, (_, index) => ({
    node: `pve${index}`,
    cpu: random.fraction(),
  }));
  const snapshot = { mark, quorate: true, nodes };
  const timestamp = aMoment(random);
  return {
    method: 'POST',
    path: '/memory/snapshots',
    body: { snapshot, timestamp },
    table: 'cluster_snapshots',
    rows: [{ mark, timestamp, snapshot: JSON.stringify(snapshot) }],
    idsOf: (answer) => [answer.snapshot.id],
  };
}

function aMoment(random) {
  return new Date(
    Date.UTC(2026, 0, 1) + random.whole(0, 31_536_000) * 1000 + random.whole(0, 999),
  ).toISOString();
}
