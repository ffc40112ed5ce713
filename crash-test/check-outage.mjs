import { setTimeout as sleep } from 'node:timers/promises';
import { request } from './http.mjs';

/** An answer about the health serves for a second. */
const TOLD_WITHIN_MS = 1500;

/** While the server is away: the service runs, and says by 503 and a reason that it can neither read nor write. */
export async function checkOutage(service) {
  const findings = [];
  const live = await request(service.base, { path: '/health/live' });
  if (live.status !== 200) findings.push(`without its server, GET /health/live answers ${live.status}`);
  const health = await healthWith(503, service, Date.now() + TOLD_WITHIN_MS);
  if (health.status !== 503 || !health.body?.database?.reason)
    findings.push(`without its server, GET /health answers ${health.status} ${health.text}`);
  const list = await request(service.base, { path: '/memory/events?limit=1', token: service.token });
  if (!isRefusal(list))
    findings.push(`without its server, GET /memory/events answers ${list.status} ${list.text}`);
  return findings;
}

/** Whether an answer says that the database is the reason, why, and when to ask again. */
export function isRefusal({ status, body, retryAfter }) {
  return (
    status === 503 &&
    Boolean(body?.detail) &&
    Number(retryAfter) > 0 &&
    ['database_unavailable', 'database_busy'].includes(body.code)
  );
}

/** The last answer about the health: the first with this status, or one that was asked for after the deadline. */
export async function healthWith(status, service, deadline) {
  for (;;) {
    const isLate = Date.now() > deadline;
    const answer = await request(service.base, { path: '/health' });
    if (answer.status === status || isLate) return answer;
    await sleep(50);
  }
}
